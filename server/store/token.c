/* Access tokens of services and of the organization: hashes, never the tokens. */
#include <errno.h>

#include "store/store_private.h"

static struct str hash_bytes(const unsigned char hash[SHA256_SIZE])
{
	return (struct str){(const char *)hash, SHA256_SIZE};
}

/* Runs a statement that changes one row. -ENOENT: there was none. */
static int change(struct store *s, struct sqlite3_stmt *q)
{
	int r = sql_step(q);
	sql_end(q);
	store_changed(s);
	return r < 0 ? r : sql_changes(s->db) ? 0 : -ENOENT;
}

/* ---- What a token may do ---- */

/* Goes over the services a token names. An organization's token reaches any that exists. */
static int match_token(struct sqlite3_stmt *q, int64_t wanted, struct store_token *found)
{
	int r;
	while ((r = sql_step(q)) == 1) {
		int64_t service_id = sql_int(q, 0);
		if (service_id == STORE_ORGANIZATION)
			found->organization_rights = (uint32_t)sql_int(q, 1);
		bool exact = service_id == wanted && wanted != 0;
		bool only = wanted == 0 && service_id != STORE_ORGANIZATION && !found->known;
		found->several = wanted == 0 && (found->known || !only);
		found->known = true;
		if (exact || only || (wanted && service_id == STORE_ORGANIZATION)) {
			found->reaches = true;
			found->service_id = wanted ? wanted : service_id;
			found->rights |= (uint32_t)sql_int(q, 1);
		}
	}
	if (found->several)
		found->reaches = false;
	return r;
}

int store_token_find(struct store *s, const unsigned char hash[SHA256_SIZE], int64_t wanted,
	struct store_token *ret)
{
	struct store_token found = {0};
	struct sqlite3_stmt *q = sql_use(store_enter(s), SQL_TOKEN_FIND);
	sql_bind_blob(q, 1, hash_bytes(hash));
	int r = match_token(q, wanted, &found);
	sql_end(q);
	if (r == 0 && found.reaches) {
		r = store_service_find(s, NULL, found.service_id, NULL);
		found.reaches = r == 0;
		if (r == -ENOENT)
			r = 0;
	}
	store_leave(s);
	if (r == 0)
		*ret = found;
	return r;
}

/* ---- Managing them ---- */

/* A statement about the one token with that id. */
static struct sqlite3_stmt *use(
	struct sql *db, enum statement id, int64_t service_id, int64_t token_id)
{
	struct sqlite3_stmt *q = sql_use(db, id);
	sql_bind_int(q, 1, service_id);
	sql_bind_int(q, 2, token_id);
	return q;
}

static int read_row(struct sqlite3_stmt *q, struct arena *a, struct store_managed_token *ret)
{
	struct store_managed_token row = {
		.token_id = sql_int(q, 0),
		.description = arena_copy(a, sql_str(q, 1)),
	};
	if (!row.description.p)
		return -ENOMEM;
	*ret = row;
	return 0;
}

/* 0 is the id of all that cannot be managed. */
static int find(struct sql *db, struct arena *a, int64_t service_id, int64_t token_id,
	struct store_managed_token *ret)
{
	if (token_id == 0)
		return -ENOENT;
	struct sqlite3_stmt *q = use(db, SQL_TOKEN_GET, service_id, token_id);
	int r = sql_step(q);
	if (r == 1)
		r = ret ? read_row(q, a, ret) : 0;
	else if (r == 0)
		r = -ENOENT;
	sql_end(q);
	return r;
}

int store_token_get(struct store *s, struct arena *a, int64_t service_id, int64_t token_id,
	struct store_managed_token *ret)
{
	int r = find(store_enter(s), a, service_id, token_id, ret);
	store_leave(s);
	return r;
}

int store_token_put(struct store *s, const unsigned char hash[SHA256_SIZE], int64_t service_id,
	uint32_t rights, int64_t token_id, struct str description)
{
	struct sql *db = store_enter(s);
	int r = find(db, NULL, service_id, token_id, NULL);
	r = r == -ENOENT ? 0 : r == 0 ? -EEXIST : r;
	if (r == 0) {
		struct sqlite3_stmt *q = sql_use(db, SQL_TOKEN_PUT);
		sql_bind_blob(q, 1, hash_bytes(hash));
		sql_bind_int(q, 2, service_id);
		sql_bind_int(q, 3, rights);
		sql_bind_int(q, 4, token_id);
		sql_bind_text(q, 5, description);
		r = change(s, q);
	}
	store_leave(s);
	return r;
}

static int count(struct sql *db, int64_t service_id, int64_t *ret)
{
	struct sqlite3_stmt *q = sql_use(db, SQL_TOKEN_COUNT);
	sql_bind_int(q, 1, service_id);
	int r = sql_step(q);
	if (r == 1)
		*ret = sql_int(q, 0);
	sql_end(q);
	return r < 0 ? r : 0;
}

static int read_all(struct sql *db, struct arena *a, int64_t service_id,
	struct store_managed_token *rows, size_t room, size_t *ret_n)
{
	struct sqlite3_stmt *q = sql_use(db, SQL_TOKEN_LIST);
	size_t n = 0;
	sql_bind_int(q, 1, service_id);
	int r = sql_step(q);
	while (r == 1 && n < room) {
		r = read_row(q, a, &rows[n++]);
		if (r == 0)
			r = sql_step(q);
	}
	sql_end(q);
	*ret_n = n;
	return r < 0 ? r : 0;
}

int store_token_list(struct store *s, struct arena *a, int64_t service_id,
	struct store_managed_token **ret, size_t *ret_n)
{
	struct sql *db = store_enter(s);
	struct store_managed_token *rows = NULL;
	int64_t total = 0;
	size_t n = 0;
	int r = count(db, service_id, &total);
	if (r == 0 && total > 0) {
		rows = arena_alloc(a, (size_t)total * sizeof *rows);
		r = rows ? read_all(db, a, service_id, rows, (size_t)total, &n) : -ENOMEM;
	}
	store_leave(s);
	if (r < 0)
		return r;
	*ret = rows;
	*ret_n = n;
	return 0;
}

int store_token_rotate(struct store *s, int64_t service_id, int64_t token_id,
	const unsigned char hash[SHA256_SIZE])
{
	struct sql *db = store_enter(s);
	int r = -ENOENT;
	if (token_id != 0) {
		struct sqlite3_stmt *q = use(db, SQL_TOKEN_ROTATE, service_id, token_id);
		sql_bind_blob(q, 3, hash_bytes(hash));
		r = change(s, q);
	}
	store_leave(s);
	return r;
}

int store_token_rename(
	struct store *s, int64_t service_id, int64_t token_id, struct str description)
{
	struct sql *db = store_enter(s);
	int r = -ENOENT;
	if (token_id != 0) {
		struct sqlite3_stmt *q = use(db, SQL_TOKEN_RENAME, service_id, token_id);
		sql_bind_text(q, 3, description);
		r = change(s, q);
	}
	store_leave(s);
	return r;
}

int store_token_revoke(struct store *s, int64_t service_id, int64_t token_id)
{
	struct sql *db = store_enter(s);
	int r = -ENOENT;
	if (token_id != 0)
		r = change(s, use(db, SQL_TOKEN_REVOKE, service_id, token_id));
	store_leave(s);
	return r;
}
