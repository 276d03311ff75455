#include <errno.h>

#include "core/buf.h"
#include "store/store_private.h"

/* SQL_CONSENT_GET; -ENOENT. */
static int get(struct sql *db, struct arena *a, int64_t service_id, int64_t client_id,
	struct str subject, struct store_consent *ret)
{
	struct sqlite3_stmt *q = sql_use(db, SQL_CONSENT_GET);
	sql_bind_int(q, 1, service_id);
	sql_bind_int(q, 2, client_id);
	sql_bind_text(q, 3, subject);
	int r = sql_step(q);
	if (r == 1) {
		struct store_consent row = {
			.latest = arena_copy(a, sql_str(q, 0)),
			.merged = arena_copy(a, sql_str(q, 1)),
			.modified_at = sql_int(q, 2),
		};
		r = row.latest.p && row.merged.p ? 0 : -ENOMEM;
		if (r == 0)
			*ret = row;
	} else if (r == 0) {
		r = -ENOENT;
	}
	sql_end(q);
	return r;
}

static bool has_word(struct str words, struct str word)
{
	struct str head, tail = words;
	while (tail.n) {
		str_cut(tail, ' ', &head, &tail);
		if (str_eq(head, word))
			return true;
	}
	return false;
}

/* The words of both, each once, in their order. STR_NONE without memory. */
static struct str merge(struct arena *a, struct str merged, struct str scopes)
{
	struct buf out = buf_make(a, SIZE_MAX);
	buf_reserve(&out, merged.n + scopes.n + 2);
	buf_add(&out, merged);
	struct str head, tail = scopes;
	while (tail.n && !out.failed) {
		str_cut(tail, ' ', &head, &tail);
		if (!head.n || has_word((struct str){out.p, out.n}, head))
			continue;
		if (out.n)
			buf_add_char(&out, ' ');
		buf_add(&out, head);
	}
	return buf_str(&out);
}

static int put(struct sql *db, int64_t service_id, int64_t client_id, struct str subject,
	const struct store_consent *consent)
{
	struct sqlite3_stmt *q = sql_use(db, SQL_CONSENT_PUT);
	sql_bind_int(q, 1, service_id);
	sql_bind_int(q, 2, client_id);
	sql_bind_text(q, 3, subject);
	sql_bind_text(q, 4, consent->latest);
	sql_bind_text(q, 5, consent->merged);
	sql_bind_int(q, 6, consent->modified_at);
	int r = sql_step(q);
	sql_end(q);
	return r;
}

struct addition {
	struct arena *arena;
	int64_t service_id, client_id, now;
	struct str subject, scopes;
};

static int add(struct store *s, void *arg)
{
	const struct addition *x = arg;
	struct store_consent row = {.merged = STR("")};
	struct sql *db = store_enter(s);
	int r = get(db, x->arena, x->service_id, x->client_id, x->subject, &row);
	row = (struct store_consent){x->scopes, merge(x->arena, row.merged, x->scopes), x->now};
	if (r == 0 || r == -ENOENT)
		r = row.merged.p ? 0 : -ENOMEM;
	if (r == 0)
		r = put(db, x->service_id, x->client_id, x->subject, &row);
	store_leave(s);
	return r;
}

int store_consent_add(struct store *s, int64_t service_id, int64_t client_id, struct str subject,
	struct str scopes, int64_t now)
{
	struct arena arena;
	arena_init(&arena, NULL, 0, SIZE_MAX);
	struct addition x = {.arena = &arena,
		.service_id = service_id,
		.client_id = client_id,
		.now = now,
		.subject = subject,
		.scopes = scopes.p ? scopes : STR("")};
	int r = store_transaction(s, false, add, &x);
	arena_reset(&arena);
	return r;
}

int store_consent_put(struct store *s, int64_t service_id, int64_t client_id, struct str subject,
	const struct store_consent *consent)
{
	struct arena few; /* with no first chunk: most are new, and then it needs none */
	struct store_consent other;
	struct sql *db = store_enter(s);
	arena_init(&few, NULL, 0, SIZE_MAX);
	int r = get(db, &few, service_id, client_id, subject, &other);
	r = r == -ENOENT ? put(db, service_id, client_id, subject, consent) : r == 0 ? -EEXIST : r;
	arena_reset(&few);
	store_leave(s);
	return r;
}

int store_consent_get(struct store *s, struct arena *a, int64_t service_id, int64_t client_id,
	struct str subject, struct store_consent *ret)
{
	int r = get(store_enter(s), a, service_id, client_id, subject, ret);
	store_leave(s);
	return r;
}

int store_consent_delete(struct store *s, int64_t service_id, int64_t client_id, struct str subject,
	bool *ret_deleted)
{
	struct sql *db = store_enter(s);
	struct sqlite3_stmt *q = sql_use(db, SQL_CONSENT_DELETE);
	sql_bind_int(q, 1, service_id);
	sql_bind_int(q, 2, client_id);
	sql_bind_text(q, 3, subject);
	int r = sql_step(q);
	if (r == 0)
		*ret_deleted = sql_changes(db) > 0;
	sql_end(q);
	store_leave(s);
	return r;
}
