#include <errno.h>

#include "store/store_private.h"

int store_ticket_put(struct store *s, int64_t service_id, const struct ticket *t)
{
	struct sqlite3_stmt *q = sql_use(store_enter(s), SQL_TICKET_PUT);
	sql_bind_text(q, 1, t->name);
	sql_bind_int(q, 2, service_id);
	sql_bind_int(q, 3, t->client_id);
	sql_bind_int(q, 4, t->created_at);
	sql_bind_int(q, 5, t->expires_at);
	int r = sql_step(q);
	if (r == 0)
		store_expires(s, t->expires_at);
	sql_end(q);
	store_leave(s);
	return r;
}

/* The columns of SQL_TICKET_GET and SQL_TICKET_LIST. */
static int read_row(struct sqlite3_stmt *q, struct arena *a, struct ticket *ret)
{
	struct ticket t = {
		.name = arena_copy(a, sql_str(q, 0)),
		.client_id = sql_int(q, 1),
		.created_at = sql_int(q, 2),
		.expires_at = sql_int(q, 3),
	};
	if (!t.name.p)
		return -ENOMEM;
	*ret = t;
	return 0;
}

int store_ticket_get(
	struct store *s, struct arena *a, int64_t service_id, struct str name, struct ticket *ret)
{
	struct sqlite3_stmt *q = sql_use(store_enter(s), SQL_TICKET_GET);
	sql_bind_text(q, 1, name);
	sql_bind_int(q, 2, service_id);
	int r = sql_step(q);
	if (r == 1)
		r = read_row(q, a, ret);
	else if (r == 0)
		r = -ENOENT;
	sql_end(q);
	store_leave(s);
	return r;
}

int store_ticket_delete(struct store *s, int64_t service_id, struct str name, bool *ret_deleted)
{
	struct sql *db = store_enter(s);
	struct sqlite3_stmt *q = sql_use(db, SQL_TICKET_DELETE);
	sql_bind_text(q, 1, name);
	sql_bind_int(q, 2, service_id);
	int r = sql_step(q);
	if (r == 0)
		*ret_deleted = sql_changes(db) > 0;
	sql_end(q);
	store_leave(s);
	return r;
}

static int count(struct sql *db, int64_t service_id, int64_t *ret)
{
	struct sqlite3_stmt *q = sql_use(db, SQL_TICKET_COUNT);
	sql_bind_int(q, 1, service_id);
	int r = sql_step(q);
	if (r == 1)
		*ret = sql_int(q, 0);
	sql_end(q);
	return r < 0 ? r : 0;
}

static int read_rows(
	struct sqlite3_stmt *q, struct arena *a, struct ticket *rows, size_t room, size_t *ret_n)
{
	size_t n = 0;
	int r;
	while ((r = sql_step(q)) == 1 && n < room) {
		r = read_row(q, a, &rows[n++]);
		if (r < 0)
			return r;
	}
	*ret_n = n;
	return r < 0 ? r : 0;
}

int store_ticket_list(struct store *s, struct arena *a, int64_t service_id, int64_t start,
	int64_t limit, struct ticket **ret, size_t *ret_n, int64_t *ret_total)
{
	int64_t total = 0;
	size_t n = 0;
	struct ticket *rows = NULL;
	struct sql *db = store_enter(s);
	int r = count(db, service_id, &total);
	int64_t left = start < total ? total - start : 0;
	if (limit > left)
		limit = left;
	if (r == 0 && limit > 0) {
		rows = arena_alloc(a, (size_t)limit * sizeof *rows);
		struct sqlite3_stmt *q = rows ? sql_use(db, SQL_TICKET_LIST) : NULL;
		sql_bind_int(q, 1, service_id);
		sql_bind_int(q, 2, limit);
		sql_bind_int(q, 3, start);
		r = rows ? read_rows(q, a, rows, (size_t)limit, &n) : -ENOMEM;
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
