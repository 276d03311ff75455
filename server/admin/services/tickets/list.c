/* The tickets of a service, page by page. */
#include "admin/control.h"
#include "op.h"

#define PAGE 100
#define PAGE_MAX 20000

OPERATION(admin_services_tickets_list)
{
	struct ticket *tickets;
	size_t n;
	int64_t total;
	int64_t start = in_int(c->in_query, "start", 0);
	int64_t end = in_int(c->in_query, "end", start + PAGE);
	int64_t limit = end < start ? 0 : end - start > PAGE_MAX ? PAGE_MAX : end - start;

	int r = control_service(c);
	if (r < 0 || c->reply.status)
		return r;
	r = store_ticket_list(
		c->silo->store, &c->arena, c->service_id, start, limit, &tickets, &n, &total);
	if (r < 0)
		return r;
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_open(&w, '{');
	json_member_int(&w, "totalCount", total);
	json_put_name(&w, "tickets");
	json_open(&w, '[');
	for (size_t i = 0; i < n; i++)
		control_put_ticket(&w, c, &tickets[i]);
	json_close(&w, ']');
	json_close(&w, '}');
	return answer_json(c, 200, buf_str(&out));
}
