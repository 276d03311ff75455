/* Forgets a snapshot. */
#include <errno.h>

#include "admin/control.h"
#include "op.h"
#include "snapshot.h"

OPERATION(admin_snapshots_delete)
{
	struct str name;
	int r = control_snapshot(c, false, &name);
	if (r < 0 || c->reply.status)
		return r;
	r = snapshot_delete(c->silo, name);
	if (r == -ENOENT)
		return control_no_snapshot(c, name);
	return r < 0 ? r : answer_nothing(c);
}
