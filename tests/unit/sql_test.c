#include "check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/sql.h"

static struct sql *db;

static int set_up(void **state)
{
	(void)state;
	db = NULL;
	if (sql_open(NULL, &db) < 0)
		return -1;
	return sql_exec(db,
		"CREATE TABLE ticket (ticket TEXT NOT NULL, service_id INTEGER NOT NULL,"
		" client_id INTEGER, created_at INTEGER, expires_at INTEGER,"
		" PRIMARY KEY (ticket, service_id)) STRICT");
}

static int tear_down(void **state)
{
	(void)state;
	sql_fail_at(0);
	sql_close(db, false);
	return 0;
}

static int put(const char *name)
{
	struct sqlite3_stmt *q = sql_use(db, SQL_TICKET_PUT);
	sql_bind_text(q, 1, str_of(name));
	sql_bind_int(q, 2, 1);
	int r = sql_step(q);
	sql_end(q);
	return r;
}

static int64_t count(void)
{
	int64_t n = -1;
	assert_int_equal(sql_exec_int(db, "SELECT count(*) FROM ticket", &n), 0);
	return n;
}

static void runs_statements(void **state)
{
	(void)state;
	assert_int_equal(put("a"), 0);
	assert_int_equal(sql_changes(db), 1);
	assert_int_equal(put("a"), -EEXIST);
	assert_non_null(strstr(sql_failure(), "UNIQUE"));
	assert_int_equal(put("b"), 0); /* a failed statement is ready again */
	struct sqlite3_stmt *q = sql_use(db, SQL_TICKET_LIST);
	assert_ptr_equal(q, sql_use(db, SQL_TICKET_LIST)); /* kept */
	sql_bind_int(q, 1, 1);
	sql_bind_int(q, 2, 10);
	sql_bind_int(q, 3, 0);
	assert_int_equal(sql_step(q), 1);
	check_str("name", sql_str(q, 0), "a");
	assert_true(sql_is_null(q, 1));
	assert_false(sql_is_null(q, 0));
	assert_int_equal(sql_step(q), 1);
	check_str("name", sql_str(q, 0), "b");
	assert_int_equal(sql_step(q), 0);
	sql_end(q);
	/* nothing of an earlier binding is left */
	q = sql_use(db, SQL_TICKET_GET);
	sql_bind_text(q, 1, STR("a"));
	sql_bind_int(q, 2, 1);
	assert_int_equal(sql_step(q), 1);
	sql_end(q);
	assert_int_equal(sql_step(q), 0);
	sql_end(q);
}

/* Of tables that nobody listed. */
static void runs_made_statements(void **state)
{
	int64_t earliest = 0, left = -1;
	(void)state;
	assert_int_equal(sql_exec(db, "CREATE TABLE later (expires_at INTEGER, id INTEGER);"
				      "CREATE TABLE lasting (id INTEGER);"
				      "INSERT INTO lasting VALUES (1);"
				      "INSERT INTO later VALUES (5, 1), (9, 2);"
				      "INSERT INTO ticket VALUES ('a', 1, 1, 1, 7)"),
		0);
	assert_int_equal(sql_run_made(db, SQL_MAKE_EARLIEST, INT64_MAX, &earliest), 0);
	assert_int_equal(earliest, 5);
	assert_int_equal(sql_run_made(db, SQL_MAKE_PURGE, 9, NULL), 0);
	assert_int_equal(count(), 0);
	assert_int_equal(sql_run_made(db, SQL_MAKE_EARLIEST, INT64_MAX, &earliest), 0);
	assert_int_equal(earliest, 9);
	assert_int_equal(sql_run_made(db, SQL_MAKE_PURGE, 10, NULL), 0);
	assert_int_equal(sql_run_made(db, SQL_MAKE_EARLIEST, INT64_MAX, &earliest), 0);
	assert_true(earliest == INT64_MAX);
	assert_int_equal(sql_exec_int(db, "SELECT count(*) FROM lasting", &left), 0);
	assert_int_equal(left, 1);
	assert_int_equal(sql_run_made(db, SQL_MAKE_EMPTY, 0, NULL), 0);
	assert_int_equal(sql_exec_int(db, "SELECT count(*) FROM lasting", &left), 0);
	assert_int_equal(left, 0);
}

static void binds_awkward_bytes(void **state)
{
	static const struct {
		const char *row;
		struct str bytes;
	} rows[] = {
		{"empty", BYTES("")},
		{"no pointer", {NULL, 0}},
		{"zeros", BYTES("\0a\0")},
		{"UTF-8", BYTES("\xF0\x9F\x98\x80")},
		{"quotes", BYTES("'; DROP TABLE ticket; --")},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sqlite3_stmt *q = sql_use(db, SQL_TICKET_PUT);
		sql_bind_text(q, 1, rows[i].bytes);
		sql_bind_int(q, 2, (int64_t)i - 1000);
		check(rows[i].row, sql_step(q) == 0);
		sql_end(q);
		q = sql_use(db, SQL_TICKET_GET);
		sql_bind_text(q, 1, rows[i].bytes);
		sql_bind_int(q, 2, (int64_t)i - 1000);
		check(rows[i].row, sql_step(q) == 1);
		check(rows[i].row, str_eq(sql_str(q, 0), rows[i].bytes));
		check(rows[i].row, !sql_is_null(q, 0));
		sql_end(q);
	}
	assert_int_equal(count(), COUNT(rows));
}

static void reads_single_values(void **state)
{
	int64_t n = 7;
	bool is = false;
	(void)state;
	assert_int_equal(sql_exec_int(db, "SELECT 42", &n), 0);
	assert_int_equal(n, 42);
	assert_int_equal(sql_exec_int(db, "SELECT 1 WHERE 0", &n), 0);
	assert_int_equal(n, 42);
	assert_true(sql_exec_int(db, "SELEC 1", &n) < 0);
	assert_int_equal(sql_exec_is(db, "SELECT 'ok'", "ok", &is), 0);
	assert_true(is);
	assert_int_equal(sql_exec_is(db, "SELECT 'ok' UNION ALL SELECT 'more'", "ok", &is), 0);
	assert_false(is);
	assert_int_equal(sql_exec_is(db, "SELECT 'no'", "ok", &is), 0);
	assert_false(is);
	assert_int_equal(sql_exec_is(db, "SELECT NULL", "ok", &is), 0);
	assert_false(is);
	assert_int_equal(sql_exec_is(db, "SELECT 'ok' WHERE 0", "ok", &is), 0);
	assert_false(is);
}

static void rolls_back(void **state)
{
	(void)state;
	assert_int_equal(sql_begin(db), 0);
	assert_int_equal(put("a"), 0);
	sql_rollback(db);
	assert_int_equal(count(), 0);
	assert_int_equal(sql_begin(db), 0);
	assert_int_equal(put("a"), 0);
	assert_int_equal(sql_commit(db), 0);
	assert_int_equal(count(), 1);
	/* a commit that fails leaves no transaction open */
	assert_int_equal(sql_begin(db), 0);
	assert_int_equal(put("b"), 0);
	sql_fail_at(1);
	assert_true(sql_commit(db) < 0);
	assert_int_equal(count(), 1);
	assert_int_equal(sql_begin(db), 0);
	assert_int_equal(sql_commit(db), 0);
	sql_rollback(db); /* without a transaction: nothing */
	assert_int_equal(put("c"), 0);
	assert_int_equal(count(), 2);
}

static void fails_on_request(void **state)
{
	(void)state;
	sql_fail_at(1); /* the prepare */
	assert_null(sql_use(db, SQL_TICKET_COUNT));
	assert_true(sql_step(NULL) < 0);
	sql_bind_int(NULL, 1, 1);
	sql_bind_text(NULL, 1, STR("x"));
	sql_bind_blob(NULL, 1, STR("x"));
	sql_end(NULL);
	sql_fail_at(2); /* the step */
	assert_true(put("a") < 0);
	assert_int_equal(count(), 0);
	assert_int_equal(put("a"), 0);
}

static void opens_files(void **state)
{
	char path[] = "/tmp/sql-test-XXXXXX";
	struct sql *file;
	int64_t n = 0;
	(void)state;
	assert_true(sql_open("/nonexistent/x.db", &file) < 0);
	assert_non_null(strstr(sql_failure(), "open"));
	assert_true(mkdtemp(path) != NULL);
	char name[64];
	snprintf(name, sizeof name, "%s/a b?c#%%41.db", path); /* a path, never a URI */
	assert_int_equal(sql_open(name, &file), 0);
	assert_int_equal(sql_exec(file, "CREATE TABLE t (x); INSERT INTO t VALUES (1)"), 0);
	sql_close(file, false);
	assert_int_equal(access(name, F_OK), 0);
	assert_int_equal(sql_open(name, &file), 0);
	assert_int_equal(sql_exec_int(file, "SELECT x FROM t", &n), 0);
	assert_int_equal(n, 1);
	sql_close(file, true);
	unlink(name);
	rmdir(path);
	sql_close(NULL, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(runs_statements, set_up, tear_down),
		cmocka_unit_test_setup_teardown(runs_made_statements, set_up, tear_down),
		cmocka_unit_test_setup_teardown(binds_awkward_bytes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(reads_single_values, set_up, tear_down),
		cmocka_unit_test_setup_teardown(rolls_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(fails_on_request, set_up, tear_down),
		cmocka_unit_test(opens_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
