/* Removes a service with its clients, tokens and tickets, and whatever else hangs on it. */
#include <errno.h>

#include "entity/make_service.h"
#include "http/reply.h"
#include "op.h"

OPERATION(service_delete)
{
	checking(c, "service");
	int r = answer_nothing(c); /* made first: once the service is gone nothing may fail */
	if (r == 0)
		r = store_service_delete(c->silo->store, c->service_id);
	if (r != -ENOENT)
		return r;
	c->reply = (struct reply){0};
	return service_refuse_unknown(c, "A034201");
}
