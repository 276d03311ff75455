/* Makes a service. What the caller sends as its id, secret or times is ignored. */
#include "entity/make_service.h"
#include "http/reply.h"
#include "op.h"

OPERATION(service_create)
{
	int r = service_check_body(c, c->in);
	return r < 0 || c->reply.status ? r : service_make(c, made_status(c), c->in);
}
