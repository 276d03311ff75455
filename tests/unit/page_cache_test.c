/* The page cache: asked to let pages go only where there can be some, and then it does. */
#include "check.h"

#include <sqlite3.h>
#include <stdio.h>

#include "store/sql.h"

static sqlite3_pcache_methods2 sqlites;
static unsigned searches;

static void count_search(sqlite3_pcache *cache, unsigned key)
{
	searches++;
	sqlites.xTruncate(cache, key);
}

/* Before the first connection: what the store takes for SQLite's cache counts. */
static int set_up(void **state)
{
	(void)state;
	if (sqlite3_config(SQLITE_CONFIG_GETPCACHE2, &sqlites) != SQLITE_OK)
		return -1;
	sqlite3_pcache_methods2 counting = sqlites;
	counting.xTruncate = count_search;
	return sqlite3_config(SQLITE_CONFIG_PCACHE2, &counting) == SQLITE_OK ? 0 : -1;
}

static void must(struct sql *db, const char *text)
{
	if (sql_exec(db, text) < 0)
		fail_msg("%s: %s", text, sql_failure());
}

static int64_t ask(struct sql *db, const char *text)
{
	int64_t n = -1;
	assert_int_equal(sql_exec_int(db, text, &n), 0);
	return n;
}

static void check_whole(struct sql *db, int64_t rows)
{
	bool whole = false;
	assert_int_equal(sql_exec_is(db, "PRAGMA integrity_check(1)", "ok", &whole), 0);
	assert_true(whole);
	assert_int_equal(ask(db, "SELECT count(*) FROM t"), rows);
}

/* Rows in no order, one at a time: pages are split all the time. */
static void fill(struct sql *db, unsigned rows)
{
	char text[120];
	for (unsigned i = 0; i < rows; i++) {
		snprintf(text, sizeof text, "INSERT INTO t VALUES (%u, zeroblob(300))",
			i * 2654435769U);
		must(db, text);
	}
}

static void searches_when_it_must(void **state)
{
	struct sql *db;
	(void)state;
	assert_int_equal(sql_open(NULL, &db), 0);
	must(db, "PRAGMA secure_delete = OFF; CREATE TABLE t (k INTEGER PRIMARY KEY, v BLOB) "
		 "STRICT");
	searches = 0;
	fill(db, 3000);
	assert_true(ask(db, "PRAGMA page_count") > 200);
	assert_int_equal(searches, 0);
	check_whole(db, 3000);
	/* what a transaction adds goes with it */
	must(db, "BEGIN");
	must(db, "INSERT INTO t SELECT k + 1, v FROM t WHERE k % 7 = 0");
	must(db, "ROLLBACK");
	check_whole(db, 3000);
	/* pages past the end are let go of, and come again empty */
	must(db, "DELETE FROM t WHERE k % 10 <> 0");
	must(db, "VACUUM");
	assert_true(searches > 0);
	assert_true(ask(db, "PRAGMA page_count") < 60);
	searches = 0;
	must(db, "DELETE FROM t");
	fill(db, 3000);
	assert_int_equal(searches, 0);
	check_whole(db, 3000);
	sql_close(db, false);
}

/* The cache that SQLite sees: a page that was moved above all others goes, too. */
static void lets_go_of_what_is_aside(void **state)
{
	struct sql *db;
	sqlite3_pcache_methods2 ours;
	(void)state;
	assert_int_equal(sql_open(NULL, &db), 0);
	sql_close(db, false);
	sqlite3_shutdown();
	assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETPCACHE2, &ours), SQLITE_OK);
	assert_int_equal(sqlite3_initialize(), SQLITE_OK);
	sqlite3_pcache *cache = ours.xCreate(4096, 200, 0);
	assert_non_null(cache);
	sqlite3_pcache_page *page = ours.xFetch(cache, 3, 2);
	assert_non_null(page);
	ours.xRekey(cache, page, 3, 1000);
	ours.xTruncate(cache, 10);
	assert_int_equal(ours.xPagecount(cache), 0);
	ours.xDestroy(cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(searches_when_it_must),
		cmocka_unit_test(lets_go_of_what_is_aside),
	};
	return cmocka_run_group_tests(tests, set_up, NULL);
}
