/* How many kept calls match; it may wait until they are enough. */
#include <errno.h>
#include <stdatomic.h>

#include "http/journal_json.h"
#include "http/reply.h"
#include "op.h"

static int answer_count(struct call *c, uint64_t count, uint64_t dropped)
{
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_open(&w, '{');
	json_member_int(&w, "count", (int64_t)count);
	json_member_int(&w, "dropped", (int64_t)dropped);
	json_close(&w, '}');
	return answer_json(c, 200, buf_str(&out));
}

OPERATION(admin_requests_count)
{
	uint64_t count, dropped;
	uint64_t at_least = (uint64_t)in_int(c->in_query, "atLeast", 0);
	struct journal_filter *filter = arena_alloc(&c->arena, sizeof *filter);
	if (!filter)
		return -ENOMEM;
	*filter = journal_filter_of(c);
	if (!c->patience_us)
		c->patience_us = c->started_us + in_int(c->in_query, "waitMs", 0) * 1000;
	int r = journal_wait(c, filter, at_least, &count, &dropped);
	if (r < 0)
		return r;
	if (count >= at_least || clock_monotonic_us() >= c->patience_us)
		return answer_count(c, count, dropped);
	/* who drops the silo wakes us after saying so, hence we look after we have joined the line
	 */
	if (atomic_load(&c->silo->dropped))
		return refuse(c, 404, M_NO_SILO, "the silo was dropped while the call waited");
	c->wake_at_us = c->patience_us;
	return 0;
}
