/* The only user of sqlite3.h: a connection whose statements are prepared on first use and kept.
 * A struct sql is used by one thread at a time; the store sees to that.
 *
 * Errors are negative errno values: -ENOMEM, -EEXIST (a key is taken), -EBUSY (another process has
 * the file), -EBADMSG (the file is damaged or no database), -EIO for the rest. */
#ifndef STORE_SQL_H
#define STORE_SQL_H

#include "core/arena.h"
#include "store/statements.h"

struct sql;
struct sqlite3_stmt;

/* path NULL: in memory. Process-wide set-up happens on the first call. */
int sql_open(const char *path, struct sql **ret);
/* keep_file: leave the file exactly as it is, even when a write-ahead log could be merged. */
void sql_close(struct sql *db, bool keep_file);
/* SQLite's own words for the last failure of this thread; never NULL. */
const char *sql_failure(void);

/* One or more statements without parameters or results. */
int sql_exec(struct sql *db, const char *text);
/* The single integer a statement gives; *ret is untouched when it gives no row. */
int sql_exec_int(struct sql *db, const char *text, int64_t *ret);
/* True when the text gives exactly one row holding this text. */
int sql_exec_is(struct sql *db, const char *text, const char *wanted, bool *ret);

int sql_begin(struct sql *db);
int sql_commit(struct sql *db); /* on failure the transaction is rolled back */
void sql_rollback(struct sql *db);

/* A kept statement, ready for binding; NULL when it cannot be prepared. Give it back by sql_end
 * before it is used again. Bound bytes must live until then. Parameters count from 1. */
struct sqlite3_stmt *sql_use(struct sql *db, enum statement id);
void sql_bind_int(struct sqlite3_stmt *q, int at, int64_t value);
void sql_bind_text(struct sqlite3_stmt *q, int at, struct str value);
void sql_bind_blob(struct sqlite3_stmt *q, int at, struct str value);
/* 1: a row; 0: done; negative: failed. NULL q: -ENOMEM or what sql_use met. */
int sql_step(struct sqlite3_stmt *q);
int64_t sql_int(struct sqlite3_stmt *q, int column); /* columns count from 0 */
bool sql_is_null(struct sqlite3_stmt *q, int column);
struct str sql_str(struct sqlite3_stmt *q, int column); /* alive until the next step or end */
void sql_end(struct sqlite3_stmt *q);
/* Rows changed by the last statement that was stepped to its end. */
int64_t sql_changes(struct sql *db);
const char *sql_library_version(void);

/* Runs the text that a kept statement makes; ?1 of it is n. With ret (may be NULL) the text gives a
 * single integer. */
int sql_run_made(struct sql *db, enum statement id, int64_t n, int64_t *ret);

/* --- images: a whole database as bytes --- */

/* A copy in rollback-journal form; given back by sql_image_free. The database must be idle. */
int sql_image(struct sql *db, struct str *ret);
void sql_image_free(struct str image);
/* A database in memory that holds the image: a copy of it, or the bytes themselves, to be read only
 * and to outlive it. Nothing in it is trusted. */
int sql_open_image(struct str image, bool copy, struct sql **ret);
/* All of from takes the place of all of to, in one transaction. Both must be idle. */
int sql_replace(struct sql *to, struct sql *from);
/* Whether each text in each table is UTF-8. */
int sql_is_utf8(struct sql *db, bool *ret);

/* For torture tests: the n-th step or prepare of this thread from now on fails, once (0: none). */
void sql_fail_at(unsigned long n);

#endif
