#include <errno.h>

#include "store/store_private.h"

/* Runs a statement that gives no row. */
static int run(struct sqlite3_stmt *q)
{
	int r = sql_step(q);
	sql_end(q);
	return r < 0 ? r : 0;
}

int store_service_put(struct store *s, int64_t service_id, struct str api_secret, int64_t now)
{
	struct sql *db = store_enter(s);
	struct sqlite3_stmt *q = sql_use(db, SQL_SERVICE_PUT);
	sql_bind_int(q, 1, service_id);
	sql_bind_text(q, 2, api_secret);
	sql_bind_int(q, 3, now);
	int r = run(q);
	store_access_changed(s);
	store_leave(s);
	return r;
}

/* The one text a bound statement gives. */
static int find_text(struct sqlite3_stmt *q, struct arena *a, struct str *ret)
{
	int r = sql_step(q);
	if (r == 1 && ret) {
		struct str text = arena_copy(a, sql_str(q, 0));
		if (text.p)
			*ret = text;
		else
			r = -ENOMEM;
	}
	sql_end(q);
	return r < 0 ? r : r == 0 ? -ENOENT : 0;
}

int store_service_find(struct store *s, struct arena *a, int64_t service_id, struct str *ret_secret)
{
	struct sqlite3_stmt *q = sql_use(store_enter(s), SQL_SERVICE_SECRET);
	sql_bind_int(q, 1, service_id);
	int r = find_text(q, a, ret_secret);
	store_leave(s);
	return r;
}

static struct str hash_bytes(const unsigned char hash[SHA256_SIZE])
{
	return (struct str){(const char *)hash, SHA256_SIZE};
}

int store_token_put(
	struct store *s, const unsigned char hash[SHA256_SIZE], int64_t service_id, uint32_t rights)
{
	struct sqlite3_stmt *q = sql_use(store_enter(s), SQL_TOKEN_PUT);
	sql_bind_blob(q, 1, hash_bytes(hash));
	sql_bind_int(q, 2, service_id);
	sql_bind_int(q, 3, rights);
	int r = run(q);
	store_access_changed(s);
	store_leave(s);
	return r;
}

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

int store_owner_put(struct store *s, struct str key, struct str secret)
{
	struct sqlite3_stmt *q = sql_use(store_enter(s), SQL_OWNER_PUT);
	sql_bind_text(q, 1, key);
	sql_bind_text(q, 2, secret);
	int r = run(q);
	store_access_changed(s);
	store_leave(s);
	return r;
}

int store_owner_find(struct store *s, struct arena *a, struct str key, struct str *ret_secret)
{
	struct sqlite3_stmt *q = sql_use(store_enter(s), SQL_OWNER_SECRET);
	sql_bind_text(q, 1, key);
	int r = find_text(q, a, ret_secret);
	store_leave(s);
	return r;
}
