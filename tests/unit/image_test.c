/* Images: what is taken can be put back; what comes from outside is ours, or refused. */
#include "check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "snapshot.h"
#include "store/migrations.h"
#include "store/sql.h"

static struct arena a;
static struct store *store;
static struct clock now_clock;
static struct rand rand_source;

static int set_up(void **state)
{
	bool fresh;
	const char *why;
	(void)state;
	arena_init(&a, NULL, 0, (size_t)64 << 20);
	now_clock = (struct clock){0};
	rand_restore(&rand_source, 0);
	return store_open(NULL, &store, &fresh, &why);
}

static int tear_down(void **state)
{
	(void)state;
	sql_fail_at(0);
	store_close(store);
	arena_reset(&a);
	return 0;
}

static void put_tickets(int n)
{
	for (int i = 0; i < n; i++) {
		char name[32];
		snprintf(name, sizeof name, "ticket-%06d-ä", i);
		struct ticket t = {.name = str_of(name), .expires_at = TICKET_NEVER_EXPIRES};
		assert_int_equal(store_ticket_put(store, 1, &t), 0);
	}
}

static int64_t count_tickets(struct store *s)
{
	struct ticket *tickets;
	size_t n;
	int64_t total;
	if (store_ticket_list(s, &a, 1, 0, 100000, &tickets, &n, &total) < 0)
		return -1;
	assert_true((int64_t)n <= total);
	return total;
}

static struct str save(void)
{
	struct str image;
	assert_int_equal(store_save(store, &now_clock, &rand_source, &image), 0);
	return image;
}

/* Of a database made by these statements. */
static struct str image_of(const char *text)
{
	struct sql *db;
	struct str image;
	assert_int_equal(sql_open(NULL, &db), 0);
	if (sql_exec(db, text) < 0)
		fail_msg("%s: %s", text, sql_failure());
	assert_int_equal(sql_image(db, &image), 0);
	sql_close(db, false);
	return image;
}

/* Of our own layout, changed by these statements. */
static struct str changed(size_t version, const char *text)
{
	char whole[8192] = "";
	size_t n = 0;
	for (size_t i = 0; i < version; i++)
		n += (size_t)snprintf(whole + n, sizeof whole - n, "%s", migrations[i]);
	snprintf(whole + n, sizeof whole - n,
		"PRAGMA application_id = %d; PRAGMA user_version = %zu; %s", STORE_APPLICATION_ID,
		version, text);
	return image_of(whole);
}

static void comes_back(void **state)
{
	(void)state;
	put_tickets(2000);
	clock_set(&now_clock, 12345, true);
	rand_restore(&rand_source, 77);
	struct str image = save();
	bool deleted;
	assert_int_equal(store_ticket_delete(store, 1, STR("ticket-000007-ä"), &deleted), 0);
	assert_true(deleted);
	uint64_t generation = store_generation(store);
	for (int i = 0; i < 3; i++) { /* with statements kept from before */
		clock_set(&now_clock, i, false);
		rand_restore(&rand_source, (uint64_t)i);
		assert_int_equal(store_restore(store, image, &now_clock, &rand_source), 0);
		assert_int_equal(count_tickets(store), 2000);
	}
	assert_true(store_generation(store) != generation);
	assert_true(clock_now(&now_clock) == 12345 && clock_is_frozen(&now_clock));
	assert_true(rand_save(&rand_source) == 77);
	store_image_free(image);
}

/* An empty silo does not keep the memory of a full one. */
static void shrinks(void **state)
{
	(void)state;
	struct str small = save();
	int64_t before = store_bytes(store);
	put_tickets(120000);
	struct str large = save();
	assert_true(store_bytes(store) > 4 * 1048576);
	assert_int_equal(store_transaction(store, true, NULL, NULL), 0);
	assert_true(store_bytes(store) <= before);
	assert_int_equal(store_restore(store, large, &now_clock, &rand_source), 0);
	assert_true(store_bytes(store) > 4 * 1048576);
	assert_int_equal(store_restore(store, small, &now_clock, &rand_source), 0);
	assert_true(store_bytes(store) <= before + 4096);
	store_image_free(small);
	store_image_free(large);
}

static void knows_earlier_versions(void **state)
{
	struct str imported;
	const char *why;
	(void)state;
	struct str image = changed(1, "INSERT INTO ticket VALUES ('t', 1, 2, 3, 4)");
	assert_int_equal(store_import(image, &imported, &why), 0);
	assert_int_equal(store_restore(store, imported, &now_clock, &rand_source), 0);
	assert_int_equal(count_tickets(store), 1);
	assert_true(clock_is_real(&now_clock) && rand_save(&rand_source) == 0);
	put_tickets(1);
	store_image_free(save()); /* into the table that it had not */
	store_image_free(imported);
	store_image_free(image);
}

#define LATEST COUNT(migrations)
static char newer[64];

static void refuses_strangers(void **state)
{
	static const struct {
		const char *row, *text;
	} rows[] = {
		{"a trigger",
			"CREATE TRIGGER t AFTER INSERT ON ticket BEGIN DELETE FROM owner; END"},
		{"a view", "CREATE VIEW v AS SELECT * FROM ticket"},
		{"a table more", "CREATE TABLE more (x)"},
		{"an index more", "CREATE INDEX i ON ticket (expires_at)"},
		{"a table less", "DROP TABLE owner"},
		{"a view for a table",
			"DROP TABLE owner; CREATE VIEW owner AS SELECT 1 AS owner_key"},
		{"another column", "ALTER TABLE ticket ADD COLUMN x TEXT"},
		{"another table of that name",
			"DROP TABLE owner; CREATE TABLE owner (owner_key, secret)"},
		{"statistics", "CREATE TABLE tmp (x); ANALYZE; DROP TABLE tmp"},
		{"bad UTF-8", "INSERT INTO owner VALUES ('k', CAST(x'80' AS TEXT))"},
		{"a time before 1970", "INSERT INTO silo VALUES (1, -1, 0)"},
		{"a time after 9999", "INSERT INTO silo VALUES (1, 506804601600001, 0)"},
		{"a time past all numbers", "INSERT INTO silo VALUES (1, 9223372036854775806, 0)"},
		{"vacuuming", "PRAGMA auto_vacuum = FULL; VACUUM"},
		{"a number of no version", "PRAGMA user_version = 0"},
		{"another program's", "PRAGMA application_id = 1"},
		{"a later version", newer},
	};
	(void)state;
	snprintf(newer, sizeof newer, "PRAGMA user_version = %zu", LATEST + 1);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *why = NULL;
		struct str imported, image = changed(LATEST, rows[i].text);
		check(rows[i].row, store_import(image, &imported, &why) == -EBADMSG);
		check(rows[i].row, why && strlen(why) > 20);
		check(rows[i].row, (strstr(why, "newer") != NULL) == (rows[i].text == newer));
		store_image_free(image);
	}
	const char *why = NULL;
	struct str imported, small = image_of("PRAGMA page_size = 1024; CREATE TABLE t (x);"
					      "PRAGMA application_id = 28842884;"
					      "PRAGMA user_version = 1");
	assert_int_equal(store_import(small, &imported, &why), -EBADMSG);
	store_image_free(small);
	struct str good = changed(LATEST, "INSERT INTO owner VALUES ('k', 's')");
	assert_int_equal(store_import(good, &imported, &why), 0);
	store_image_free(imported);
	store_image_free(good);
}

/* Refused, or taken and then as good as any. */
static bool is_harmless(const char *row, struct str image, struct store *target)
{
	struct str imported, again;
	const char *why = NULL;
	struct ticket t = {.name = STR("new"), .expires_at = 1};
	int r = store_import(image, &imported, &why);
	if (r < 0) {
		check(row, r == -EBADMSG && why);
		return false;
	}
	check(row, store_restore(target, imported, &now_clock, &rand_source) == 0);
	check(row, clock_can_restore(clock_save(&now_clock)));
	check(row, count_tickets(target) >= 0);
	check(row, store_ticket_put(target, 99, &t) == 0);
	check(row, store_purge(target, &now_clock) == 0);
	check(row, store_transaction(target, true, NULL, NULL) == 0);
	check(row, store_save(target, &now_clock, &rand_source, &again) == 0);
	store_image_free(again);
	store_image_free(imported);
	return true;
}

static void survives_flipped_bits(void **state)
{
	struct store *target;
	bool fresh;
	const char *why;
	size_t refused = 0, taken = 0;
	(void)state;
	put_tickets(300);
	struct str image = save();
	char *bytes = malloc(image.n);
	assert_non_null(bytes);
	assert_int_equal(store_open(NULL, &target, &fresh, &why), 0);
	memcpy(bytes, image.p, image.n);
	for (size_t bit = 0; bit < image.n * 8; bit += bit < 108 * 8 ? 1 : 211) {
		char row[40];
		snprintf(row, sizeof row, "bit %zu of byte %zu", bit % 8, bit / 8);
		bytes[bit / 8] ^= (char)(1 << bit % 8);
		if (is_harmless(row, (struct str){bytes, image.n}, target))
			taken++;
		else
			refused++;
		bytes[bit / 8] ^= (char)(1 << bit % 8);
		arena_reset(&a);
	}
	print_message("flipped: %zu refused, %zu harmless\n", refused, taken);
	assert_true(refused > 300 && taken > 100);
	for (size_t n = 0; n < image.n; n += n < 200 ? 1 : 509)
		assert_false(is_harmless("truncated", (struct str){bytes, n}, target));
	assert_true(is_harmless("as it was", (struct str){bytes, image.n}, target));
	free(bytes);
	store_close(target);
	store_image_free(image);
}

/* Each statement of a restore fails once: the store is whole, and what it was. */
static void fails_whole(void **state)
{
	struct str again;
	(void)state;
	put_tickets(50);
	struct str image = save();
	bool deleted;
	assert_int_equal(store_ticket_delete(store, 1, STR("ticket-000001-ä"), &deleted), 0);
	int r = -1;
	unsigned long n = 1;
	for (; r < 0; n++) {
		sql_fail_at(n);
		r = store_restore(store, image, &now_clock, &rand_source);
		sql_fail_at(0);
		assert_int_equal(count_tickets(store), r < 0 ? 49 : 50);
	}
	assert_true(n > 3);
	for (r = -1, n = 1; r < 0; n++) {
		sql_fail_at(n);
		r = store_save(store, &now_clock, &rand_source, &again);
		sql_fail_at(0);
	}
	store_image_free(again);
	store_image_free(image);
}

/* A reset of a small silo takes less than a millisecond. */
static void resets_quickly(void **state)
{
	static struct fixture f;
	int64_t best = INT64_MAX, best_restore = INT64_MAX;
	(void)state;
	fixture_open(&f, NULL, MODE_FAITHFUL);
	struct silo *silo = &f.server.silo;
	assert_int_equal(snapshot_save(&f.server, silo, STR("a")), 0);
	for (int i = 0; i < 100; i++) {
		int64_t start = clock_monotonic_us();
		assert_int_equal(silo_reset(silo, &f.server, STR("seed")), 0);
		int64_t middle = clock_monotonic_us();
		assert_int_equal(silo_reset(silo, &f.server, STR("a")), 0);
		int64_t end = clock_monotonic_us();
		best = middle - start < best ? middle - start : best;
		best_restore = end - middle < best_restore ? end - middle : best_restore;
	}
	fixture_close(&f);
	print_message("reset to the seed: %lld us, to a snapshot: %lld us\n", (long long)best,
		(long long)best_restore);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	assert_true(best < 1000 && best_restore < 1000);
#endif
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(comes_back),
		CASE(shrinks),
		CASE(knows_earlier_versions),
		CASE(refuses_strangers),
		CASE(survives_flipped_bits),
		CASE(fails_whole),
		CASE(resets_quickly),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
