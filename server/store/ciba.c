#include <errno.h>

#include "store/store_private.h"

/* A text, or NULL for STR_NONE. */
static struct str optional(struct sqlite3_stmt *q, int column, struct arena *a)
{
	return sql_is_null(q, column) ? STR_NONE : arena_copy(a, sql_str(q, column));
}

/* What CIBA_COLUMNS names. */
static int read_row(struct sqlite3_stmt *q, struct arena *a, struct store_ciba *ret)
{
	struct store_ciba row = {
		.ticket = arena_copy(a, sql_str(q, 0)),
		.service_id = sql_int(q, 1),
		.client_id = sql_int(q, 2),
		.created_at = sql_int(q, 3),
		.expires_at = sql_int(q, 4),
		.state = (enum ciba_state)sql_int(q, 5),
		.auth_req_id = optional(q, 6, a),
		.polled_at = sql_int(q, 7),
		.request = arena_copy(a, sql_str(q, 8)),
		.result = arena_copy(a, sql_str(q, 9)),
	};
	if (a->failed)
		return -ENOMEM;
	*ret = row;
	return 0;
}

/* The row of a bound statement; -ENOENT. */
static int find(struct sqlite3_stmt *q, struct arena *a, struct store_ciba *ret)
{
	int r = sql_step(q);
	r = r == 1 ? read_row(q, a, ret) : r == 0 ? -ENOENT : r;
	sql_end(q);
	return r;
}

/* Runs a statement that changes one row; otherwise: what it means that there was none. */
static int change(struct sql *db, struct sqlite3_stmt *q, int otherwise)
{
	int r = sql_step(q);
	sql_end(q);
	return r < 0 ? r : sql_changes(db) ? 0 : otherwise;
}

int store_ciba_put(struct store *s, const struct store_ciba *row)
{
	struct sqlite3_stmt *q = sql_use(store_enter(s), SQL_CIBA_PUT);
	sql_bind_text(q, 1, row->ticket);
	sql_bind_int(q, 2, row->service_id);
	sql_bind_int(q, 3, row->client_id);
	sql_bind_int(q, 4, row->created_at);
	sql_bind_int(q, 5, row->expires_at);
	sql_bind_text(q, 6, row->request);
	int r = sql_step(q);
	if (r == 0)
		store_expires(s, row->expires_at);
	sql_end(q);
	store_leave(s);
	return r;
}

int store_ciba_by_ticket(struct store *s, struct arena *a, int64_t service_id, struct str ticket,
	struct store_ciba *ret)
{
	struct store_ciba row;
	struct sqlite3_stmt *q = sql_use(store_enter(s), SQL_CIBA_BY_TICKET);
	sql_bind_text(q, 1, ticket);
	sql_bind_int(q, 2, service_id);
	int r = find(q, a, &row);
	store_leave(s);
	if (r == 0 && row.service_id != service_id)
		r = -EACCES;
	if (r == 0)
		*ret = row;
	return r;
}

int store_ciba_by_auth_req_id(struct store *s, struct arena *a, int64_t service_id,
	struct str auth_req_id, struct store_ciba *ret)
{
	struct sqlite3_stmt *q = sql_use(store_enter(s), SQL_CIBA_BY_AUTH_REQ_ID);
	sql_bind_text(q, 1, auth_req_id);
	sql_bind_int(q, 2, service_id);
	int r = find(q, a, ret);
	store_leave(s);
	return r;
}

int store_ciba_issue(struct store *s, int64_t service_id, struct str ticket, struct str auth_req_id,
	int64_t expires_at)
{
	struct sql *db = store_enter(s);
	struct sqlite3_stmt *q = sql_use(db, SQL_CIBA_ISSUE);
	sql_bind_text(q, 1, ticket);
	sql_bind_int(q, 2, service_id);
	sql_bind_text(q, 3, auth_req_id);
	sql_bind_int(q, 4, expires_at);
	sql_bind_int(q, 5, CIBA_ISSUED);
	sql_bind_int(q, 6, CIBA_OPEN);
	int r = change(db, q, -EALREADY);
	if (r == 0)
		store_expires(s, expires_at);
	store_leave(s);
	return r;
}

int store_ciba_complete(struct store *s, int64_t service_id, struct str ticket,
	enum ciba_state state, struct str result)
{
	struct sql *db = store_enter(s);
	struct sqlite3_stmt *q = sql_use(db, SQL_CIBA_COMPLETE);
	sql_bind_text(q, 1, ticket);
	sql_bind_int(q, 2, service_id);
	sql_bind_int(q, 3, state);
	sql_bind_text(q, 4, result);
	sql_bind_int(q, 5, CIBA_ISSUED);
	int r = change(db, q, -EALREADY);
	store_leave(s);
	return r;
}

int store_ciba_take(struct store *s, int64_t service_id, struct str ticket, enum ciba_state state)
{
	struct sql *db = store_enter(s);
	struct sqlite3_stmt *q = sql_use(db, SQL_CIBA_TAKE);
	sql_bind_text(q, 1, ticket);
	sql_bind_int(q, 2, service_id);
	sql_bind_int(q, 3, state);
	int r = change(db, q, -ENOENT);
	store_leave(s);
	return r;
}

int store_ciba_polled(struct store *s, int64_t service_id, struct str auth_req_id, int64_t at)
{
	struct sql *db = store_enter(s);
	struct sqlite3_stmt *q = sql_use(db, SQL_CIBA_POLLED);
	sql_bind_text(q, 1, auth_req_id);
	sql_bind_int(q, 2, service_id);
	sql_bind_int(q, 3, at);
	int r = change(db, q, -ENOENT);
	store_leave(s);
	return r;
}
