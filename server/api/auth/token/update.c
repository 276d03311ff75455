/* Changes an issued access token: what the call names takes the place of what was. */
#include <errno.h>
#include <string.h>

#include "http/issued.h"
#include "http/reply.h"
#include "oauth/details.h"
#include "oauth/load.h"
#include "oauth/scope.h"
#include "op.h"

#define SECOND_MS 1000

struct change {
	struct call *c;
	struct oauth o;
	struct oauth_client client;
	struct store_issued row;
	struct cJSON *details;
	struct str access_token; /* STR_NONE: only its hash is known */
};

/* ---- Which token ---- */

/* A JWT stands for its jti. */
static int opaque(struct call *c, struct str token, const struct store_issued *row, struct str *ret)
{
	unsigned char hash[SHA256_SIZE];
	int r = hash_sha256(token, hash);
	*ret = token;
	if (r < 0 || memcmp(hash, row->access_hash, sizeof hash) == 0)
		return r;
	r = access_jwt_read(&c->arena, token, ret);
	return r < 0 ? r : 0;
}

static int find(struct change *x, struct str *ret_identifier)
{
	struct call *c = x->c;
	struct str token = in_str(c, "accessToken"), hash = in_str(c, "accessTokenHash");
	struct str id = in_str(c, "tokenId");
	int64_t number;
	*ret_identifier = token.n ? token : hash;
	if (token.n) {
		int r = issued_of_access(c, token, &x->row, NULL);
		return r < 0 ? r : opaque(c, token, &x->row, &x->access_token);
	}
	if (hash.n)
		return issued_of_access_identifier(c, hash, &x->row);
	if (!str_to_i64(id, &number))
		return -ENOENT;
	return store_issued_by_number(c->silo->store, &c->arena, c->service_id, number, &x->row);
}

static int refuse_unknown(struct call *c, struct str identifier)
{
	bool foreign = false;
	int r = identifier.n ? issued_is_foreign(c, identifier, &foreign) : 0;
	if (r < 0)
		return r;
	decided(c, "access token",
		foreign ? "another service has issued it" : "there is none of that value or hash");
	if (foreign)
		return answer(c, "FORBIDDEN", "A134203",
			"The access token was issued by another service.");
	return answer(c, "NOT_FOUND", "A134202", "There is no such access token.");
}

/* ---- What becomes of it ---- */

/* When a scope limits the duration it counts from now. */
static void limit(const struct change *x, const struct scopes *scopes, const char *setting,
	const char *attribute, int64_t *expires_at)
{
	const struct scopes none = {0};
	int64_t without = scopes_duration(&x->o, &x->client, &none, setting, attribute, 0);
	int64_t with = scopes_duration(&x->o, &x->client, scopes, setting, attribute, 0);
	if (with > 0 && with != without)
		*expires_at = x->o.now + with * SECOND_MS;
}

static int set_scopes(struct change *x)
{
	struct scopes asked, scopes = {0};
	const struct cJSON *in = x->c->in, *list = json_get(in, "scopes");
	if (!list)
		return 0;
	int r = scopes_of_json(&x->c->arena, list, &asked);
	if (r == 0)
		r = scopes_allowed(&x->o, &x->client, &asked, &scopes, NULL);
	if (r < 0)
		return r;
	struct str text = scopes_text(&x->c->arena, &scopes);
	if (!text.p)
		return -ENOMEM;
	bool changed = !str_eq(text, x->row.scopes);
	x->row.scopes = text;
	if (changed && oauth_flag(in, "accessTokenExpiresAtUpdatedOnScopeUpdate"))
		limit(x, &scopes, "accessTokenDuration", "access_token.duration",
			&x->row.access_expires_at);
	if (changed && x->row.refreshable &&
		oauth_flag(in, "refreshTokenExpiresAtUpdatedOnScopeUpdate"))
		limit(x, &scopes, "refreshTokenDuration", "refresh_token.duration",
			&x->row.refresh_expires_at);
	return 0;
}

static void set_times(struct change *x)
{
	const struct cJSON *in = x->c->in;
	int64_t access = in_int(in, "accessTokenExpiresAt", 0);
	int64_t refresh = in_int(in, "refreshTokenExpiresAt", 0);
	if (access > 0)
		x->row.access_expires_at = access;
	if (refresh > 0 && x->row.refreshable)
		x->row.refresh_expires_at = refresh;
	if (oauth_flag(in, "accessTokenPersistent"))
		x->row.access_expires_at = JSON_INT_MAX;
}

static int set_details(struct change *x)
{
	/* members of the call that take the place of a detail of the same name */
	static const char *const names[] = {DETAIL_PROPERTIES, DETAIL_CERTIFICATE, DETAIL_DPOP,
		DETAIL_AUTHORIZATION, DETAIL_EXTERNAL};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const struct cJSON *item = json_get(x->c->in, names[i]);
		if (!item || (json_kind(item) == JSON_STRING && !json_raw(item).n))
			continue;
		if (!issued_detail_set(x->c, x->details, names[i], item))
			return -ENOMEM;
	}
	x->row.details = issued_details_text(x->c, x->details);
	return x->row.details.p ? 0 : -ENOMEM;
}

static int set_value(struct change *x)
{
	if (!oauth_flag(x->c->in, "accessTokenValueUpdated"))
		return 0;
	char *value = arena_alloc(&x->c->arena, RAND_TOKEN_SIZE + 1);
	if (!value)
		return -ENOMEM;
	int r = rand_token(x->o.rand, value);
	x->access_token = (struct str){value, RAND_TOKEN_SIZE};
	return r < 0 ? r : hash_sha256(x->access_token, x->row.access_hash);
}

static int answer_changed(struct change *x)
{
	struct call *c = x->c;
	struct json_writer *w = answer_begin(
		c, "OK", "A135001", "The access token is as the call wants it.");
	if (!w)
		return -ENOMEM;
	if (x->access_token.p)
		json_member_str(w, "accessToken", x->access_token);
	json_member_int(w, "accessTokenExpiresAt", x->row.access_expires_at);
	issued_put_detail(w, x->details, DETAIL_PROPERTIES);
	issued_put_words(w, "scopes", x->row.scopes);
	issued_put_detail(w, x->details, DETAIL_AUTHORIZATION);
	json_member_str(w, "tokenType", issued_type(&x->o, x->details));
	json_member_bool(w, DETAIL_EXTERNAL, oauth_flag(x->details, DETAIL_EXTERNAL));
	json_member_str(w, "tokenId", arena_i64(&c->arena, x->row.number));
	json_member_int(w, "refreshTokenExpiresAt", x->row.refresh_expires_at);
	return answer_end(c);
}

/* Answers first: once the token is changed nothing may fail any more. -ENOENT: somebody else was
 * faster, and it is to be looked at again. */
static int change(struct change *x)
{
	struct call *c = x->c;
	unsigned char was[SHA256_SIZE];
	memcpy(was, x->row.access_hash, sizeof was);
	int r = oauth_load_client_id(c, &x->o, x->row.client_id, &x->client);
	if (r == -ENOENT)
		return answer(c, "INTERNAL_SERVER_ERROR", "A134107",
			"The client of the access token is gone.");
	if (r == 0)
		r = issued_details(c, &x->row, &x->details);
	if (r < 0)
		return r;
	r = set_scopes(x);
	if (r == 0)
		r = set_value(x);
	set_times(x);
	if (r == 0)
		r = set_details(x);
	if (r == 0)
		r = answer_changed(x);
	if (r == 0)
		r = store_issued_replace(
			c->silo->store, c->service_id, x->row.number, was, &x->row);
	if (r == 0)
		decided(c, "access token", "it was there and is changed");
	return r;
}

OPERATION(auth_token_update)
{
	struct change x = {.c = c};
	struct str identifier = STR_NONE;
	int r = oauth_open(c, &x.o);
	if (r < 0)
		return r;
	if (!in_str(c, "accessToken").n && !in_str(c, "accessTokenHash").n &&
		!in_str(c, "tokenId").n) {
		decided(c, "access token", "nothing says which");
		return answer(c, "BAD_REQUEST", "A134201",
			"Nothing says which access token: give accessToken or accessTokenHash.");
	}
	do {
		r = find(&x, &identifier);
		if (r == -ENOENT)
			return refuse_unknown(c, identifier);
		if (r == 0)
			r = change(&x);
	} while (r == -ENOENT);
	return r;
}
