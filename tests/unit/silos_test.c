/* The table of silos: what it gives, and that eight threads at once cannot break it. Worth a run
 * under ThreadSanitizer. */
#include "check.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "http/journal.h"
#include "silos.h"

#define THREADS 8
#define ROUNDS 400
#define NAMES 5

static struct fixture f;

static int set_up(void **state)
{
	(void)state;
	fixture_open(&f, NULL, MODE_FAITHFUL);
	f.server.config.max_silos = 100;
	f.server.config.max_memory = INT64_MAX;
	return silos_start(&f.server);
}

static int tear_down(void **state)
{
	(void)state;
	silos_stop(&f.server);
	fixture_close(&f);
	return 0;
}

static void take_and_release(const char *name)
{
	struct silo *silo;
	assert_int_equal(silo_take(&f.server, str_of(name), &silo), 0);
	silo_release(silo);
}

static void note_name(struct silo *silo, void *names)
{
	buf_addf(names, "%s ", silo->name);
}

static const char *all_names(struct arena *a)
{
	struct buf names = buf_make(a, 4096);
	silos_each(&f.server, note_name, &names);
	return arena_copy(a, buf_str(&names)).p;
}

static void makes_finds_and_drops(void **state)
{
	struct arena a;
	struct silo *first, *again;
	(void)state;
	arena_init(&a, NULL, 0, 1 << 20);
	assert_null(silo_find(&f.server, STR("b")));
	assert_int_equal(silo_take(&f.server, STR("b"), &first), 0);
	assert_int_equal(silo_take(&f.server, STR("b"), &again), 0);
	assert_ptr_equal(first, again);
	assert_string_equal(first->name, "b");
	take_and_release("c");
	take_and_release("a");
	take_and_release("default");
	assert_string_equal(all_names(&a), "default a b c ");

	assert_int_equal(silo_drop(&f.server, STR("b")), 0);
	assert_int_equal(silo_drop(&f.server, STR("b")), -ENOENT);
	assert_true(first->dropped); /* and still there for who holds it */
	assert_true(store_bytes(first->store) > 0);
	assert_int_equal(silo_take(&f.server, STR("b"), &again), 0);
	assert_ptr_not_equal(first, again);
	silo_release(first);
	silo_release(first);
	silo_release(again);
	assert_string_equal(all_names(&a), "default a b c ");
	arena_reset(&a);
}

static void checks_names(void **state)
{
	char longest[SILO_NAME_MAX + 2];
	struct silo *silo;
	static const char *const bad[] = {"", "a/b", "a%41", "a b", "\xC3\xA4", "a\n", "a~"};
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		check(bad[i], silo_take(&f.server, str_of(bad[i]), &silo) == -EINVAL);
	memset(longest, 'x', sizeof longest);
	longest[SILO_NAME_MAX] = '\0';
	take_and_release(longest);
	take_and_release("A-z_0.9");
	take_and_release("..");
	longest[SILO_NAME_MAX] = 'x';
	assert_int_equal(
		silo_take(&f.server, (struct str){longest, SILO_NAME_MAX + 1}, &silo), -EINVAL);
}

static void keeps_the_ceilings(void **state)
{
	struct silo *silo;
	(void)state;
	f.server.config.max_silos = 2;
	take_and_release("a");
	take_and_release("b");
	assert_int_equal(silo_take(&f.server, STR("c"), &silo), -ENOSPC);
	take_and_release("a");
	assert_int_equal(silo_drop(&f.server, STR("b")), 0);
	f.server.config.max_memory = 1000; /* "a" is larger alone */
	assert_true(silos_full(&f.server));
	assert_int_equal(silo_take(&f.server, STR("c"), &silo), -ENOSPC);
	assert_int_equal(silo_drop(&f.server, STR("a")), 0);
	assert_false(silos_full(&f.server));
	take_and_release("c");
}

static void sweeps_what_is_idle(void **state)
{
	struct arena a;
	struct silo *used, *old;
	(void)state;
	arena_init(&a, NULL, 0, 1 << 20);
	assert_int_equal(silo_take(&f.server, STR("held"), &used), 0);
	assert_int_equal(silo_take(&f.server, STR("old"), &old), 0);
	take_and_release("new");
	silo_release(old);
	used->used_us -= 11 * 1000000;
	old->used_us -= 11 * 1000000;
	silos_sweep(&f.server);
	assert_string_equal(all_names(&a), "default held new old "); /* 0: never */
	f.server.config.silo_ttl = 10;
	silos_sweep(&f.server);
	assert_string_equal(all_names(&a), "default held new ");
	silo_release(used);
	silos_sweep(&f.server);
	assert_string_equal(all_names(&a), "default new ");
	assert_int_equal(silo_drop(&f.server, STR("new")), 0);
	f.server.config.max_memory = 1;
	assert_false(silos_full(&f.server)); /* nothing is counted that is gone */
	arena_reset(&a);
}

static _Atomic unsigned failures;

static void expect(bool good)
{
	if (!good)
		atomic_fetch_add(&failures, 1);
}

/* Uses the silo as a call would: reads and writes its store. */
static void use(struct silo *silo, const char *name)
{
	struct ticket ticket = {.name = STR("t"), .expires_at = TICKET_NEVER_EXPIRES};
	bool deleted;
	expect(strcmp(silo->name, name) == 0);
	int r = store_ticket_put(silo->store, SERVICE_ID, &ticket);
	expect(r == 0 || r == -EEXIST);
	expect(store_ticket_delete(silo->store, SERVICE_ID, ticket.name, &deleted) == 0);
}

static void *hammer(void *arg)
{
	static const char *const names[NAMES] = {"a", "b", "c", "d", "e"};
	size_t seed = (size_t)(uintptr_t)arg;
	for (size_t i = 0; i < ROUNDS; i++) {
		struct silo *silo;
		const char *name = names[(seed * 7 + i * 3) % NAMES];
		expect(silo_take(&f.server, str_of(name), &silo) == 0);
		use(silo, name);
		if ((i + seed) % 5 == 0)
			silo_drop(&f.server, str_of(name));
		if (i % 16 == seed)
			silos_sweep(&f.server);
		silo_release(silo);
		silo = silo_find(&f.server, str_of(names[i % NAMES]));
		if (silo)
			use(silo, names[i % NAMES]);
		silo_release(silo);
	}
	return NULL;
}

static void bears_eight_threads(void **state)
{
	pthread_t threads[THREADS];
	(void)state;
	atomic_store(&failures, 0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, hammer, (void *)(uintptr_t)i), 0);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(atomic_load(&failures), 0);
	for (const char *name = "a\0b\0c\0d\0e\0"; *name; name += 2)
		silo_drop(&f.server, str_of(name));
	silos_sweep(&f.server);
	f.server.config.max_memory = 1;
	assert_false(silos_full(&f.server));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(makes_finds_and_drops),
		TEST(checks_names),
		TEST(keeps_the_ceilings),
		TEST(sweeps_what_is_idle),
		TEST(bears_eight_threads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
