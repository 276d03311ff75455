/* Puts the silo back to its seed, to nothing, or to a snapshot. */
#include <errno.h>

#include "admin/control.h"
#include "op.h"

OPERATION(admin_reset)
{
	struct str to = in_str(c, "to");
	int r = silo_reset(c->silo, c->server, to);
	if (r == -ENOENT)
		return control_no_snapshot(c, to);
	return r < 0 ? r : answer_nothing(c);
}
