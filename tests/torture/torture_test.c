/* Memory runs out and SQL fails at every point of a call, one after the other: in arenas, in every
 * allocation of ours and of SQLite and libcrypto (once, and from then on), in every statement, with
 * statements prepared and not. Whatever happens, the answer is the right one or a clean 500, the
 * data has changed if and only if the answer is the right one, and the store works on. */
#include "check.h"

#include "failing.h"
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

static void torture_all(enum torture_kind kind)
{
	fixture_open(&f, NULL, MODE_FAITHFUL);
	for (size_t i = 0; i < COUNT(subjects); i++)
		for (int warm = 0; warm < 2; warm++) {
			const struct subject *s = &subjects[i];
			bool can_fail = kind == ARENA ? s->body != NULL
						      : kind != SQL || s->untouched != no_fault;
			unsigned long refused = torture(s, kind, warm, prepare);
			if (refused == 0 && can_fail) /* without a body some need no arena */
				fail_msg("%s: nothing failed", s->name);
		}
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
