#include "store/store.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/migrations.h"
#include "store/store_private.h"

#define VERSION ((int64_t)(sizeof migrations / sizeof migrations[0]))

/* Pages that are free after the store was emptied: from here on they are given back. */
#define FREE_PAGES_MAX 1000

/* Its address tells a thread from the others. */
static _Thread_local char self;

/* One moment of waiting that costs the other threads of the processor nothing. */
static void pause_once(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("isb");
#endif
}

/* It is held for microseconds, while falling asleep and waking take tens of them. So this looks a
 * few times, then lets others run between two looks, as the holder may be waiting for this very
 * processor, and sleeps only when somebody has it for long: a snapshot, a reset. */
static void lock(pthread_mutex_t *mutex)
{
	enum { LOOKS = 200, LOOKS_ALONE = 6, PAUSES = 30 };
	for (int look = 0; look < LOOKS; look++) {
		if (pthread_mutex_trylock(mutex) == 0)
			return;
		for (int i = 0; i < PAUSES; i++)
			pause_once();
		if (look >= LOOKS_ALONE)
			sched_yield();
	}
	pthread_mutex_lock(mutex);
}

struct sql *store_enter(struct store *s)
{
	if (atomic_load_explicit(&s->owner, memory_order_relaxed) != &self) {
		lock(&s->lock);
		atomic_store_explicit(&s->owner, &self, memory_order_relaxed);
	}
	s->depth++;
	return s->db;
}

void store_leave(struct store *s)
{
	if (--s->depth)
		return;
	atomic_store_explicit(&s->owner, NULL, memory_order_relaxed);
	pthread_mutex_unlock(&s->lock);
}

void store_changed(struct store *s)
{
	/* one sequence for all stores: no two states share a number */
	static _Atomic uint64_t last;
	s->changed = true;
	atomic_store(&s->generation, atomic_fetch_add(&last, 1) + 1);
}

uint64_t store_generation(struct store *s)
{
	return atomic_load_explicit(&s->generation, memory_order_acquire);
}

/* A sentence about a database that cannot be used. */
static int refuse(int r, const char **ret_why)
{
	static _Thread_local char why[256];
	const char *what = r == -EBUSY     ? "another process is using it"
			   : r == -EBADMSG ? "it is damaged, or not a SQLite database"
			   : r == -ENOMEM  ? "there is not enough memory"
					   : "it cannot be read and written";
	snprintf(why, sizeof why, "%s (%s)", what, sql_failure());
	*ret_why = why;
	return r;
}

/* Looks before anything is written: is the file ours, whole, and of a version we know? Gives the
 * version, 0 for a fresh one. */
static int examine(struct sql *db, int64_t *ret_version, const char **ret_why)
{
	int64_t application = 0, version = 0, objects = 0;
	bool whole = false;
	int r = sql_exec_int(db, "PRAGMA application_id", &application);
	if (r == 0)
		r = sql_exec_int(db, "PRAGMA user_version", &version);
	if (r == 0)
		r = sql_exec_int(db, "SELECT count(*) FROM sqlite_schema", &objects);
	if (r < 0)
		return refuse(r, ret_why);
	if (application == 0 && version == 0 && objects == 0) {
		*ret_version = 0;
		return 0;
	}
	if (application != STORE_APPLICATION_ID) {
		*ret_why = "it is a SQLite database of another program";
		return -EBADMSG;
	}
	if (version > VERSION) {
		*ret_why = "it was made by a newer authlete-mock";
		return -EBADMSG;
	}
	r = sql_exec_is(db, "PRAGMA quick_check(1)", "ok", &whole);
	if (r < 0)
		return refuse(r, ret_why);
	if (!whole || version < 1)
		return refuse(-EBADMSG, ret_why);
	*ret_version = version;
	return 0;
}

int64_t store_version(void)
{
	return VERSION;
}

int store_migrate(struct sql *db, int64_t from, int64_t to)
{
	char text[96];
	if (from == to)
		return 0;
	/* not sql_begin: the ROLLBACK it makes ready would be stale after a change of the layout,
	 * and want memory when there is none. Who cannot migrate a database closes it. */
	int r = sql_exec(db, "BEGIN IMMEDIATE");
	for (int64_t v = from; r == 0 && v < to; v++)
		r = sql_exec(db, migrations[v]);
	snprintf(text, sizeof text, "PRAGMA application_id = %d; PRAGMA user_version = %d",
		STORE_APPLICATION_ID, (int)to);
	if (r == 0)
		r = sql_exec(db, text);
	return r < 0 ? r : sql_exec(db, "COMMIT");
}

/* The lock on the file is taken by the first look and kept: a second process is refused at its
 * start rather than surprised later. */
static const char before_look[] = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cell_size_check = ON;";
/* Debian's SQLite overwrites what is deleted with zeros by default; test data needs no shredding.
 * In WAL mode with synchronous=NORMAL a commit survives kill -9, though not a power cut. */
static const char after_look[] =
	"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000;";
static const char for_all[] = "PRAGMA secure_delete = OFF; PRAGMA temp_store = MEMORY;"
			      "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;";

static int prepare(struct sql *db, bool in_file, int64_t *ret_version, const char **ret_why)
{
	int r = in_file ? sql_exec(db, before_look) : 0;
	if (r < 0)
		return refuse(r, ret_why);
	r = examine(db, ret_version, ret_why);
	if (r < 0)
		return r;
	if (in_file)
		r = sql_exec(db, after_look);
	if (r == 0)
		r = sql_exec(db, for_all);
	if (r == 0)
		r = store_migrate(db, *ret_version, VERSION);
	return r < 0 ? refuse(r, ret_why) : 0;
}

int store_open(const char *path, struct store **ret, bool *ret_new, const char **ret_why)
{
	int64_t version = 0;
	struct store *s = calloc(1, sizeof *s);
	if (!s || pthread_mutex_init(&s->lock, NULL) != 0) {
		free(s);
		*ret_why = "there is not enough memory";
		return -ENOMEM;
	}
	int r = path ? store_file_check(path) : 0;
	if (r < 0) {
		*ret_why = "it is damaged, or not a SQLite database";
	} else {
		r = sql_open(path, &s->db);
		r = r < 0 ? refuse(r, ret_why) : prepare(s->db, path != NULL, &version, ret_why);
	}
	if (r < 0) {
		sql_close(s->db, true);
		pthread_mutex_destroy(&s->lock);
		free(s);
		return r;
	}
	store_changed(s);
	if (version == 0)
		store_expires_none(s);
	else
		store_expires_unknown(s);
	*ret = s;
	*ret_new = version == 0;
	return 0;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	(void)store_return_numbers(s); /* else some are never given */
	sql_close(s->db, false);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static int empty(struct store *s)
{
	store_expires_none(s);
	s->numbers.left = 0;
	return sql_run_made(s->db, SQL_MAKE_EMPTY, 0, NULL);
}

/* After much was removed. When it cannot be done the store is larger than it need be, no more. */
static void shrink(struct sql *db)
{
	int64_t pages = 0;
	if (sql_exec_int(db, "PRAGMA freelist_count", &pages) == 0 && pages > FREE_PAGES_MAX)
		(void)sql_exec(db, "VACUUM");
}

int store_transaction(
	struct store *s, bool empty_first, int (*work)(struct store *s, void *arg), void *arg)
{
	struct sql *db = store_enter(s);
	if (s->depth > 1) { /* part of another one */
		int r = work(s, arg);
		store_leave(s);
		return r;
	}
	int r = sql_begin(db);
	const struct numbers numbers = s->numbers;
	s->changed = empty_first;
	if (r == 0) {
		if (empty_first)
			r = empty(s);
		if (r == 0 && work)
			r = work(s, arg);
		if (r < 0)
			sql_rollback(db);
		else
			r = sql_commit(db);
		if (r < 0)
			s->numbers = numbers;
	}
	if (r == 0 && empty_first)
		shrink(db);
	else if (empty_first)
		store_expires_unknown(s);
	if (s->changed) /* once more: what was seen within may have been taken back */
		store_changed(s);
	store_leave(s);
	return r;
}

int64_t store_bytes(struct store *s)
{
	int64_t bytes = 0;
	struct sql *db = store_enter(s);
	struct sqlite3_stmt *q = sql_use(db, SQL_BYTES);
	if (sql_step(q) == 1)
		bytes = sql_int(q, 0);
	sql_end(q);
	store_leave(s);
	return bytes;
}

const char *store_library_version(void)
{
	return sql_library_version();
}
