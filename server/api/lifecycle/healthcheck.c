/* Tells whether the server is up; with extended=true, whether the database answers too. */
#include <errno.h>

#include "http/reply.h"
#include "op.h"

OPERATION(lifecycle_healthcheck)
{
	const struct cJSON *extended = json_get(c->in_query, "extended");
	if (extended && json_true(extended)) {
		int r = store_service_find(c->silo->store, &c->arena, 0, NULL);
		if (r < 0 && r != -ENOENT)
			return r;
	}
	return answer_text(c, "OK");
}
