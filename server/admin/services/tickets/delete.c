/* Removes a ticket. */
#include "admin/control.h"
#include "op.h"

OPERATION(admin_services_tickets_delete)
{
	bool deleted = false;
	int r = control_service(c);
	if (r < 0 || c->reply.status)
		return r;
	r = store_ticket_delete(c->silo->store, c->service_id, c->params[1], &deleted);
	if (r < 0)
		return r;
	return deleted ? answer_nothing(c) : control_no_ticket(c);
}
