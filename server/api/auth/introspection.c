/* Looks an access token up for a resource server and checks it, step by step; the first failure
 * answers. */
#include <errno.h>

#include "http/issued.h"
#include "http/reply.h"
#include "jose/x509.h"
#include "oauth/challenge.h"
#include "oauth/details.h"
#include "oauth/dpop.h"
#include "oauth/load.h"
#include "oauth/scope.h"
#include "op.h"

#define SECOND_MS 1000

struct look {
	struct call *c;
	struct oauth o;
	struct oauth_client client;
	struct store_issued row;
	const struct cJSON *details;
	struct scopes scopes; /* of the token */
	bool existent, usable, sufficient, refreshable, bound_to_key;
	struct str further; /* of the challenge */
	struct refusal why;
};

static int refuse_token(struct look *x, const char *action, const char *code, const char *error,
	const char *message)
{
	return refusal_set(&x->c->arena, &x->why, action, code, error, "%s", message);
}

static int unauthorized(struct look *x, const char *code, const char *message)
{
	return refuse_token(x, "UNAUTHORIZED", code, "invalid_token", message);
}

static int forbidden(struct look *x, const char *code, const char *error, const char *message)
{
	return refuse_token(x, "FORBIDDEN", code, error, message);
}

/* ---- The token ---- */

static int refuse_unknown(struct look *x, enum access_jwt form, struct str token)
{
	static const struct {
		const char *code, *message;
	} of_form[] = {
		[ACCESS_JWT_UNREADABLE] = {"A057304",
			"The access token looks like a JWT, but has no jti that can be read."},
		[ACCESS_JWT_EMPTY_ID] = {"A057305",
			"The access token is a JWT whose jti is null or empty."},
		[ACCESS_JWT_UNSIGNED] = {"A057306", "The access token is a JWT that is encrypted, "
						    "unsigned or signed with a shared secret."},
	};
	bool foreign = false;
	if (form > ACCESS_JWT_OPAQUE)
		return unauthorized(x, of_form[form].code, of_form[form].message);
	int r = issued_is_foreign(x->c, token, &foreign);
	if (r < 0)
		return r;
	if (foreign)
		return unauthorized(
			x, "A057303", "The access token was issued by another service.");
	return unauthorized(x, "A057302", "The access token does not exist.");
}

static int find_token(struct look *x)
{
	struct cJSON *details = NULL;
	enum access_jwt form;
	struct str token = in_str(x->c, "token");
	int r = issued_of_access(x->c, token, &x->row, &form);
	if (r == -ENOENT)
		return refuse_unknown(x, form, token);
	if (r == 0)
		r = issued_details(x->c, &x->row, &details);
	if (r == 0)
		r = scopes_parse(&x->c->arena, x->row.scopes, &x->scopes);
	if (r < 0)
		return r;
	x->details = details;
	x->existent = true;
	x->usable = x->row.access_expires_at > x->o.now;
	x->refreshable = x->row.refreshable && x->row.refresh_expires_at > x->o.now;
	x->bound_to_key = json_get(details, DETAIL_DPOP) != NULL;
	return 0;
}

static int check_client(struct look *x)
{
	int r = oauth_load_client_id(x->c, &x->o, x->row.client_id, &x->client);
	if (r == -ENOENT)
		return unauthorized(x, "A097302", "The client of the access token is gone.");
	if (r == 0 && x->client.row.locked)
		return unauthorized(x, "A097303", "The client of the access token is locked.");
	return r;
}

/* The first look at an expired token is its last: the record goes, or while it can still be
 * refreshed it forgets the access token. */
static int forget(struct look *x)
{
	struct store_issued row = x->row;
	struct store *s = x->c->silo->store;
	if (!x->refreshable)
		return store_issued_delete(s, x->c->service_id, row.number);
	int r = rand_bytes(x->o.rand, row.access_hash, sizeof row.access_hash);
	return r < 0 ? r
		     : store_issued_replace(
			       s, x->c->service_id, row.number, x->row.access_hash, &row);
}

static int check_expiry(struct look *x)
{
	if (x->usable)
		return 0;
	int r = forget(x);
	if (r < 0 && r != -ENOENT)
		return r;
	if (x->refreshable)
		return unauthorized(
			x, "A065301", "The access token has expired, but can be refreshed.");
	if (x->row.refreshable)
		return unauthorized(x, "A065302",
			"The access token has expired, and so has its refresh token.");
	return unauthorized(
		x, "A065303", "The access token has expired, and it has no refresh token.");
}

/* ---- What the call demands of it ---- */

static int check_scopes(struct look *x)
{
	struct scopes asked, known = {0};
	struct arena *a = &x->c->arena;
	int r = scopes_of_json(a, json_get(x->c->in, "scopes"), &asked);
	if (r == 0)
		r = scopes_allowed(&x->o, NULL, &asked, &known, NULL);
	if (r < 0 || !known.n)
		return r;
	x->sufficient = true;
	for (size_t i = 0; i < known.n; i++)
		x->sufficient &= scopes_have(&x->scopes, known.at[i]);
	if (x->sufficient)
		return 0;
	x->further = challenge_words(a, "scope", known.at, known.n);
	if (!x->scopes.n)
		return forbidden(x, "A064301", "insufficient_scope",
			"The access token has no scopes at all.");
	return forbidden(x, "A064302", "insufficient_scope",
		"The access token lacks a scope that is demanded.");
}

static int check_subject(struct look *x)
{
	struct str subject = in_str(x->c, "subject");
	if (!subject.n || str_eq(subject, x->row.subject))
		return 0;
	if (!x->row.subject.p)
		return forbidden(x, "A066301", "invalid_request",
			"A subject is demanded, but no user stands behind the access token.");
	return forbidden(
		x, "A066302", "invalid_request", "The access token stands for another subject.");
}

static int check_resources(struct look *x)
{
	struct scopes asked = {0}, has = {0};
	struct arena *a = &x->c->arena;
	const struct cJSON *of_token = json_get(x->details, DETAIL_ACCESS_RESOURCES);
	if (!of_token)
		of_token = json_get(x->details, DETAIL_RESOURCES);
	int r = scopes_of_json(a, json_get(x->c->in, "resources"), &asked);
	if (r == 0)
		r = scopes_of_json(a, of_token, &has);
	for (size_t i = 0; r == 0 && i < asked.n; i++)
		if (!scopes_have(&has, asked.at[i]))
			return forbidden(x, M_NO_RESOURCE, "invalid_target",
				"The access token is not for a resource that is demanded.");
	return r;
}

static int check_certificate(struct look *x)
{
	struct str bound = oauth_text(&x->c->arena, x->details, DETAIL_CERTIFICATE);
	struct str pem = in_str(x->c, "clientCertificate");
	char thumbprint[X509_THUMBPRINT_SIZE + 1];
	if (!bound.n)
		return 0;
	if (!pem.n)
		return unauthorized(x, "A065304",
			"The access token is bound to a client certificate, and none came.");
	int r = x509_thumbprint_of(pem, thumbprint);
	if (r == -EINVAL)
		return unauthorized(x, "A065307", "The client certificate cannot be read as PEM.");
	if (r == 0 && !str_eq(bound, str_of(thumbprint)))
		return unauthorized(
			x, "A065305", "The access token is bound to another client certificate.");
	return r;
}

static struct str none_if_empty(struct str s)
{
	return s.n ? s : STR_NONE;
}

static bool wants_nonce(const struct look *x)
{
	return oauth_flag(x->o.service, "dpopNonceRequired") ||
	       oauth_flag(x->c->in, "dpopNonceRequired");
}

static int check_key(struct look *x)
{
	static const struct dpop_codes codes = {
		.no_alg = "A065313",
		.wrong_alg = "A065311",
		.no_key = "A065312",
		.invalid = "A065310",
		.no_nonce = M_NO_NONCE,
	};
	struct dpop_request request = {
		.proof = in_str(x->c, "dpop"),
		.method = none_if_empty(in_str(x->c, "htm")),
		.url = none_if_empty(in_str(x->c, "htu")),
		.access_token = in_str(x->c, "token"),
		.nonce_required = wants_nonce(x),
	};
	struct str thumbprint = STR_NONE;
	if (!x->bound_to_key)
		return 0;
	if (!request.proof.n)
		return unauthorized(x, "A065308",
			"The access token is bound to a key, and no DPoP proof came.");
	int r = dpop_verify(&x->o, &request, &codes, &thumbprint, &x->why);
	if (r < 0)
		return r;
	if (REFUSED(&x->why)) {
		x->why.action = "UNAUTHORIZED";
		return 0;
	}
	if (!str_eq(thumbprint, oauth_text(&x->c->arena, x->details, DETAIL_DPOP)))
		return unauthorized(
			x, "A065309", "The access token is bound to another key than the proof's.");
	return 0;
}

/* RFC 9470 section 3. */
static int check_acr(struct look *x)
{
	struct scopes wanted = {0};
	struct str acr = oauth_text(&x->c->arena, x->details, DETAIL_ACR);
	int r = scopes_of_json(&x->c->arena, json_get(x->c->in, "acrValues"), &wanted);
	if (r < 0 || !wanted.n || (acr.n && scopes_have(&wanted, acr)))
		return r;
	x->further = challenge_words(&x->c->arena, "acr_values", wanted.at, wanted.n);
	return forbidden(x, "A341302", "insufficient_user_authentication",
		"The user was authenticated in none of the ways that are demanded.");
}

static int check_age(struct look *x)
{
	int64_t max_age = in_int(x->c->in, "maxAge", 0); /* SDKs send 0 for none */
	int64_t auth_time = oauth_number(x->details, DETAIL_AUTH_TIME, 0);
	int64_t age = x->o.now / SECOND_MS - auth_time;
	if (max_age <= 0 || (auth_time > 0 && age <= max_age))
		return 0;
	x->further = arena_printf(&x->c->arena, "max_age=\"%lld\"", (long long)max_age);
	return forbidden(x, "A340301", "insufficient_user_authentication",
		"The user was authenticated longer ago than is allowed.");
}

static const struct {
	int (*check)(struct look *x);
	const char *name, *fine;
} steps[] = {
	{find_token, "access token", "it was issued by this service and is still there"},
	{check_client, "client", "it is there and not locked"},
	{check_expiry, "expiry", "the access token has not expired"},
	{check_scopes, "scopes", "none is demanded that it lacks"},
	{check_subject, "subject", "no other one is demanded"},
	{check_resources, "resources", "none is demanded that it is not for"},
	{check_certificate, "certificate", "it is bound to none, or to the one that came"},
	{check_key, "DPoP", "it is bound to no key, or the proof is made with it"},
	{check_acr, "authentication context", "nothing is demanded that the user lacks"},
	{check_age, "age of the authentication", "it is not older than allowed"},
};

/* ---- The answer ---- */

static void put_if(struct json_writer *w, const char *name, struct str value)
{
	if (value.n)
		json_member_str(w, name, value);
}

static void put_as(
	struct json_writer *w, const char *name, const struct cJSON *document, const char *member)
{
	const struct cJSON *item = json_get(document, member);
	if (item) {
		json_put_name(w, name);
		json_put_tree(w, item);
	}
}

static void put_token(struct look *x, struct json_writer *w)
{
	static const char *const shown[] = {DETAIL_PROPERTIES, DETAIL_CERTIFICATE, DETAIL_RESOURCES,
		DETAIL_ACCESS_RESOURCES, DETAIL_AUTHORIZATION, DETAIL_GRANT_ID,
		DETAIL_CONSENTED_CLAIMS, DETAIL_ACR};
	const struct store_issued *row = &x->row;
	struct str alias = x->client.row.alias;
	if (!alias.p && !x->o.v2)
		alias = arena_i64(&x->c->arena, row->client_id);
	put_if(w, "clientIdAlias", alias);
	put_if(w, "subject", row->subject);
	issued_put_words(w, "scopes", row->scopes);
	if (x->scopes.n) {
		json_put_name(w, "scopeDetails");
		scopes_put_objects(w, &x->o, &x->scopes, false);
	}
	for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
		issued_put_detail(w, x->details, shown[i]);
	json_member_str(w, "grantType", row->grant_type);
	put_as(w, "serviceAttributes", x->o.service, "attributes");
	put_as(w, "clientAttributes", x->client.document, "attributes");
}

static int answer_look(struct look *x)
{
	bool fine = !REFUSED(&x->why);
	struct str message = fine ? STR("The access token is valid.")
				  : arena_copy(&x->c->arena, x->why.message);
	struct str content = fine ? challenge_template(&x->o, x->bound_to_key)
				  : challenge_content(&x->o, &x->why, x->further, x->bound_to_key);
	if (!message.p || !content.p)
		return -ENOMEM;
	struct json_writer *w = answer_begin(
		x->c, fine ? "OK" : x->why.action, fine ? "A056001" : x->why.code, message.p);
	if (!w)
		return -ENOMEM;
	json_member_str(w, "responseContent", content);
	json_member_int(w, "clientId", x->row.client_id);
	json_member_bool(w, "clientIdAliasUsed", oauth_flag(x->details, DETAIL_ALIAS_USED));
	json_member_int(w, "expiresAt", x->row.access_expires_at);
	json_member_bool(w, "existent", x->existent);
	json_member_bool(w, "usable", x->usable);
	json_member_bool(w, "sufficient", x->sufficient);
	json_member_bool(w, "refreshable", x->refreshable);
	json_member_bool(w, DETAIL_EXTERNAL, oauth_flag(x->details, DETAIL_EXTERNAL));
	json_member_int(w, DETAIL_AUTH_TIME, oauth_number(x->details, DETAIL_AUTH_TIME, 0));
	json_member_bool(
		w, "responseSigningRequired", oauth_flag(x->client.document, "rsRequestSigned"));
	if (x->existent)
		put_token(x, w);
	if (x->bound_to_key && wants_nonce(x))
		put_if(w, "dpopNonce", dpop_nonce(&x->o));
	return answer_end(x->c);
}

OPERATION(auth_introspection)
{
	struct look x = {.c = c};
	int r = oauth_open(c, &x.o);
	for (size_t i = 0; r == 0 && !REFUSED(&x.why) && i < sizeof steps / sizeof steps[0]; i++) {
		checking(c, steps[i].name);
		r = steps[i].check(&x);
		if (r == 0 && !REFUSED(&x.why))
			found(c, steps[i].fine);
		else if (r == 0 && c->n_steps)
			c->steps[c->n_steps - 1].decided = true;
	}
	return r < 0 ? r : answer_look(&x);
}
