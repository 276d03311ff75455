/* One kept call, with both bodies and the checks. */
#include <errno.h>

#include "http/journal_json.h"
#include "http/reply.h"
#include "op.h"

OPERATION(admin_requests_get)
{
	uint64_t id = 0;
	struct journal_entry *e;
	if (!str_to_u64(c->params[0], &id))
		return refuse(c, 404, M_NO_REQUEST,
			"the id of a kept call is a whole number; calls to /__admin are not kept");
	int r = journal_get(c->silo->journal, &c->arena, id, &e);
	if (r == -ENOENT)
		return refuse(c, 404, M_NO_REQUEST, "there has been no call %llu in this silo",
			(unsigned long long)id);
	if (r == -ESTALE)
		return refuse(c, 404, M_NO_REQUEST,
			"the call %llu is lost: the journal was emptied since, or dropped it to "
			"stay within --journal-size and --journal-bytes",
			(unsigned long long)id);
	if (r < 0)
		return r;
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	journal_put_whole(&w, e);
	return answer_json(c, 200, buf_str(&out));
}
