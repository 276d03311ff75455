/* Shows a service whole, its secret and private keys included. */
#include <errno.h>

#include "entity/make_service.h"
#include "op.h"

OPERATION(service_get)
{
	struct store_service service;
	checking(c, "service");
	int r = store_service_get(c->silo->store, &c->arena, c->service_id, &service);
	if (r == -ENOENT)
		return service_refuse_unknown(c, "A035201");
	return r < 0 ? r : service_answer(c, 200, &service);
}
