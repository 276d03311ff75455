/* Makes an access token outside of any flow. */
#include <errno.h>

#include "http/issued.h"
#include "http/reply.h"
#include "oauth/details.h"
#include "oauth/load.h"
#include "oauth/token.h"
#include "op.h"

#define SECOND_MS 1000

struct creation {
	struct call *c;
	struct oauth o;
	struct oauth_client client;
	struct token_grant grant;
	struct token_issued issued;
	struct refusal why;
};

static int refuse_with(
	struct creation *x, const char *action, const char *code, const char *message)
{
	return refusal_set(&x->c->arena, &x->why, action, code, NULL, "%s", message);
}

static int bad_request(struct creation *x, const char *code, const char *message)
{
	return refuse_with(x, "BAD_REQUEST", code, message);
}

static struct str optional(struct call *c, const char *name)
{
	struct str text = in_str(c, name);
	return text.n ? text : STR_NONE;
}

static bool grant_is(const struct creation *x, const char *name)
{
	return str_eq(str_of(x->grant.grant_type), str_of(name));
}

/* ---- What the call asks for ---- */

static int check_grant_type(struct creation *x)
{
	struct str name = arena_copy(&x->c->arena, in_str(x->c, "grantType"));
	if (!name.p)
		return -ENOMEM;
	x->grant.grant_type = name.p;
	if (grant_is(x, "REFRESH_TOKEN"))
		return bad_request(x, "A104202", "No access token comes of REFRESH_TOKEN alone.");
	if (!oauth_service_grants(x->o.service, name.p))
		return bad_request(x, "A104203", "The service does not support the grantType.");
	return 0;
}

static int check_subject(struct creation *x)
{
	x->grant.subject = optional(x->c, "subject");
	if (!x->grant.subject.p && !grant_is(x, "CLIENT_CREDENTIALS"))
		return bad_request(x, "A105201", "The grantType needs a subject.");
	return 0;
}

static int check_scopes(struct creation *x)
{
	struct scopes asked, unknown = {0};
	int r = scopes_of_json(&x->c->arena, json_get(x->c->in, "scopes"), &asked);
	if (r == 0)
		r = scopes_allowed(&x->o, NULL, &asked, &x->grant.scopes, &unknown);
	if (r == 0 && unknown.n)
		return bad_request(x, "A106201", "The service does not support one of the scopes.");
	return r;
}

static int refuse_client(struct creation *x, struct str identifier)
{
	int64_t id;
	bool known = false;
	int r = str_to_i64(identifier, &id) ? store_client_is_known(x->c->silo->store, id, &known)
					    : 0;
	if (r < 0)
		return r;
	if (known)
		return refuse_with(
			x, "FORBIDDEN", "A107202", "The client belongs to another service.");
	return bad_request(x, "A107201", "The service has no such client.");
}

static int check_client(struct creation *x)
{
	int64_t id = in_int(x->c->in, "clientId", 0);
	struct str identifier = id ? arena_i64(&x->c->arena, id) : in_str(x->c, "clientIdentifier");
	if (x->c->arena.failed)
		return -ENOMEM;
	int r = identifier.n ? oauth_load_client(x->c, &x->o, identifier, &x->client) : -ENOENT;
	if (r == -ENOENT)
		return refuse_client(x, identifier);
	if (r == 0 && x->client.row.locked)
		return refuse_with(x, "FORBIDDEN", "A107203", "The client is locked.");
	x->client.alias_used = oauth_flag(x->c->in, "clientIdAliasUsed");
	x->grant.client = &x->client;
	return r;
}

static int check_properties(struct creation *x)
{
	const struct cJSON *list = json_get(x->c->in, "properties");
	bool fit = !list || properties_fit(&x->c->arena, list);
	if (x->c->arena.failed)
		return -ENOMEM;
	if (!fit)
		return bad_request(x, "A108201", "The properties are too long.");
	x->grant.properties = list;
	return 0;
}

static int check_refresh(struct creation *x)
{
	bool supported = oauth_service_grants(x->o.service, "REFRESH_TOKEN");
	bool implicit = grant_is(x, "IMPLICIT"), of_client = grant_is(x, "CLIENT_CREDENTIALS");
	x->grant.refresh_token = optional(x->c, "refreshToken");
	x->grant.with_refresh = supported && !implicit && !of_client;
	if (!x->grant.refresh_token.p)
		return 0;
	if (!supported)
		return bad_request(x, "A108202", "The service does not support refresh tokens.");
	if (implicit)
		return bad_request(x, "A108203", "No refresh token comes of IMPLICIT.");
	if (of_client)
		return bad_request(x, "A108204", "No refresh token comes of CLIENT_CREDENTIALS.");
	return 0;
}

static int read_claims(struct creation *x)
{
	struct cJSON *claims = NULL;
	struct json_fault fault;
	struct str text = in_str(x->c, "jwtAtClaims");
	if (!text.n || !oauth_text(&x->c->arena, x->o.service, "accessTokenSignAlg").n)
		return 0;
	int r = json_parse(&x->c->arena, text, &claims, &fault);
	if (r == -EINVAL || (r == 0 && json_kind(claims) != JSON_OBJECT))
		return bad_request(x, "A108205", "jwtAtClaims is not a JSON object.");
	x->grant.jwt_claims = claims;
	return r;
}

/* Seconds, as many as a time in milliseconds can hold. */
static int64_t duration(const struct creation *x, const char *name)
{
	int64_t seconds = in_int(x->c->in, name, 0), most = (JSON_INT_MAX - x->o.now) / SECOND_MS;
	return seconds < 0 ? 0 : seconds < most ? seconds : most;
}

static int make(struct creation *x)
{
	struct call *c = x->c;
	struct token_grant *g = &x->grant;
	g->auth_time = in_int(c->in, "authTime", 0);
	g->acr = optional(c, "acr");
	g->resources = json_get(c->in, "resources");
	g->authorization_details = json_get(c->in, "authorizationDetails");
	g->access_token = optional(c, "accessToken");
	g->access_duration = duration(x, "accessTokenDuration");
	g->refresh_duration = duration(x, "refreshTokenDuration");
	g->certificate_thumbprint = optional(c, "certificateThumbprint");
	g->dpop_thumbprint = optional(c, "dpopKeyThumbprint");
	if (oauth_flag(c->in, "accessTokenPersistent"))
		g->access_duration = (JSON_INT_MAX - x->o.now) / SECOND_MS;
	int r = token_make(&x->o, g, &x->issued, &x->why);
	if (r == 0 && REFUSED(&x->why))
		return bad_request(x, "A108205", arena_copy(&c->arena, x->why.message).p);
	return r;
}

/* Details that no flow has. */
static int add_details(struct creation *x)
{
	struct cJSON *details = NULL;
	static const char *const names[] = {DETAIL_EXTERNAL, DETAIL_SESSION};
	int r = issued_details(x->c, &x->issued.row, &details);
	for (size_t i = 0; r == 0 && i < sizeof names / sizeof names[0]; i++) {
		const struct cJSON *item = json_get(x->c->in, names[i]);
		if (item && !issued_detail_set(x->c, details, names[i], item))
			r = -ENOMEM;
	}
	if (r == 0)
		x->issued.row.details = issued_details_text(x->c, details);
	return r == 0 && !x->issued.row.details.p ? -ENOMEM : r;
}

static const struct {
	int (*work)(struct creation *x);
	const char *name, *fine;
} steps[] = {
	{check_grant_type, "grantType", "the service supports it"},
	{check_subject, "subject", "it is there, or none is needed"},
	{check_scopes, "scopes", "the service supports them"},
	{check_client, "client", "it is there and not locked"},
	{check_properties, "properties", "they are not too long"},
	{check_refresh, "refreshToken", "none is asked for, or one may be made"},
	{read_claims, "jwtAtClaims", "there are none, or they are an object"},
	{make, "keys", "what is to be signed could be"},
};

/* ---- The answer ---- */

static int answer_made(struct creation *x)
{
	struct call *c = x->c;
	const struct token_issued *t = &x->issued;
	struct json_writer *w = answer_begin(c, "OK", "A109001", "The access token is made.");
	if (!w)
		return -ENOMEM;
	json_member_str(w, "accessToken", t->access_token);
	json_member_int(w, "clientId", t->row.client_id);
	json_member_int(w, "expiresAt", t->row.access_expires_at);
	json_member_int(w, "expiresIn", t->access_duration);
	json_member_str(w, "grantType", str_of(x->grant.grant_type));
	if (x->grant.properties) {
		json_put_name(w, "properties");
		json_put_tree(w, x->grant.properties);
	}
	if (t->refresh_token.p)
		json_member_str(w, "refreshToken", t->refresh_token);
	issued_put_words(w, "scopes", t->row.scopes);
	if (x->grant.subject.p)
		json_member_str(w, "subject", x->grant.subject);
	struct str type = oauth_text(&c->arena, x->o.service, "accessTokenType");
	json_member_str(w, "tokenType",
		x->grant.dpop_thumbprint.p ? STR("DPoP")
		: type.n                   ? type
					   : STR("Bearer"));
	if (t->jwt_access_token.p)
		json_member_str(w, "jwtAccessToken", t->jwt_access_token);
	if (x->grant.authorization_details) {
		json_put_name(w, "authorizationDetails");
		json_put_tree(w, x->grant.authorization_details);
	}
	json_member_bool(w, DETAIL_EXTERNAL, oauth_flag(c->in, DETAIL_EXTERNAL));
	json_member_str(w, "tokenId", arena_i64(&c->arena, t->row.number));
	if (t->refresh_token.p)
		issued_put_words(w, "refreshTokenScopes", t->row.refresh_scopes);
	if (in_str(c, "clientIdentifier").n)
		json_member_str(w, "clientIdentifier", in_str(c, "clientIdentifier"));
	if (in_str(c, DETAIL_SESSION).n)
		json_member_str(w, DETAIL_SESSION, in_str(c, DETAIL_SESSION));
	return answer_end(c);
}

/* The answer, which tells the record's number, is made before the commit: once the token is there
 * nothing may fail any more. */
static int put(struct store *s, void *arg)
{
	struct creation *x = arg;
	int r = issued_put(s, &x->o, &x->client, &x->issued.row);
	return r < 0 ? r : answer_made(x);
}

static int keep(struct creation *x)
{
	checking(x->c, "values");
	int r = add_details(x);
	if (r == 0)
		r = store_transaction(x->c->silo->store, false, put, x);
	if (r == -EEXIST)
		return bad_request(
			x, "A144201", "Another access token has the value that is wanted.");
	if (r == -ENOTUNIQ)
		return bad_request(
			x, "A144202", "Another refresh token has the value that is wanted.");
	if (r == 0)
		found(x->c, "no other token has them");
	return r;
}

OPERATION(auth_token_create)
{
	struct creation x = {.c = c};
	int r = oauth_open(c, &x.o);
	for (size_t i = 0; r == 0 && !REFUSED(&x.why) && i < sizeof steps / sizeof steps[0]; i++) {
		checking(c, steps[i].name);
		r = steps[i].work(&x);
		if (r == 0 && !REFUSED(&x.why))
			found(c, steps[i].fine);
	}
	if (r == 0 && !REFUSED(&x.why))
		r = keep(&x);
	return r == 0 && REFUSED(&x.why) ? oauth_refuse(c, &x.o, &x.why) : r;
}
