/* Saves the silo, or keeps an image that the caller brings. */
#include <errno.h>

#include "admin/control.h"
#include "op.h"
#include "snapshot.h"

OPERATION(admin_snapshots_put)
{
	const char *why = "";
	struct str name;
	int r = control_snapshot(c, false, &name);
	if (r < 0 || c->reply.status)
		return r;
	checking(c, "image");
	r = c->body.n ? snapshot_upload(c->server, c->silo, name, buf_str(&c->body), &why)
		      : snapshot_save(c->server, c->silo, name);
	if (r == -EBADMSG)
		return refuse(c, 400, M_SNAPSHOT_IMAGE, "%s; nothing was replaced", why);
	if (r == -ENOSPC)
		return refuse(c, 503, M_SNAPSHOTS_FULL,
			"there is no room for the snapshot: a silo keeps at most %d, and all of "
			"them count against --max-memory; delete some",
			SNAPSHOTS_MAX);
	return r < 0 ? r : answer_nothing(c);
}
