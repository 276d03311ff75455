#include <errno.h>

#include "store/store_private.h"

int store_client_read(struct sqlite3_stmt *q, struct arena *a, struct store_client *ret)
{
	struct store_client row = {
		.number = sql_int(q, 0),
		.client_id = sql_int(q, 1),
		.secret = arena_copy(a, sql_str(q, 4)),
		.locked = sql_int(q, 5),
		.created_at = sql_int(q, 6),
		.modified_at = sql_int(q, 7),
		.extension = arena_copy(a, sql_str(q, 8)),
		.document = arena_copy(a, sql_str(q, 9)),
		.row = sql_int(q, 10),
		.alias_enabled = sql_int(q, 11),
	};
	if (!sql_is_null(q, 2))
		row.alias = arena_copy(a, sql_str(q, 2));
	if (!sql_is_null(q, 3))
		row.developer = arena_copy(a, sql_str(q, 3));
	if (a->failed)
		return -ENOMEM;
	*ret = row;
	return 0;
}

/* A text, or NULL for STR_NONE. */
static void bind_optional(struct sqlite3_stmt *q, int at, struct str value)
{
	if (value.p)
		sql_bind_text(q, at, value);
}

/* Runs a statement that changes one row. -ENOENT: there was none. */
static int change(struct store *s, struct sqlite3_stmt *q)
{
	int r = sql_step(q);
	sql_end(q);
	store_changed(s);
	return r < 0 ? r : sql_changes(s->db) ? 0 : -ENOENT;
}

/* The row of a bound statement; -ENOENT. */
static int find(struct sqlite3_stmt *q, struct arena *a, struct store_client *ret)
{
	int r = sql_step(q);
	r = r == 1 ? store_client_read(q, a, ret) : r == 0 ? -ENOENT : r;
	sql_end(q);
	return r;
}

static int find_by_id(struct sql *db, struct arena *a, int64_t service_id, int64_t client_id,
	struct store_client *ret)
{
	struct sqlite3_stmt *q = sql_use(db, SQL_CLIENT_BY_ID);
	sql_bind_int(q, 1, service_id);
	sql_bind_int(q, 2, client_id);
	return find(q, a, ret);
}

static int find_by_alias(struct sql *db, struct arena *a, int64_t service_id, struct str alias,
	struct store_client *ret)
{
	struct sqlite3_stmt *q = sql_use(db, SQL_CLIENT_BY_ALIAS);
	sql_bind_int(q, 1, service_id);
	sql_bind_text(q, 2, alias);
	return find(q, a, ret);
}

/* An id comes before an alias that looks like one. */
static int find_by_either(struct sql *db, struct arena *a, int64_t service_id,
	struct str identifier, struct store_client *ret)
{
	int64_t client_id;
	int r = -ENOENT;
	if (str_is_digits(identifier) && str_to_i64(identifier, &client_id))
		r = find_by_id(db, a, service_id, client_id, ret);
	return r == -ENOENT ? find_by_alias(db, a, service_id, identifier, ret) : r;
}

int store_client_get(struct store *s, struct arena *a, int64_t service_id, struct str identifier,
	struct store_client *ret)
{
	struct sql *db = store_enter(s);
	int r = find_by_either(db, a, service_id, identifier, ret);
	store_leave(s);
	return r;
}

int store_client_is_known(struct store *s, int64_t client_id, bool *ret)
{
	struct sql *db = store_enter(s);
	struct sqlite3_stmt *q = sql_use(db, SQL_CLIENT_ANYWHERE);
	sql_bind_int(q, 1, client_id);
	int r = sql_step(q);
	sql_end(q);
	store_leave(s);
	if (r < 0)
		return r;
	*ret = r == 1;
	return 0;
}

/* ---- Adding, changing, removing: each one transaction ---- */

struct work {
	struct arena *arena;
	int64_t service_id;
	struct str identifier;
	struct store_client *client;
	const struct store_client *values;
};

/* Whether another client of the service goes by that name: taken then. */
static int check_name(
	struct sql *db, const struct work *w, struct str name, int64_t client_id, int taken)
{
	struct arena few; /* with no first chunk: most names are free, and then it needs none */
	struct store_client other;
	arena_init(&few, NULL, 0, SIZE_MAX);
	int r = find_by_either(db, &few, w->service_id, name, &other);
	arena_reset(&few);
	if (r == 0 && other.client_id != client_id)
		return taken;
	return r == -ENOENT ? 0 : r;
}

static int check_alias(struct sql *db, const struct work *w, const struct store_client *client)
{
	return client->alias.p ? check_name(db, w, client->alias, client->client_id, -ENOTUNIQ) : 0;
}

static int check_id(struct sql *db, const struct work *w, const struct store_client *client)
{
	char digits[STR_I64_SIZE];
	return check_name(
		db, w, str_from_i64(client->client_id, digits), client->client_id, -EEXIST);
}

/* Its number among all that the service ever had; the service counts it. */
static int take_number(struct sql *db, int64_t service_id, int64_t *ret)
{
	struct sqlite3_stmt *q = sql_use(db, SQL_SERVICE_ADD_CLIENT);
	sql_bind_int(q, 1, service_id);
	int r = sql_step(q);
	if (r == 1) {
		*ret = sql_int(q, 0);
		r = sql_step(q); /* to its end: only then it is done */
		sql_end(q);
		return r;
	}
	sql_end(q);
	return r == 0 ? -ENOENT : r;
}

static int put(struct store *s, void *arg)
{
	struct work *w = arg;
	struct store_client *c = w->client;
	struct sql *db = store_enter(s);
	int r = check_id(db, w, c);
	if (r == 0)
		r = check_alias(db, w, c);
	if (r == 0)
		r = take_number(db, w->service_id, &c->number);
	if (r == 0) {
		struct sqlite3_stmt *q = sql_use(db, SQL_CLIENT_PUT);
		sql_bind_int(q, 1, w->service_id);
		sql_bind_int(q, 2, c->number);
		sql_bind_int(q, 3, c->client_id);
		bind_optional(q, 4, c->alias);
		bind_optional(q, 5, c->developer);
		sql_bind_text(q, 6, c->secret);
		sql_bind_int(q, 7, c->locked);
		sql_bind_int(q, 8, c->created_at);
		sql_bind_int(q, 9, c->modified_at);
		sql_bind_text(q, 10, c->extension);
		sql_bind_text(q, 11, c->document);
		sql_bind_int(q, 12, c->alias_enabled);
		r = change(s, q);
	}
	store_leave(s);
	return r;
}

int store_client_put(struct store *s, int64_t service_id, struct store_client *client)
{
	struct work w = {.service_id = service_id, .client = client};
	return store_transaction(s, false, put, &w);
}

static int update(struct store *s, void *arg)
{
	const struct work *w = arg;
	const struct store_client *c = w->values;
	struct sql *db = store_enter(s);
	int r = check_alias(db, w, c);
	if (r == 0) {
		struct sqlite3_stmt *q = sql_use(db, SQL_CLIENT_UPDATE);
		sql_bind_int(q, 1, w->service_id);
		sql_bind_int(q, 2, c->client_id);
		bind_optional(q, 3, c->alias);
		bind_optional(q, 4, c->developer);
		sql_bind_int(q, 5, c->modified_at);
		sql_bind_text(q, 6, c->document);
		sql_bind_int(q, 7, c->alias_enabled);
		r = change(s, q);
	}
	store_leave(s);
	return r;
}

int store_client_update(struct store *s, int64_t service_id, const struct store_client *client)
{
	struct work w = {.service_id = service_id, .values = client};
	return store_transaction(s, false, update, &w);
}

static int set_secret(struct store *s, void *arg)
{
	struct work *w = arg;
	struct sql *db = store_enter(s);
	int r = store_client_get(s, w->arena, w->service_id, w->identifier, w->client);
	if (r == 0) {
		struct sqlite3_stmt *q = sql_use(db, SQL_CLIENT_SECRET);
		sql_bind_int(q, 1, w->service_id);
		sql_bind_int(q, 2, w->client->client_id);
		sql_bind_text(q, 3, w->values->secret);
		sql_bind_int(q, 4, w->values->modified_at);
		r = change(s, q);
	}
	store_leave(s);
	return r;
}

int store_client_set_secret(struct store *s, struct arena *a, int64_t service_id,
	struct str identifier, struct str secret, int64_t modified_at, struct str *ret_old)
{
	struct store_client client;
	const struct store_client values = {.secret = secret, .modified_at = modified_at};
	struct work w = {a, service_id, identifier, &client, &values};
	int r = store_transaction(s, false, set_secret, &w);
	if (r == 0)
		*ret_old = client.secret;
	return r;
}

static int set_lock(struct store *s, void *arg)
{
	struct work *w = arg;
	struct sql *db = store_enter(s);
	int r = store_client_get(s, w->arena, w->service_id, w->identifier, w->client);
	if (r == 0 && w->client->locked == w->values->locked)
		r = -EALREADY;
	if (r == 0) {
		struct sqlite3_stmt *q = sql_use(db, SQL_CLIENT_LOCK);
		sql_bind_int(q, 1, w->service_id);
		sql_bind_int(q, 2, w->client->client_id);
		sql_bind_int(q, 3, w->values->locked);
		sql_bind_int(q, 4, w->values->modified_at);
		r = change(s, q);
	}
	store_leave(s);
	return r;
}

int store_client_set_lock(struct store *s, struct arena *a, int64_t service_id,
	struct str identifier, bool locked, int64_t modified_at)
{
	struct store_client client;
	const struct store_client values = {.locked = locked, .modified_at = modified_at};
	struct work w = {a, service_id, identifier, &client, &values};
	return store_transaction(s, false, set_lock, &w);
}

int store_client_set_extension(
	struct store *s, int64_t service_id, int64_t client_id, struct str extension)
{
	struct sql *db = store_enter(s);
	struct sqlite3_stmt *q = sql_use(db, SQL_CLIENT_EXTENSION);
	sql_bind_int(q, 1, service_id);
	sql_bind_int(q, 2, client_id);
	sql_bind_text(q, 3, extension);
	int r = change(s, q);
	store_leave(s);
	return r;
}

static int delete_client(struct store *s, void *arg)
{
	struct work *w = arg;
	struct sql *db = store_enter(s);
	int r = store_client_get(s, w->arena, w->service_id, w->identifier, w->client);
	if (r == 0)
		r = sql_run_made(db, SQL_MAKE_CLIENT_GONE, w->client->row, NULL);
	if (r == 0) {
		struct sqlite3_stmt *q = sql_use(db, SQL_SERVICE_DROP_CLIENT);
		sql_bind_int(q, 1, w->service_id);
		r = change(s, q);
	}
	store_leave(s);
	return r;
}

int store_client_delete(struct store *s, struct arena *a, int64_t service_id, struct str identifier)
{
	struct store_client client;
	struct work w = {
		.arena = a, .service_id = service_id, .identifier = identifier, .client = &client};
	return store_transaction(s, false, delete_client, &w);
}

/* ---- Pages ---- */

struct page {
	int64_t service_id;
	struct str developer; /* STR_NONE: all */
	int64_t start, limit, total;
};

static int count(struct sql *db, struct page *p)
{
	struct sqlite3_stmt *q = sql_use(
		db, p->developer.p ? SQL_CLIENT_COUNT_OF : SQL_CLIENT_COUNT);
	sql_bind_int(q, 1, p->service_id);
	if (p->developer.p)
		sql_bind_text(q, 2, p->developer);
	int r = sql_step(q);
	if (r == 1)
		p->total = sql_int(q, 0);
	sql_end(q);
	return r < 0 ? r : 0;
}

static int read_page(struct sql *db, struct arena *a, const struct page *p,
	struct store_client *rows, size_t *ret_n)
{
	int64_t after = p->total - p->start - p->limit;
	bool back = !p->developer.p && after < p->start;
	size_t n = 0, limit = (size_t)p->limit;
	struct sqlite3_stmt *q = sql_use(db, p->developer.p ? SQL_CLIENT_LIST_OF
					     : back         ? SQL_CLIENT_LIST_BACK
							    : SQL_CLIENT_LIST);
	sql_bind_int(q, 1, p->service_id);
	sql_bind_int(q, 2, p->limit);
	sql_bind_int(q, 3, back ? after : p->start);
	if (p->developer.p)
		sql_bind_text(q, 4, p->developer);
	int r = sql_step(q);
	while (r == 1 && n < limit) {
		r = store_client_read(q, a, &rows[back ? limit - 1 - n : n]);
		n++;
		if (r == 0)
			r = sql_step(q);
	}
	sql_end(q);
	*ret_n = n;
	return r < 0 ? r : 0;
}

int store_client_list(struct store *s, struct arena *a, int64_t service_id, struct str developer,
	int64_t start, int64_t limit, struct store_client **ret, size_t *ret_n, int64_t *ret_total)
{
	struct page p = {service_id, developer, start, limit, 0};
	struct store_client *rows = NULL;
	size_t n = 0;
	struct sql *db = store_enter(s);
	int r = count(db, &p);
	int64_t left = start < p.total ? p.total - start : 0;
	p.limit = limit < left ? limit : left;
	if (r == 0 && p.limit > 0) {
		rows = arena_alloc(a, (size_t)p.limit * sizeof *rows);
		r = rows ? read_page(db, a, &p, rows, &n) : -ENOMEM;
	}
	store_leave(s);
	if (r < 0)
		return r;
	*ret = rows;
	*ret_n = n;
	*ret_total = p.total;
	return 0;
}
