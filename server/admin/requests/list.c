/* The kept calls, newest first. */
#include "http/journal_json.h"
#include "http/reply.h"
#include "op.h"

#define LIMIT 100

OPERATION(admin_requests_list)
{
	struct journal_filter filter = journal_filter_of(c);
	size_t limit = (size_t)in_int(c->in_query, "limit", LIMIT);
	struct journal_list list;
	int r = journal_list(c->silo->journal, &c->arena, &filter, limit, &list);
	if (r < 0)
		return r;
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_open(&w, '{');
	json_put_name(&w, "requests");
	json_open(&w, '[');
	for (const struct journal_entry *e = list.first; e; e = e->next)
		journal_put_entry(&w, e);
	json_close(&w, ']');
	json_member_int(&w, "totalCount", (int64_t)list.total);
	json_member_int(&w, "dropped", (int64_t)list.dropped);
	json_close(&w, '}');
	return answer_json(c, 200, buf_str(&out));
}
