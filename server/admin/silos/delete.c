/* Drops a silo; calls under way in it end as they would have. */
#include <errno.h>

#include "http/reply.h"
#include "op.h"
#include "silos.h"

OPERATION(admin_silos_delete)
{
	struct str name = c->params[0];
	if (str_eq(name, str_of(c->server->silo.name)))
		return refuse(c, 409, M_DEFAULT_SILO,
			"the default silo cannot be dropped; POST /__admin/reset empties it");
	int r = silo_drop(c->server, name);
	if (r == -ENOENT)
		return refuse(c, 404, M_NO_SILO, "there is no silo of that name");
	return r < 0 ? r : answer_nothing(c);
}
