/* Removes a service with its clients, tokens and tickets, and whatever else hangs on it. */
#include <errno.h>

#include "entity/make_service.h"
#include "http/reply.h"
#include "op.h"

OPERATION(idp_service_remove)
{
	checking(c, "service");
	c->service_id = in_int(c->in, "serviceId", 0);
	int r = store_service_delete(c->silo->store, c->service_id);
	if (r == -ENOENT)
		return refuse(
			c, 403, "A457101", "there is no service %lld", (long long)c->service_id);
	return r < 0 ? r : answer_nothing(c);
}
