/* Memory runs out and SQL fails at every point of a call, one after the other: in arenas, in every
 * allocation of ours and of SQLite and libcrypto (once, and from then on), in every statement, with
 * statements prepared and not. Whatever happens, the answer is the right one or a clean 500, the
 * data has changed if and only if the answer is the right one, and the store works on. */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include "failing.h"
#include "store/sql.h"
#include "subjects.h"

/* A store in the state before the call, its statements prepared or not. */
static void prepare(const struct subject *s, bool warm)
{
	fixture_renew(&f);
	if (s->untouched == one_lost) {
		bool deleted;
		snapshot_save(&f.server, &f.server.silo, STR("a"));
		if (warm) /* statements that were kept through a restore */
			snapshot_restore(&f.server.silo, STR("a"));
		store_ticket_delete(
			f.server.silo.store, SERVICE_ID, STR("mock-ticket-1"), &deleted);
	}
	if (s->untouched == service_5)
		fixture_post(&f, "/__admin/services", SERVICE_5);
	if (warm) { /* a round that leaves the data as they were, but every statement in use */
		fixture_post(&f, FAIL_PATH, "{\"ticket\":\"none\"}");
		fixture_post(&f, TICKETS_PATH, "{\"ticket\":\"warm\"}");
		fixture_post(&f, FAIL_PATH, "{\"ticket\":\"warm\"}");
	}
}

enum kind { ARENA, SQL, ALLOCATION, ALLOCATIONS_FOR_GOOD };
static const char *const kind_names[] = {"arena", "SQL", "malloc once", "malloc for good"};

static void arm(enum kind kind, unsigned long n)
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

static struct outcome call(const struct subject *s, enum kind kind, unsigned long n)
{
	static const struct request form = {
		.authorization = BEARER, .content_type = "application/json"};
	struct request request = form;
	struct outcome o;
	request.method = s->method;
	request.target = s->target;
	if (strcmp(s->target, CREATE_SERVICE) == 0)
		request.authorization = "Bearer mock-org-token";
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
			fail_msg("%s: answered %d, but it is not done", where, o->status);
		if (o->n != whole->n || (s->exact && strcmp(o->body, whole->body) != 0))
			fail_msg("%s: answered something else: %s", where, o->body);
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

static void torture(const struct subject *s, enum kind kind, bool warm)
{
	enum { ENOUGH = 5 }; /* successes in a row: all points are behind */
	char where[120];
	unsigned long n, refused = 0, row = 0;
	prepare(s, warm);
	struct outcome whole = call(s, kind, 0);
	for (n = 1; row < ENOUGH; n++) {
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
	bool can_fail = kind == ARENA ? s->body != NULL : kind != SQL || s->untouched != no_fault;
	if (refused == 0 && can_fail) /* without a body some need no arena; faults are no data */
		fail_msg("%s: nothing failed", where);
}

static void torture_all(enum kind kind)
{
	fixture_open(&f, NULL, MODE_FAITHFUL);
	for (size_t i = 0; i < COUNT(subjects); i++)
		for (int warm = 0; warm < 2; warm++)
			torture(&subjects[i], kind, warm);
	fixture_close(&f);
}

static void arena_fails(void **state)
{
	(void)state;
	torture_all(ARENA);
}

static void sql_fails(void **state)
{
	(void)state;
	torture_all(SQL);
}

static void allocation_fails_once(void **state)
{
	(void)state;
	torture_all(ALLOCATION);
}

static void allocations_fail_for_good(void **state)
{
	(void)state;
	torture_all(ALLOCATIONS_FOR_GOOD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena_fails),
		cmocka_unit_test(sql_fails),
		cmocka_unit_test(allocation_fails_once),
		cmocka_unit_test(allocations_fail_for_good),
	};
	return cmocka_run_group_tests(tests, failing_take_allocators, NULL);
}
