/* The clients of a service, page by page. */
#include "http/client_path.h"
#include "http/reply.h"
#include "op.h"

#define END 5 /* where the page ends when the caller does not say */

static size_t room_for(const struct store_client *clients, size_t n)
{
	size_t room = 1024;
	for (size_t i = 0; i < n; i++)
		room += clients[i].document.n + clients[i].extension.n + 1024;
	return room;
}

OPERATION(client_get_list)
{
	struct store_service service;
	struct store_client *clients = NULL;
	size_t n = 0;
	int64_t total = 0;
	int64_t start = in_int(c->in_query, "start", 0), end = in_int(c->in_query, "end", END);
	int64_t limit = end > start ? end - start : 0;
	const struct cJSON *item = json_get(c->in_query, "developer");
	struct str developer = item ? json_text(&c->arena, item) : STR_NONE;

	int r = client_service(c, &service);
	if (r < 0 || c->reply.status)
		return r;
	r = store_client_list(c->silo->store, &c->arena, c->service_id, developer, start, limit,
		&clients, &n, &total);
	if (r < 0)
		return r;
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	buf_reserve(&out, room_for(clients, n));
	json_open(&w, '{');
	json_member_int(&w, "start", start);
	json_member_int(&w, "end", end);
	if (developer.p)
		json_member_str(&w, "developer", developer);
	json_member_int(&w, "totalCount", total);
	if (limit) {
		json_put_name(&w, "clients");
		json_open(&w, '[');
		for (size_t i = 0; i < n; i++)
			client_write(&c->arena, &w, &service, &clients[i], c->route->v2);
		json_close(&w, ']');
	}
	json_close(&w, '}');
	return answer_json(c, 200, buf_str(&out));
}
