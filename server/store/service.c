#include <errno.h>

#include "store/store_private.h"

/* Runs a statement that gives no row. */
static int run(struct sqlite3_stmt *q)
{
	int r = sql_step(q);
	sql_end(q);
	return r < 0 ? r : 0;
}

static int insert(struct sql *db, const struct store_service *service, int64_t number)
{
	struct sqlite3_stmt *q = sql_use(db, SQL_SERVICE_PUT);
	sql_bind_int(q, 1, service->service_id);
	sql_bind_text(q, 2, service->api_secret);
	sql_bind_int(q, 3, service->created_at);
	sql_bind_int(q, 4, service->modified_at);
	sql_bind_text(q, 5, service->document);
	sql_bind_int(q, 6, number);
	return run(q);
}

static int put(struct store *s, void *arg)
{
	const struct store_service *service = arg;
	struct sql *db = store_enter(s);
	int64_t number;
	int r = store_next_numbers(db, "service", 1, &number);
	if (r == 0)
		r = insert(db, service, number);
	store_changed(s);
	store_leave(s);
	return r;
}

int store_service_put(struct store *s, const struct store_service *service)
{
	struct store_service row = *service;
	return store_transaction(s, false, put, &row); /* a number is not lost for nothing */
}

/* The columns of SQL_SERVICE_GET and SQL_SERVICE_LIST. */
static int read_row(struct sqlite3_stmt *q, struct arena *a, struct store_service *ret)
{
	struct store_service row = {
		.service_id = sql_int(q, 0),
		.api_secret = arena_copy(a, sql_str(q, 1)),
		.created_at = sql_int(q, 2),
		.modified_at = sql_int(q, 3),
		.number = sql_int(q, 4),
		.clients = sql_int(q, 5),
		.document = arena_copy(a, sql_str(q, 6)),
	};
	if (!row.api_secret.p || !row.document.p)
		return -ENOMEM;
	*ret = row;
	return 0;
}

int store_service_get(
	struct store *s, struct arena *a, int64_t service_id, struct store_service *ret)
{
	struct sqlite3_stmt *q = sql_use(store_enter(s), SQL_SERVICE_GET);
	sql_bind_int(q, 1, service_id);
	int r = sql_step(q);
	r = r == 1 ? read_row(q, a, ret) : r == 0 ? -ENOENT : r;
	sql_end(q);
	store_leave(s);
	return r;
}

static int count(struct sql *db, int64_t *ret)
{
	struct sqlite3_stmt *q = sql_use(db, SQL_SERVICE_COUNT);
	int r = sql_step(q);
	if (r == 1)
		*ret = sql_int(q, 0);
	sql_end(q);
	return r < 0 ? r : 0;
}

static int read_page(struct sql *db, struct arena *a, int64_t start, int64_t limit,
	struct store_service *rows, size_t *ret_n)
{
	struct sqlite3_stmt *q = sql_use(db, SQL_SERVICE_LIST);
	size_t n = 0;
	sql_bind_int(q, 1, limit);
	sql_bind_int(q, 2, start);
	int r = sql_step(q);
	while (r == 1 && n < (size_t)limit) {
		r = read_row(q, a, &rows[n++]);
		if (r == 0)
			r = sql_step(q);
	}
	sql_end(q);
	*ret_n = n;
	return r < 0 ? r : 0;
}

int store_service_list(struct store *s, struct arena *a, int64_t start, int64_t limit,
	struct store_service **ret, size_t *ret_n, int64_t *ret_total)
{
	struct sql *db = store_enter(s);
	int64_t total = 0;
	size_t n = 0;
	struct store_service *rows = NULL;
	int r = count(db, &total);
	int64_t left = start < total ? total - start : 0;
	limit = limit < left ? limit : left;
	if (r == 0 && limit > 0) {
		rows = arena_alloc(a, (size_t)limit * sizeof *rows);
		r = rows ? read_page(db, a, start, limit, rows, &n) : -ENOMEM;
	}
	store_leave(s);
	if (r < 0)
		return r;
	*ret = rows;
	*ret_n = n;
	*ret_total = total;
	return 0;
}

int store_service_update(
	struct store *s, int64_t service_id, struct str document, int64_t modified_at)
{
	struct sql *db = store_enter(s);
	struct sqlite3_stmt *q = sql_use(db, SQL_SERVICE_UPDATE);
	sql_bind_int(q, 1, service_id);
	sql_bind_text(q, 2, document);
	sql_bind_int(q, 3, modified_at);
	int r = run(q);
	if (r == 0 && sql_changes(db) == 0)
		r = -ENOENT;
	store_changed(s);
	store_leave(s);
	return r;
}

static int delete_service(struct store *s, void *arg)
{
	const int64_t *service_id = arg;
	struct sql *db = store_enter(s);
	int r = store_service_find(s, NULL, *service_id, NULL);
	if (r == 0)
		r = sql_run_made(db, SQL_MAKE_SERVICE_GONE, *service_id, NULL);
	store_changed(s);
	store_leave(s);
	return r;
}

int store_service_delete(struct store *s, int64_t service_id)
{
	return store_transaction(s, false, delete_service, &service_id);
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

int store_owner_put(struct store *s, struct str key, struct str secret)
{
	struct sqlite3_stmt *q = sql_use(store_enter(s), SQL_OWNER_PUT);
	sql_bind_text(q, 1, key);
	sql_bind_text(q, 2, secret);
	int r = run(q);
	store_changed(s);
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
