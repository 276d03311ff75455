/* Removes a fault. */
#include <errno.h>

#include "http/fault.h"
#include "http/reply.h"
#include "op.h"

OPERATION(admin_faults_delete)
{
	uint64_t id = 0; /* of none */
	str_to_u64(c->params[0], &id);
	int r = faults_remove(c->silo->faults, id);
	if (r == -ENOENT)
		return refuse(c, 404, M_NO_FAULT,
			"there is no fault of this id; GET /__admin/faults lists them");
	return r < 0 ? r : answer_nothing(c);
}
