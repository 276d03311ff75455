#include "store/sql.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sql {
	sqlite3 *handle;
	sqlite3_stmt *kept[SQL_STATEMENTS];
};

#define STATEMENT_TEXT(id, text) [id] = text,
static const char *const texts[SQL_STATEMENTS] = {STATEMENTS(STATEMENT_TEXT)};
#undef STATEMENT_TEXT

static _Thread_local char failure[160] = "no failure";
static _Thread_local int use_error; /* why sql_use of this thread last gave NULL */
static _Thread_local unsigned long fail_countdown;

void sql_fail_at(unsigned long n)
{
	fail_countdown = n;
}

static bool must_fail(void)
{
	return fail_countdown && --fail_countdown == 0;
}

const char *sql_failure(void)
{
	return failure;
}

/* Keeps the words for sql_failure, on one line. */
static void remember(const char *words)
{
	snprintf(failure, sizeof failure, "%s", words);
	for (char *p = failure; *p; p++)
		if (*p == '\n')
			*p = ' ';
}

static int failed(sqlite3 *handle, int code)
{
	remember(handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code));
	switch (code & 0xFF) {
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_CONSTRAINT:
		return -EEXIST;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EBADMSG;
	default:
		return -EIO;
	}
}

/* Before the first connection: no mutexes of its own (the store has one per connection), and no
 * count of every allocation behind a process-wide lock. */
static void configure(void)
{
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

int sql_open(const char *path, struct sql **ret)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, configure);
	struct sql *db = calloc(1, sizeof *db);
	if (!db)
		return -ENOMEM;
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
	int code = sqlite3_open_v2(path ? path : ":memory:", &db->handle, flags, NULL);
	if (code != SQLITE_OK) {
		int r = failed(db->handle, code);
		sql_close(db, true);
		return r;
	}
	sqlite3_extended_result_codes(db->handle, 1);
	*ret = db;
	return 0;
}

void sql_close(struct sql *db, bool keep_file)
{
	if (!db)
		return;
	for (size_t i = 0; i < SQL_STATEMENTS; i++)
		sqlite3_finalize(db->kept[i]);
	if (keep_file && db->handle)
		sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_close(db->handle);
	free(db);
}

int sql_exec(struct sql *db, const char *text)
{
	int code = must_fail() ? SQLITE_IOERR : sqlite3_exec(db->handle, text, NULL, NULL, NULL);
	return code == SQLITE_OK ? 0 : failed(db->handle, code);
}

int sql_exec_int(struct sql *db, const char *text, int64_t *ret)
{
	sqlite3_stmt *q = NULL;
	int code = sqlite3_prepare_v2(db->handle, text, -1, &q, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_step(q);
	if (code == SQLITE_ROW)
		*ret = sqlite3_column_int64(q, 0);
	int r = code == SQLITE_ROW || code == SQLITE_DONE ? 0 : failed(db->handle, code);
	sqlite3_finalize(q);
	return r;
}

int sql_exec_is(struct sql *db, const char *text, const char *wanted, bool *ret)
{
	sqlite3_stmt *q = NULL;
	int code = sqlite3_prepare_v2(db->handle, text, -1, &q, NULL);
	bool same = false;
	if (code == SQLITE_OK)
		code = sqlite3_step(q);
	if (code == SQLITE_ROW) {
		const char *got = (const char *)sqlite3_column_text(q, 0);
		same = got && strcmp(got, wanted) == 0;
		if (!same)
			remember(got ? got : "NULL");
		code = sqlite3_step(q);
	}
	int r = code == SQLITE_ROW || code == SQLITE_DONE ? 0 : failed(db->handle, code);
	*ret = same && code == SQLITE_DONE;
	sqlite3_finalize(q);
	return r;
}

struct sqlite3_stmt *sql_use(struct sql *db, enum statement id)
{
	if (db->kept[id])
		return db->kept[id];
	int code = must_fail() ? SQLITE_NOMEM
			       : sqlite3_prepare_v3(db->handle, texts[id], -1,
					 SQLITE_PREPARE_PERSISTENT, &db->kept[id], NULL);
	if (code == SQLITE_OK)
		return db->kept[id];
	use_error = failed(db->handle, code);
	return NULL;
}

int sql_begin(struct sql *db)
{
	/* what would undo it is made ready first: by then there may be no memory for that */
	if (!sql_use(db, SQL_ROLLBACK))
		return use_error;
	return sql_exec(db, "BEGIN IMMEDIATE");
}

int sql_commit(struct sql *db)
{
	int r = sql_exec(db, "COMMIT");
	if (r < 0)
		sql_rollback(db);
	return r;
}

void sql_rollback(struct sql *db)
{
	sqlite3_stmt *q = db->kept[SQL_ROLLBACK];
	if (!q || sqlite3_get_autocommit(db->handle))
		return; /* none is open: some failures end it by themselves */
	sqlite3_step(q);
	sqlite3_reset(q);
}

void sql_bind_int(struct sqlite3_stmt *q, int at, int64_t value)
{
	if (q)
		sqlite3_bind_int64(q, at, value);
}

/* Bytes that may be empty: a NULL pointer would bind NULL. */
static const char *bytes_of(struct str s)
{
	return s.p ? s.p : "";
}

void sql_bind_text(struct sqlite3_stmt *q, int at, struct str value)
{
	if (q)
		sqlite3_bind_text64(q, at, bytes_of(value), value.n, SQLITE_STATIC, SQLITE_UTF8);
}

void sql_bind_blob(struct sqlite3_stmt *q, int at, struct str value)
{
	if (q)
		sqlite3_bind_blob64(q, at, bytes_of(value), value.n, SQLITE_STATIC);
}

int sql_step(struct sqlite3_stmt *q)
{
	if (!q)
		return use_error;
	int code = must_fail() ? SQLITE_IOERR : sqlite3_step(q);
	if (code == SQLITE_ROW)
		return 1;
	return code == SQLITE_DONE ? 0 : failed(sqlite3_db_handle(q), code);
}

int64_t sql_int(struct sqlite3_stmt *q, int column)
{
	return sqlite3_column_int64(q, column);
}

bool sql_is_null(struct sqlite3_stmt *q, int column)
{
	return sqlite3_column_type(q, column) == SQLITE_NULL;
}

struct str sql_str(struct sqlite3_stmt *q, int column)
{
	const char *p = sqlite3_column_blob(q, column);
	return (struct str){p, p ? (size_t)sqlite3_column_bytes(q, column) : 0};
}

void sql_end(struct sqlite3_stmt *q)
{
	if (!q)
		return;
	sqlite3_reset(q);
	sqlite3_clear_bindings(q);
}

int64_t sql_changes(struct sql *db)
{
	return sqlite3_changes(db->handle);
}

const char *sql_library_version(void)
{
	return sqlite3_libversion();
}
