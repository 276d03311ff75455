#include <errno.h>
#include <string.h>

#include "store/store_private.h"

static struct str hash_bytes(const unsigned char hash[SHA256_SIZE])
{
	return (struct str){(const char *)hash, SHA256_SIZE};
}

/* Copies a hash, if there is one. False when it is none of ours. */
static bool read_hash(
	struct sqlite3_stmt *q, int column, unsigned char ret[SHA256_SIZE], bool *ret_there)
{
	struct str bytes = sql_str(q, column);
	*ret_there = !sql_is_null(q, column);
	if (*ret_there && bytes.n == SHA256_SIZE)
		memcpy(ret, bytes.p, SHA256_SIZE);
	return !*ret_there || bytes.n == SHA256_SIZE;
}

/* What ISSUED_COLUMNS names. */
static int read_row(struct sqlite3_stmt *q, struct arena *a, struct store_issued *ret)
{
	bool has_access;
	struct store_issued row = {
		.number = sql_int(q, 0),
		.client_id = sql_int(q, 4),
		.grant_type = arena_copy(a, sql_str(q, 6)),
		.scopes = arena_copy(a, sql_str(q, 7)),
		.refresh_scopes = arena_copy(a, sql_str(q, 8)),
		.created_at = sql_int(q, 9),
		.access_expires_at = sql_int(q, 10),
		.refresh_expires_at = sql_int(q, 11),
		.refreshed_at = sql_int(q, 12),
		.details = arena_copy(a, sql_str(q, 13)),
	};
	if (!read_hash(q, 1, row.access_hash, &has_access) ||
		!read_hash(q, 2, row.refresh_hash, &row.refreshable) ||
		!read_hash(q, 3, row.previous_hash, &row.has_previous))
		return -EBADMSG; /* an image may come from anybody */
	if (!sql_is_null(q, 5))
		row.subject = arena_copy(a, sql_str(q, 5));
	if (a->failed)
		return -ENOMEM;
	*ret = row;
	return 0;
}

/* ?1 to ?16 of SQL_ISSUED_PUT and SQL_ISSUED_REPLACE. */
static void bind_row(
	struct sqlite3_stmt *q, int64_t service_id, int64_t number, const struct store_issued *row)
{
	int64_t refresh_end = row->refreshable ? row->refresh_expires_at : 0;
	int64_t end = refresh_end > row->access_expires_at ? refresh_end : row->access_expires_at;
	sql_bind_int(q, 1, service_id);
	sql_bind_blob(q, 2, hash_bytes(row->access_hash));
	if (row->refreshable)
		sql_bind_blob(q, 3, hash_bytes(row->refresh_hash));
	if (row->has_previous)
		sql_bind_blob(q, 4, hash_bytes(row->previous_hash));
	sql_bind_int(q, 5, row->client_id);
	if (row->subject.p)
		sql_bind_text(q, 6, row->subject);
	sql_bind_text(q, 7, row->grant_type);
	sql_bind_text(q, 8, row->scopes);
	sql_bind_text(q, 9, row->refresh_scopes);
	sql_bind_int(q, 10, row->created_at);
	sql_bind_int(q, 11, row->access_expires_at);
	sql_bind_int(q, 12, refresh_end);
	sql_bind_int(q, 13, row->refreshed_at);
	sql_bind_text(q, 14, row->details);
	sql_bind_int(q, 15, end);
	sql_bind_int(q, 16, number);
}

static int find(struct store *s, struct arena *a, enum statement by, int64_t service_id,
	const unsigned char hash[SHA256_SIZE], struct store_issued *ret)
{
	struct sqlite3_stmt *q = sql_use(store_enter(s), by);
	sql_bind_blob(q, 1, hash_bytes(hash));
	sql_bind_int(q, 2, service_id);
	int r = sql_step(q);
	r = r == 1 ? read_row(q, a, ret) : r == 0 ? -ENOENT : r;
	sql_end(q);
	store_leave(s);
	return r;
}

int store_issued_by_access(struct store *s, struct arena *a, int64_t service_id,
	const unsigned char hash[SHA256_SIZE], struct store_issued *ret)
{
	return find(s, a, SQL_ISSUED_BY_ACCESS, service_id, hash, ret);
}

int store_issued_by_refresh(struct store *s, struct arena *a, int64_t service_id,
	const unsigned char hash[SHA256_SIZE], struct store_issued *ret)
{
	return find(s, a, SQL_ISSUED_BY_REFRESH, service_id, hash, ret);
}

int store_issued_by_previous(struct store *s, struct arena *a, int64_t service_id,
	const unsigned char hash[SHA256_SIZE], struct store_issued *ret)
{
	return find(s, a, SQL_ISSUED_BY_PREVIOUS, service_id, hash, ret);
}

int store_issued_by_number(struct store *s, struct arena *a, int64_t service_id, int64_t number,
	struct store_issued *ret)
{
	struct sqlite3_stmt *q = sql_use(store_enter(s), SQL_ISSUED_BY_NUMBER);
	sql_bind_int(q, 1, number);
	sql_bind_int(q, 2, service_id);
	int r = sql_step(q);
	r = r == 1 ? read_row(q, a, ret) : r == 0 ? -ENOENT : r;
	sql_end(q);
	store_leave(s);
	return r;
}

int store_issued_is_foreign(
	struct store *s, int64_t service_id, const unsigned char hash[SHA256_SIZE], bool *ret)
{
	struct sqlite3_stmt *q = sql_use(store_enter(s), SQL_ISSUED_ELSEWHERE);
	sql_bind_blob(q, 1, hash_bytes(hash));
	sql_bind_int(q, 2, service_id);
	int r = sql_step(q);
	if (r >= 0)
		*ret = r == 1;
	sql_end(q);
	store_leave(s);
	return r < 0 ? r : 0;
}

/* ---- Writing ---- */

/* The number of the record that has the access token, 0 when none has. */
static int holder(struct sql *db, int64_t service_id, const unsigned char hash[SHA256_SIZE],
	int64_t *ret_number)
{
	struct sqlite3_stmt *q = sql_use(db, SQL_ISSUED_BY_ACCESS);
	sql_bind_blob(q, 1, hash_bytes(hash));
	sql_bind_int(q, 2, service_id);
	int r = sql_step(q);
	*ret_number = r == 1 ? sql_int(q, 0) : 0;
	sql_end(q);
	return r < 0 ? r : 0;
}

/* Which of the two tokens was taken: SQLite only says that one was. */
static int which_is_taken(struct sql *db, int64_t service_id, const struct store_issued *row)
{
	int64_t number;
	int r = holder(db, service_id, row->access_hash, &number);
	return r < 0 ? r : number && number != row->number ? -EEXIST : -ENOTUNIQ;
}

static int insert(struct sql *db, int64_t service_id, int64_t number, struct store_issued *row)
{
	struct sqlite3_stmt *q = sql_use(db, SQL_ISSUED_PUT);
	bind_row(q, service_id, number, row);
	int r = sql_step(q);
	sql_end(q);
	return r == -EEXIST ? which_is_taken(db, service_id, row) : r;
}

int store_issued_put(struct store *s, int64_t service_id, struct store_issued *row)
{
	struct sql *db = store_enter(s);
	int64_t number;
	row->number = 0;
	int r = store_issued_number(s, &number);
	if (r == 0)
		r = insert(db, service_id, number, row);
	if (r == 0) {
		row->number = number;
		store_expires(s, row->access_expires_at > row->refresh_expires_at
					 ? row->access_expires_at
					 : row->refresh_expires_at);
	}
	store_leave(s);
	return r;
}

int store_issued_replace(struct store *s, int64_t service_id, int64_t number,
	const unsigned char access_hash[SHA256_SIZE], const struct store_issued *row)
{
	struct sql *db = store_enter(s);
	struct sqlite3_stmt *q = sql_use(db, SQL_ISSUED_REPLACE);
	bind_row(q, service_id, number, row);
	sql_bind_blob(q, 17, hash_bytes(access_hash));
	int r = sql_step(q);
	sql_end(q);
	if (r == -EEXIST)
		r = which_is_taken(db, service_id, row);
	else if (r == 0 && !sql_changes(db))
		r = -ENOENT;
	if (r == 0)
		store_expires(s, row->access_expires_at > row->refresh_expires_at
					 ? row->access_expires_at
					 : row->refresh_expires_at);
	store_leave(s);
	return r;
}

int store_issued_delete(struct store *s, int64_t service_id, int64_t number)
{
	struct sql *db = store_enter(s);
	struct sqlite3_stmt *q = sql_use(db, SQL_ISSUED_DELETE);
	sql_bind_int(q, 1, number);
	sql_bind_int(q, 2, service_id);
	int r = sql_step(q);
	sql_end(q);
	if (r == 0 && !sql_changes(db))
		r = -ENOENT;
	store_leave(s);
	return r;
}

/* ---- Many at once ---- */

/* The statement of that family for the filter, with ?1 to ?5 bound. */
static struct sqlite3_stmt *use_filter(struct sql *db, enum statement family, int64_t service_id,
	const struct issued_filter *filter)
{
	/* the order in ISSUED_FILTERS */
	unsigned kind = (filter->client_id ? 1U : 0U) + (filter->subject.p ? 2U : 0U);
	struct sqlite3_stmt *q = sql_use(db, (enum statement)(family + kind));
	sql_bind_int(q, 1, service_id);
	sql_bind_int(q, 2, filter->client_id);
	if (filter->subject.p)
		sql_bind_text(q, 3, filter->subject);
	sql_bind_int(q, 4, filter->status);
	sql_bind_int(q, 5, filter->now);
	return q;
}

/* The single number of a bound statement. */
static int count(struct sqlite3_stmt *q, int64_t *ret)
{
	int r = sql_step(q);
	if (r == 1)
		*ret = sql_int(q, 0);
	sql_end(q);
	return r < 0 ? r : 0;
}

static int64_t page_size(int64_t total, int64_t start, int64_t limit)
{
	int64_t left = start < total ? total - start : 0;
	return limit < left ? limit : left;
}

int store_issued_list(struct store *s, struct arena *a, int64_t service_id,
	const struct issued_filter *filter, int64_t start, int64_t limit, struct store_issued **ret,
	size_t *ret_n, int64_t *ret_total)
{
	struct store_issued *rows = NULL;
	int64_t total = 0;
	size_t n = 0;
	struct sql *db = store_enter(s);
	int r = count(use_filter(db, SQL_ISSUED_COUNT, service_id, filter), &total);
	size_t room = (size_t)page_size(total, start, limit);
	if (r == 0 && room > 0) {
		rows = arena_alloc(a, room * sizeof *rows);
		r = rows ? 0 : -ENOMEM;
	}
	if (r == 0 && room > 0) {
		struct sqlite3_stmt *q = use_filter(db, SQL_ISSUED_LIST, service_id, filter);
		sql_bind_int(q, 6, (int64_t)room);
		sql_bind_int(q, 7, start);
		while (n < room && (r = sql_step(q)) == 1 && (r = read_row(q, a, &rows[n])) == 0)
			n++;
		sql_end(q);
	}
	store_leave(s);
	if (r < 0)
		return r;
	*ret = rows;
	*ret_n = n;
	*ret_total = total;
	return 0;
}

/* Runs a bound statement that changes rows. */
static int change(struct sql *db, struct sqlite3_stmt *q, int64_t *ret_count)
{
	int r = sql_step(q);
	sql_end(q);
	if (r == 0)
		*ret_count = sql_changes(db);
	return r;
}

int store_issued_delete_all(
	struct store *s, int64_t service_id, const struct issued_filter *filter, int64_t *ret_count)
{
	struct sql *db = store_enter(s);
	int r = change(db, use_filter(db, SQL_ISSUED_DELETE_ALL, service_id, filter), ret_count);
	store_leave(s);
	return r;
}

int store_issued_set_scopes(struct store *s, int64_t service_id, const struct issued_filter *filter,
	struct str scopes, int64_t *ret_count)
{
	struct sql *db = store_enter(s);
	struct sqlite3_stmt *q = use_filter(db, SQL_ISSUED_SET_SCOPES, service_id, filter);
	sql_bind_text(q, 6, scopes);
	int r = change(db, q, ret_count);
	store_leave(s);
	return r;
}

/* ---- The clients that a user has given access to ---- */

static struct sqlite3_stmt *use_clients(struct sql *db, enum statement id, int64_t service_id,
	struct str subject, struct str developer)
{
	struct sqlite3_stmt *q = sql_use(db, id);
	sql_bind_int(q, 1, service_id);
	sql_bind_text(q, 2, subject);
	if (developer.p)
		sql_bind_text(q, 3, developer);
	return q;
}

int store_issued_clients(struct store *s, struct arena *a, int64_t service_id, struct str subject,
	struct str developer, int64_t start, int64_t limit, struct store_client **ret,
	size_t *ret_n, int64_t *ret_total)
{
	struct store_client *rows = NULL;
	int64_t total = 0;
	size_t n = 0;
	struct sql *db = store_enter(s);
	int r = count(
		use_clients(db, SQL_ISSUED_CLIENT_COUNT, service_id, subject, developer), &total);
	size_t room = (size_t)page_size(total, start, limit);
	if (r == 0 && room > 0) {
		rows = arena_alloc(a, room * sizeof *rows);
		r = rows ? 0 : -ENOMEM;
	}
	if (r == 0 && room > 0) {
		struct sqlite3_stmt *q = use_clients(
			db, SQL_ISSUED_CLIENT_LIST, service_id, subject, developer);
		sql_bind_int(q, 4, (int64_t)room);
		sql_bind_int(q, 5, start);
		while (n < room && (r = sql_step(q)) == 1 &&
			(r = store_client_read(q, a, &rows[n])) == 0)
			n++;
		sql_end(q);
	}
	store_leave(s);
	if (r < 0)
		return r;
	*ret = rows;
	*ret_n = n;
	*ret_total = total;
	return 0;
}
