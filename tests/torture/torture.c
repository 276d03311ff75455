/* One call tortured at every point: see torture.h. */
#include "torture.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "failing.h"
#include "store/sql.h"

struct fixture f;

static const char *const kind_names[] = {"arena", "SQL", "malloc once", "malloc for good"};

static void arm(enum torture_kind kind, unsigned long n)
{
	failing_at(0, false);
	if (kind == ARENA)
		arena_fail_at(n);
	else if (kind == SQL)
		sql_fail_at(n);
	else
		failing_at(n, kind == ALLOCATIONS_FOR_GOOD);
}

static void disarm(void)
{
	arena_fail_at(0);
	sql_fail_at(0);
	failing_stop();
}

/* A copy of the reply made before anything else runs. */
struct outcome {
	int status;
	size_t n;
	char body[400];
};

/* No service's token makes services. */
static const char *token_for(const struct subject *s)
{
	return strncmp(s->target, "/api/service/", 13) == 0 ? "Bearer mock-org-token" : BEARER;
}

static struct outcome call(const struct subject *s, enum torture_kind kind, unsigned long n)
{
	struct request request = {
		.authorization = token_for(s), .content_type = "application/json"};
	struct outcome o;
	request.method = s->method;
	request.target = s->target;
	request.body = s->body;
	fixture_end(&f); /* and what it needs itself is outside the torture */
	fixture_begin(&f, &request);
	arm(kind, n);
	fixture_finish(&f, &request);
	disarm();
	o.status = f.call->reply.status;
	o.n = f.call->reply.body.n;
	snprintf(o.body, sizeof o.body, "%.*s", STR_ARGS(f.call->reply.body));
	return o;
}

/* whole is the answer when nothing fails; random names are all of one length. */
static void judge(const struct subject *s, const char *where, const struct outcome *o,
	const struct outcome *whole)
{
	if (o->status == s->status) {
		if (!s->done())
			fail_msg("%s: answered %d, but it is not done: %s", where, o->status,
				o->body);
		if (o->n != whole->n || (s->exact && strcmp(o->body, whole->body) != 0))
			fail_msg("%s: answered something else: %s\ninstead of %s", where, o->body,
				whole->body);
	} else {
		if (o->status != 500 || !strstr(o->body, "\"resultCode\":\"A001101\""))
			fail_msg("%s: answered %d %s", where, o->status, o->body);
		if (!s->untouched())
			fail_msg("%s: answered 500, but something was changed", where);
	}
	/* the same store does it now, and stays able to do more */
	if (o->status != s->status) {
		struct outcome again = call(s, ARENA, 0);
		if (again.status != s->status || !s->done())
			fail_msg("%s: then answered %d %s", where, again.status, again.body);
	}
	if (fixture_post(&f, TICKETS_PATH, "{\"ticket\":\"after\"}")->status != 201 ||
		fixture_post(&f, FAIL_PATH, "{\"ticket\":\"after\"}")->status != 200 ||
		fixture_has_ticket(&f, SERVICE_ID, "after"))
		fail_msg("%s: the store does not work any more", where);
}

unsigned long torture(const struct subject *s, enum torture_kind kind, bool warm,
	void (*prepare)(const struct subject *s, bool warm))
{
	/* successes in a row: all points are behind; of many, some will do, and under a sanitizer,
	 * which takes ten times as long, fewer */
#ifdef __SANITIZE_ADDRESS__
	enum { ENOUGH = 5, EACH = 40, STRIDE = 13 };
#else
	enum { ENOUGH = 5, EACH = 1000, STRIDE = 7 };
#endif
	char where[120];
	unsigned long n, refused = 0, row = 0;
	prepare(s, warm);
	struct outcome whole = call(s, kind, 0);
	for (n = 1; row < ENOUGH; n += n < EACH ? 1 : STRIDE) {
		if (n > 20000)
			fail_msg("%s: never succeeds", s->name);
		prepare(s, warm);
		snprintf(where, sizeof where, "%s, %s, %s, %lu", s->name, kind_names[kind],
			warm ? "warm" : "fresh", n);
		struct outcome o = call(s, kind, n);
		judge(s, where, &o, &whole);
		refused += o.status != s->status;
		/* an allocation may be refused and the call succeed all the same */
		row = o.status == s->status && !failing_hit() ? row + 1 : 0;
	}
	print_message("%-16s %-16s %s: %lu points, %lu refused\n", s->name, kind_names[kind],
		warm ? "warm" : "fresh", n - 1 - ENOUGH, refused);
	return refused;
}
