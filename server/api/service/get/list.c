/* All services, page by page, in the order they were made. */
#include "entity/service.h"
#include "http/reply.h"
#include "op.h"

#define END 5 /* where the page ends when the caller does not say */

static size_t room_for(const struct store_service *services, size_t n)
{
	size_t room = 1024;
	for (size_t i = 0; i < n; i++)
		room += services[i].document.n + 1024;
	return room;
}

OPERATION(service_get_list)
{
	struct store_service *services = NULL;
	size_t n = 0;
	int64_t total;
	int64_t start = in_int(c->in_query, "start", 0), end = in_int(c->in_query, "end", END);
	int64_t limit = end > start ? end - start : 0;
	int r = store_service_list(c->silo->store, &c->arena, start, limit, &services, &n, &total);
	if (r < 0)
		return r;
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	buf_reserve(&out, room_for(services, n));
	json_open(&w, '{');
	json_member_int(&w, "start", start);
	json_member_int(&w, "end", end);
	json_member_int(&w, "totalCount", total);
	if (limit) {
		json_put_name(&w, "services");
		json_open(&w, '[');
		for (size_t i = 0; i < n; i++)
			service_write(&c->arena, &w, &services[i]);
		json_close(&w, ']');
	}
	json_close(&w, '}');
	return answer_json(c, 200, c->arena.failed ? STR_NONE : buf_str(&out));
}
