/* SQLite's memory: what a transaction took serves the next one, and goes with its thread. */
#include "check.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "store/sql.h"

static sqlite3_mem_methods sqlites;
static atomic_int blocks, out; /* asked for of 1 KB; all that is out */

static void *count_taken(int n)
{
	void *p = sqlites.xMalloc(n);
	blocks += n == 1024;
	out += p != NULL;
	return p;
}

static void count_given(void *p)
{
	out -= p != NULL;
	sqlites.xFree(p);
}

/* Before the first connection: what the store takes for SQLite's memory counts. */
static int set_up(void **state)
{
	(void)state;
	if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlites) != SQLITE_OK)
		return -1;
	sqlite3_mem_methods counting = sqlites;
	counting.xMalloc = count_taken;
	counting.xFree = count_given;
	return sqlite3_config(SQLITE_CONFIG_MALLOC, &counting) == SQLITE_OK ? 0 : -1;
}

static void must(struct sql *db, const char *text)
{
	if (sql_exec(db, text) < 0)
		fail_msg("%s: %s", text, sql_failure());
}

/* Changes every page of a small database. */
static int change(struct sql *db)
{
	int before = blocks;
	must(db, "BEGIN IMMEDIATE");
	must(db, "UPDATE t SET n = n + 1");
	must(db, "COMMIT");
	return blocks - before;
}

static struct sql *make(void)
{
	struct sql *db;
	assert_int_equal(sql_open(NULL, &db), 0);
	must(db, "CREATE TABLE t (n INTEGER, text TEXT) STRICT");
	must(db, "INSERT INTO t WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i"
		 " WHERE n < 20) SELECT n, printf('%.1000c', '*') FROM i");
	return db;
}

static void keeps_the_blocks_of_a_transaction(void **state)
{
	struct sql *db = make();
	(void)state;
	assert_true(change(db) > 0);
	assert_int_equal(change(db), 0);
	must(db, "DELETE FROM t WHERE n % 2 = 0");
	assert_int_equal(change(db), 0);
	sql_close(db, false);
}

static void *in_a_thread(void *arg)
{
	struct sql *db = make();
	(void)arg;
	change(db);
	change(db);
	sql_close(db, false);
	return NULL;
}

static void gives_all_back_at_the_end(void **state)
{
	pthread_t thread;
	(void)state;
	int before = out;
	assert_int_equal(pthread_create(&thread, NULL, in_a_thread, NULL), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(out, before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_blocks_of_a_transaction),
		cmocka_unit_test(gives_all_back_at_the_end),
	};
	return cmocka_run_group_tests(tests, set_up, NULL);
}
