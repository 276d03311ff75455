/* What the files of store/ share. */
#ifndef STORE_PRIVATE_H
#define STORE_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "store/sql.h"
#include "store/store.h"

struct store {
	struct sql *db;
	pthread_mutex_t lock;
	_Atomic(char *) owner; /* who has the lock: a transaction's work enters again */
	unsigned depth;        /* how often */
	_Atomic uint64_t generation;
	bool changed; /* in this transaction */
	/* Numbers for issued tokens that the counter has given out and no token has yet, the last
	 * of them and how many: the counter is not written for each. */
	struct numbers {
		int64_t last, left;
	} numbers;

	/* purge.c */
	_Atomic int64_t next_purge; /* not before that time */
	int64_t earliest;           /* no row expires before */
	int64_t last_purge;
};

/* The connection, held until store_leave. Inside store_transaction the thread has it already. */
struct sql *store_enter(struct store *s);
void store_leave(struct store *s);
/* With the store entered: a service, a client, an owner or one of their tokens may have changed. */
void store_changed(struct store *s);

int64_t store_version(void); /* of the layout */
/* From that version to that one, in one transaction. */
int store_migrate(struct sql *db, int64_t from, int64_t to);

/* With the store entered: a row was added that expires then; every function that puts such a row
 * calls it. The rows are known to be gone; nothing is known about them. */
void store_expires(struct store *s, int64_t expires_at);
void store_expires_none(struct store *s);
void store_expires_unknown(struct store *s);

/* The last of the next n of "service" or "issued": never one that was given before, until all is
 * emptied. */
int store_next_numbers(struct sql *db, const char *of, int64_t n, int64_t *ret);
/* With the store entered: the next for an issued token. */
int store_issued_number(struct store *s, int64_t *ret);
/* With the store entered: the counter has what no token has, so that it can be read by others. */
int store_return_numbers(struct store *s);

/* A row of CLIENT_COLUMNS, copied to the arena. */
int store_client_read(struct sqlite3_stmt *q, struct arena *a, struct store_client *ret);

/* SQLite takes a file of a few bytes for a fresh database, and does not miss the end of a last
 * page. -EBADMSG when the file is not empty and is not, from its first byte to its last, a
 * database. */
int store_file_check(const char *path);

#endif
