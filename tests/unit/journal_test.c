/* The ring: what is kept, what is lost, and who is woken. */
#include "check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "http/journal.h"

static struct fixture f;
static struct arena a;

static int set_up(void **state)
{
	(void)state;
	fixture_open(&f, NULL, MODE_FAITHFUL);
	arena_init(&a, NULL, 0, (size_t)64 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_reset(&a);
	fixture_close(&f);
	return 0;
}

static struct journal *use(size_t calls, size_t bytes)
{
	journal_free(f.server.silo.journal);
	f.server.silo.journal = journal_make(calls, bytes);
	assert_non_null(f.server.silo.journal);
	return f.server.silo.journal;
}

/* A call with a body of n bytes, all of them letter. */
static void add(size_t n, char letter)
{
	char *body = malloc(n + 1);
	memset(body, letter, n);
	fixture_begin(&f, &(struct request){.target = "/api/x"});
	f.call->body.p = body;
	f.call->body.n = n;
	f.call->reply.status = 404;
	call_finish(f.call);
	free(body);
}

static struct journal_list list(struct journal *j, struct journal_filter filter, size_t limit)
{
	struct journal_list ret;
	assert_int_equal(journal_list(j, &a, &filter, limit, &ret), 0);
	return ret;
}

/* Each kept call is as it was, whatever went before; those lost are counted. */
static void keeps_the_newest(void **state)
{
	struct journal *j = use(50, 20000);
	(void)state;
	for (uint64_t id = 1; id <= 3000; id++) {
		add(id * 7919 % 3000, (char)('a' + id % 26));
		fixture_end(&f);
		struct journal_list all = list(j, (struct journal_filter){0}, 100);
		assert_in_range(all.total, 1, 50);
		assert_int_equal(all.total + all.dropped, id);
		for (uint64_t at = id; at > id - all.total; at--) {
			struct journal_entry *e;
			assert_int_equal(journal_get(j, &a, at, &e), 0);
			struct str body = e->text[J_REQUEST];
			assert_int_equal(e->id, at);
			assert_int_equal(body.n, at * 7919 % 3000);
			for (size_t i = 0; i < body.n; i++)
				assert_int_equal(body.p[i], 'a' + at % 26);
			check_str("target", e->text[J_TARGET], "/api/x");
			arena_reset(&a);
		}
		arena_reset(&a);
	}
	assert_in_range(journal_bytes(j), 20000, 30000);
}

static void counts_the_lost(void **state)
{
	struct journal *j = use(10, 1 << 20);
	struct journal_entry *e;
	(void)state;
	for (int i = 0; i < 25; i++) {
		add(10, 'x');
		fixture_end(&f);
	}
	assert_int_equal(list(j, (struct journal_filter){0}, 3).dropped, 15);
	assert_int_equal(list(j, (struct journal_filter){.after = 13}, 3).dropped, 2);
	assert_int_equal(list(j, (struct journal_filter){.after = 20}, 3).dropped, 0);
	assert_int_equal(list(j, (struct journal_filter){.after = 20}, 3).total, 5);
	assert_int_equal(list(j, (struct journal_filter){.after = 99}, 3).total, 0);
	assert_int_equal(journal_get(j, &a, 15, &e), -ESTALE);
	assert_int_equal(journal_get(j, &a, 16, &e), 0);
	assert_int_equal(journal_get(j, &a, 26, &e), -ENOENT);
	assert_int_equal(journal_get(j, &a, 0, &e), -ENOENT);
	journal_clear(j);
	assert_int_equal(list(j, (struct journal_filter){0}, 3).dropped, 0);
	assert_int_equal(list(j, (struct journal_filter){0}, 3).total, 0);
	assert_int_equal(journal_get(j, &a, 25, &e), -ESTALE);
	assert_in_range(journal_bytes(j), 0, 4096);
	add(10, 'x');
	assert_string_equal(f.call->id, "26");
	fixture_end(&f);
	journal_restart(j);
	add(10, 'x');
	assert_string_equal(f.call->id, "1");
}

static void keeps_nothing(void **state)
{
	static const struct {
		size_t calls, bytes;
	} rows[] = {{0, 1 << 20}, {10, 0}, {10, 100}};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct journal *j = use(rows[i].calls, rows[i].bytes);
		add(10, 'x');
		fixture_end(&f);
		add(10, 'x');
		assert_string_equal(f.call->id, "2");
		fixture_end(&f);
		struct journal_list all = list(j, (struct journal_filter){0}, 3);
		assert_int_equal(all.total, 0);
		assert_int_equal(all.dropped, 2);
	}
}

/* A call too large for the journal loses its bodies before itself. */
static void cuts_bodies(void **state)
{
	struct journal_entry *e;
	struct journal *j = use(10, 4096);
	(void)state;
	add(10000, 'x');
	fixture_end(&f);
	assert_int_equal(journal_get(j, &a, 1, &e), 0);
	assert_int_equal(e->text[J_REQUEST].n, 0);
	assert_int_equal(e->request_n, 10000);
	j = use(10, 1 << 20);
	add(100000, 'x');
	assert_int_equal(journal_get(j, &a, 1, &e), 0);
	assert_int_equal(e->text[J_REQUEST].n, JOURNAL_BODY_MAX);
	assert_int_equal(e->request_n, 100000);
}

static void follows(void **state)
{
	struct journal *j = use(10, 1 << 20);
	struct journal_entry *e;
	uint64_t dropped;
	(void)state;
	add(1, 'x');
	fixture_end(&f);
	struct journal_place place = journal_end(j);
	assert_int_equal(journal_next(j, &a, &place, &e, &dropped), 0);
	assert_null(e);
	for (int i = 0; i < 15; i++) {
		add(1, 'x');
		fixture_end(&f);
	}
	assert_int_equal(journal_next(j, &a, &place, &e, &dropped), 0);
	assert_int_equal(e->id, 7);
	assert_int_equal(dropped, 5);
	assert_int_equal(journal_next(j, &a, &place, &e, &dropped), 0);
	assert_int_equal(e->id, 8);
	assert_int_equal(dropped, 0);
	journal_restart(j);
	assert_int_equal(journal_next(j, &a, &place, &e, &dropped), 0);
	assert_null(e);
	add(1, 'x');
	assert_int_equal(journal_next(j, &a, &place, &e, &dropped), 0);
	assert_int_equal(e->id, 1);
}

static void count_wake(void *arg)
{
	++*(int *)arg;
}

static void wakes_when_enough(void **state)
{
	struct journal *j = use(10, 1 << 20);
	struct fixture waiting = {0};
	struct journal_filter filter = {.status = 404};
	uint64_t count, dropped;
	int woken = 0;
	(void)state;
	waiting.server = f.server;
	fixture_begin(&waiting, &(struct request){.target = "/"});
	struct call *c = waiting.call;
	c->silo = &f.server.silo;
	c->wake = count_wake;
	c->wake_arg = &woken;
	assert_int_equal(journal_wait(c, &filter, 2, &count, &dropped), 0);
	assert_int_equal(count, 0);
	add(1, 'x');
	fixture_end(&f);
	assert_int_equal(woken, 0);
	add(1, 'x');
	fixture_end(&f);
	add(1, 'x');
	fixture_end(&f);
	assert_int_equal(woken, 1);
	assert_int_equal(journal_wait(c, &filter, 3, &count, &dropped), 0);
	assert_int_equal(count, 3);
	add(1, 'x');
	fixture_end(&f);
	assert_int_equal(woken, 1);
	filter.status = 200;
	assert_int_equal(journal_wait(c, &filter, 1, &count, &dropped), 0);
	add(1, 'x');
	fixture_end(&f);
	assert_int_equal(woken, 1);
	journal_wake_all(j);
	assert_int_equal(woken, 2);
	journal_unwait(c);
	journal_wake_all(j);
	assert_int_equal(woken, 2);
	fixture_end(&waiting);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(keeps_the_newest, set_up, tear_down),
		cmocka_unit_test_setup_teardown(counts_the_lost, set_up, tear_down),
		cmocka_unit_test_setup_teardown(keeps_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cuts_bodies, set_up, tear_down),
		cmocka_unit_test_setup_teardown(follows, set_up, tear_down),
		cmocka_unit_test_setup_teardown(wakes_when_enough, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
