/* A ticket's state, as long as it exists. */
#include <errno.h>

#include "admin/control.h"
#include "op.h"

OPERATION(admin_services_tickets_get)
{
	struct ticket ticket;
	int r = control_service(c);
	if (r < 0 || c->reply.status)
		return r;
	r = store_ticket_get(c->silo->store, &c->arena, c->service_id, c->params[1], &ticket);
	if (r == -ENOENT)
		return control_no_ticket(c);
	if (r < 0)
		return r;
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	control_put_ticket(&w, c, &ticket);
	return answer_json(c, 200, buf_str(&out));
}
