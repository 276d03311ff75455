#include "store/sql.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/sql_private.h"

struct sql {
	sqlite3 *handle;
	bool in_file;
	sqlite3_stmt *kept[SQL_STATEMENTS];
};

/* SQLite's own limit on images is 1 GiB; ours are the settings. */
#define IMAGE_MAX ((sqlite3_int64)1 << 40)
/* Where its header says how the file is written and read: 1 with a rollback journal, 2 with a WAL,
 * which an image has not. */
#define WRITE_VERSION_AT 18
#define READ_VERSION_AT 19

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
	sqlite3_config(SQLITE_CONFIG_MEMDB_MAXSIZE, IMAGE_MAX);
	sql_memory_install();
	page_cache_install();
}

int sql_open(const char *path, struct sql **ret)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, configure);
	struct sql *db = calloc(1, sizeof *db);
	if (!db)
		return -ENOMEM;
	db->in_file = path != NULL;
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

static int run(struct sql *db, enum statement id)
{
	struct sqlite3_stmt *q = sql_use(db, id);
	int r = sql_step(q);
	sql_end(q);
	return r;
}

int sql_begin(struct sql *db)
{
	/* what would undo it is made ready first: by then there may be no memory for that */
	return sql_use(db, SQL_ROLLBACK) ? run(db, SQL_BEGIN) : use_error;
}

int sql_commit(struct sql *db)
{
	int r = run(db, SQL_COMMIT);
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

int sql_run_made(struct sql *db, enum statement id, int64_t n, int64_t *ret)
{
	struct sqlite3_stmt *q = sql_use(db, id);
	sql_bind_int(q, 1, n);
	int r = sql_step(q);
	const char *text = r == 1 ? (const char *)sqlite3_column_text(q, 0) : NULL;
	if (r == 1)
		r = !text ? -ENOMEM : ret ? sql_exec_int(db, text, ret) : sql_exec(db, text);
	sql_end(q);
	return r;
}

int64_t sql_changes(struct sql *db)
{
	return sqlite3_changes(db->handle);
}

const char *sql_library_version(void)
{
	return sqlite3_libversion();
}

int sql_image(struct sql *db, struct str *ret)
{
	struct sql *copy = NULL;
	sqlite3_int64 n = 0;
	int r = 0;
	/* sqlite3_serialize takes a page that it cannot read for zeros. In memory there is none. */
	if (db->in_file) {
		r = sql_open(NULL, &copy);
		if (r == 0)
			r = sql_replace(copy, db);
	}
	unsigned char *p = NULL;
	if (r == 0 && !must_fail())
		p = sqlite3_serialize(copy ? copy->handle : db->handle, "main", &n, 0);
	sql_close(copy, true);
	if (r < 0)
		return r;
	if (!p)
		return failed(NULL, SQLITE_NOMEM);
	p[WRITE_VERSION_AT] = p[READ_VERSION_AT] = 1;
	*ret = (struct str){(char *)p, (size_t)n};
	return 0;
}

void sql_image_free(struct str image)
{
	sqlite3_free((void *)(uintptr_t)image.p);
}

/* What SQLite advises for databases from strangers. */
static void distrust(sqlite3 *handle)
{
	sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, 100000);
	sqlite3_limit(handle, SQLITE_LIMIT_EXPR_DEPTH, 50);
	sqlite3_limit(handle, SQLITE_LIMIT_TRIGGER_DEPTH, 1);
}

int sql_open_image(struct str image, bool copy, struct sql **ret)
{
	struct sql *db;
	unsigned flags = SQLITE_DESERIALIZE_READONLY;
	unsigned char *p = (unsigned char *)(uintptr_t)image.p;
	int r = sql_open(NULL, &db);
	if (r < 0)
		return r;
	if (copy) {
		flags = SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE;
		p = sqlite3_malloc64(image.n);
		if (p) {
			memcpy(p, image.p, image.n);
			p[WRITE_VERSION_AT] = p[READ_VERSION_AT] = 1;
		}
	}
	int code = must_fail() ? SQLITE_IOERR : SQLITE_NOMEM;
	if (p && code == SQLITE_NOMEM)
		code = sqlite3_deserialize(db->handle, "main", p, (sqlite3_int64)image.n,
			(sqlite3_int64)image.n, flags);
	if (code != SQLITE_OK) {
		r = failed(NULL, code);
		sql_close(db, true);
		return r;
	}
	distrust(db->handle);
	*ret = db;
	return 0;
}

int sql_replace(struct sql *to, struct sql *from)
{
	if (must_fail())
		return failed(NULL, SQLITE_IOERR);
	sqlite3_backup *copying = sqlite3_backup_init(to->handle, "main", from->handle, "main");
	if (!copying)
		return failed(to->handle, sqlite3_errcode(to->handle));
	int step = sqlite3_backup_step(copying, -1);
	int code = sqlite3_backup_finish(copying);
	if (code == SQLITE_OK && step != SQLITE_DONE)
		code = step;
	return code == SQLITE_OK ? 0 : failed(NULL, code);
}

/* All rows of one table. */
static int is_table_utf8(sqlite3 *handle, const char *table, bool *good)
{
	char text[160];
	sqlite3_stmt *q = NULL;
	snprintf(text, sizeof text, "SELECT * FROM \"%s\"", table);
	int code = sqlite3_prepare_v2(handle, text, -1, &q, NULL);
	while (code == SQLITE_OK && *good && sqlite3_step(q) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(q); i++)
			if (sqlite3_column_type(q, i) == SQLITE_TEXT)
				*good = *good && str_is_utf8(sql_str(q, i));
	}
	int end = sqlite3_finalize(q);
	return code == SQLITE_OK ? end : code;
}

int sql_is_utf8(struct sql *db, bool *ret)
{
	sqlite3_stmt *q = NULL;
	bool good = true;
	int code = sqlite3_prepare_v2(
		db->handle, "SELECT name FROM sqlite_schema WHERE type = 'table'", -1, &q, NULL);
	while (code == SQLITE_OK && good && sqlite3_step(q) == SQLITE_ROW) {
		const char *table = (const char *)sqlite3_column_text(q, 0);
		code = table ? is_table_utf8(db->handle, table, &good) : SQLITE_NOMEM;
	}
	int end = sqlite3_finalize(q);
	if (code == SQLITE_OK)
		code = end;
	*ret = good;
	return code == SQLITE_OK ? 0 : failed(NULL, code);
}
