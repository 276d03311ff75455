/* Puts data, clock and randomness back to where a snapshot was taken. The journal, faults and
 * coverage go on; for "seed" and "empty" it is a reset. */
#include <errno.h>

#include "admin/control.h"
#include "op.h"
#include "snapshot.h"

OPERATION(admin_snapshots_restore)
{
	struct str name;
	int r = control_snapshot(c, true, &name);
	if (r < 0 || c->reply.status)
		return r;
	r = snapshot_name_ok(name) ? snapshot_restore(c->silo, name)
				   : silo_reset(c->silo, c->server, name);
	if (r == -ENOENT)
		return control_no_snapshot(c, name);
	if (r < 0)
		return r;
	c->now = clock_now(&c->silo->clock); /* for the Date of the reply */
	return answer_nothing(c);
}
