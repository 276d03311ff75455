/* Revokes one token, or all of a client, of a user, or of both. */
#include <errno.h>

#include "http/issued.h"
#include "http/reply.h"
#include "op.h"

static int answer_count(struct call *c, int64_t count)
{
	struct str message = arena_printf(
		&c->arena, "Revoked %lld access token(s).", (long long)count);
	struct json_writer *w = message.p ? answer_begin(c, NULL, "A312001", message.p) : NULL;
	if (!w)
		return -ENOMEM;
	json_member_int(w, "count", count);
	return answer_end(c);
}

static int revoke_one(struct call *c, struct str identifier,
	int (*find)(struct call *c, struct str identifier, struct store_issued *ret))
{
	struct store_issued row;
	int r = find(c, identifier, &row);
	if (r == 0)
		r = answer_count(c, 1); /* first: once the token is gone nothing may fail */
	if (r == 0)
		r = store_issued_delete(c->silo->store, c->service_id, row.number);
	if (r == -ENOENT) {
		checking(c, "token");
		return refuse(c, 404, "A313301", "no token of this kind has that value or hash");
	}
	if (r == 0)
		decided(c, "token", "it was there and is revoked");
	return r;
}

struct revocation {
	struct call *c;
	struct issued_filter filter;
};

/* The answer is made before the commit. */
static int delete_all(struct store *s, void *arg)
{
	const struct revocation *x = arg;
	int64_t count = 0;
	int r = store_issued_delete_all(s, x->c->service_id, &x->filter, &count);
	if (r < 0)
		return r;
	decided(x->c, "client and user",
		count ? "they have tokens, which are revoked" : "they have no tokens");
	return answer_count(x->c, count);
}

static int revoke_all(struct call *c, struct str client_identifier, struct str subject)
{
	struct store_client client;
	struct revocation x = {.c = c, .filter = {.subject = subject}};
	if (client_identifier.n) {
		int r = store_client_get(
			c->silo->store, &c->arena, c->service_id, client_identifier, &client);
		if (r == -ENOENT) {
			decided(c, "client and user", "the service has no such client");
			return answer_count(c, 0);
		}
		if (r < 0)
			return r;
		x.filter.client_id = client.client_id;
	}
	return store_transaction(c->silo->store, false, delete_all, &x);
}

OPERATION(auth_token_revoke)
{
	struct str access = in_str(c, "accessTokenIdentifier");
	struct str refresh = in_str(c, "refreshTokenIdentifier");
	struct str client = in_str(c, "clientIdentifier"), subject = in_str(c, "subject");
	if (access.n)
		return revoke_one(c, access, issued_of_access_identifier);
	if (refresh.n)
		return revoke_one(c, refresh, issued_of_refresh_identifier);
	if (client.n || subject.n)
		return revoke_all(c, client, subject.n ? subject : STR_NONE);
	checking(c, "what to revoke");
	return refuse(c, 400, M_REVOKES_NOTHING,
		"nothing says what to revoke: give accessTokenIdentifier, refreshTokenIdentifier, "
		"clientIdentifier or subject");
}
