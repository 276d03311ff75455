#include "oauth/token.h"

#include <errno.h>
#include <string.h>

#include "oauth/authorization_details.h"
#include "oauth/details.h"
#include "oauth/id_token.h"
#include "oauth/service_key.h"
#include "jose/jose.h"

#define TEXT_MAX ((size_t)8 << 20)
#define ACCESS_DURATION 86400
#define REFRESH_DURATION 864000

const char *grant_wire_name(struct str api_name)
{
	static const struct {
		struct str api;
		const char *wire;
	} names[] = {
		{STR("AUTHORIZATION_CODE"), "authorization_code"},
		{STR("IMPLICIT"), "implicit"},
		{STR("PASSWORD"), "password"},
		{STR("CLIENT_CREDENTIALS"), "client_credentials"},
		{STR("REFRESH_TOKEN"), "refresh_token"},
		{STR("CIBA"), "urn:openid:params:grant-type:ciba"},
		{STR("DEVICE_CODE"), "urn:ietf:params:oauth:grant-type:device_code"},
		{STR("TOKEN_EXCHANGE"), "urn:ietf:params:oauth:grant-type:token-exchange"},
		{STR("JWT_BEARER"), "urn:ietf:params:oauth:grant-type:jwt-bearer"},
		{STR("PRE_AUTHORIZED_CODE"),
			"urn:ietf:params:oauth:grant-type:pre-authorized_code"},
	};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (str_eq(names[i].api, api_name))
			return names[i].wire;
	return NULL;
}

const struct cJSON *token_resources(const struct token_grant *g)
{
	return g->access_resources ? g->access_resources : g->resources;
}

/* ---- Lifetimes ---- */

/* Milliseconds; what no JSON number can tell counts as the largest that one can. */
static int64_t later(int64_t now, int64_t seconds)
{
	return seconds > (JSON_INT_MAX - now) / 1000 ? JSON_INT_MAX : now + seconds * 1000;
}

static void set_lifetimes(const struct oauth *o, const struct token_grant *g, bool refreshable,
	struct token_issued *t)
{
	t->access_duration = g->access_duration > 0
				     ? g->access_duration
				     : scopes_duration(o, g->client, &g->scopes,
					       "accessTokenDuration", "access_token.duration",
					       ACCESS_DURATION);
	t->access_expires_at = later(o->now, t->access_duration);
	if (!refreshable)
		return;
	t->refresh_duration = g->refresh_duration > 0
				      ? g->refresh_duration
				      : scopes_duration(o, g->client, &g->scopes,
						"refreshTokenDuration", "refresh_token.duration",
						REFRESH_DURATION);
	t->refresh_expires_at = later(o->now, t->refresh_duration);
	if (g->refresh_expires_at) {
		t->refresh_expires_at = g->refresh_expires_at;
		t->refresh_duration = (g->refresh_expires_at - o->now) / 1000;
	}
	if (oauth_flag(o->service, "tokenExpirationLinked") &&
		t->access_expires_at > t->refresh_expires_at) {
		t->access_expires_at = t->refresh_expires_at;
		t->access_duration = t->refresh_duration;
	}
}

/* ---- The access token as a JWT (RFC 9068) ---- */

static void put_confirmation(struct json_writer *w, const struct token_grant *g)
{
	if (!g->certificate_thumbprint.n && !g->dpop_thumbprint.n)
		return;
	json_put_name(w, "cnf");
	json_open(w, '{');
	if (g->certificate_thumbprint.n)
		json_member_str(w, "x5t#S256", g->certificate_thumbprint);
	if (g->dpop_thumbprint.n)
		json_member_str(w, "jkt", g->dpop_thumbprint);
	json_close(w, '}');
}

static int put_audience(const struct oauth *o, struct json_writer *w, const struct token_grant *g)
{
	const struct cJSON *resources = token_resources(g);
	if (resources && json_first(resources)) {
		json_put_name(w, "aud");
		json_put_tree(w, resources);
	}
	return authorization_details_put(o, w, "authorization_details", g->authorization_details);
}

static int write_jwt_claims(const struct oauth *o, const struct token_grant *g,
	const struct token_issued *t, struct str *ret)
{
	static const char *const reserved[] = {"acr", "auth_time", "client_id", "exp", "grant_type",
		"iat", "iss", "jti", "scope", "sub", "cnf", "aud", "authorization_details", NULL};
	struct buf text = buf_make(o->arena, TEXT_MAX);
	struct json_writer w = json_writer(&text);
	struct str issuer = oauth_text(o->arena, o->service, "issuer");
	int64_t now = o->now / 1000;
	json_open(&w, '{');
	if (g->acr.n)
		json_member_str(&w, "acr", g->acr);
	if (g->auth_time > 0)
		json_member_int(&w, "auth_time", g->auth_time);
	json_member_str(&w, "client_id", client_own_name(o, g->client));
	json_member_int(&w, "exp", t->access_expires_at / 1000);
	json_member_str(&w, "grant_type", str_of(grant_wire_name(str_of(g->grant_type))));
	json_member_int(&w, "iat", now);
	if (issuer.n)
		json_member_str(&w, "iss", issuer);
	json_member_str(&w, "jti", t->access_token);
	if (g->scopes.n)
		json_member_str(&w, "scope", t->row.scopes);
	if (g->subject.n)
		json_member_str(&w, "sub", g->subject);
	put_confirmation(&w, g);
	int r = put_audience(o, &w, g);
	properties_put_visible(&w, g->properties, reserved, g->jwt_claims);
	put_other_members(&w, g->jwt_claims, reserved);
	json_close(&w, '}');
	if (r == 0 && (text.failed || o->arena->failed))
		r = -ENOMEM;
	if (r == 0)
		*ret = buf_str(&text);
	return r;
}

static int make_jwt(const struct oauth *o, const struct token_grant *g, struct token_issued *t,
	struct refusal *why)
{
	struct str name = oauth_text(o->arena, o->service, "accessTokenSignAlg");
	enum jose_alg alg = name.n ? jose_find_api(JOSE_SIGNATURE, name) : JOSE_UNSET;
	struct str payload;
	if (!name.n)
		return 0;
	if (alg == JOSE_UNSET || jose_is_symmetric(alg))
		return refusal_set(o->arena, why, NULL, TOKEN_NO_JWT, NULL,
			"accessTokenSignAlg of the service must be an asymmetric algorithm, not "
			"%.*s.",
			STR_ARGS(name));
	int r = write_jwt_claims(o, g, t, &payload);
	if (r == 0)
		r = service_sign(o, alg, "accessTokenSignatureKeyId", STR("\"typ\":\"at+jwt\""),
			payload, &t->jwt_access_token, why);
	if (r == 0 && REFUSED(why))
		why->code = TOKEN_NO_JWT;
	return r;
}

/* ---- The record ---- */

static void put_tree(struct json_writer *w, const char *name, const struct cJSON *item)
{
	if (!item)
		return;
	json_put_name(w, name);
	json_put_tree(w, item);
}

static void put_text(struct json_writer *w, const char *name, struct str value)
{
	if (value.n)
		json_member_str(w, name, value);
}

static struct str write_details(const struct oauth *o, const struct token_grant *g)
{
	struct buf text = buf_make(o->arena, TEXT_MAX);
	struct json_writer w = json_writer(&text);
	buf_reserve(&text, 1); /* an empty text is not STR_NONE */
	put_tree(&w, DETAIL_PROPERTIES, g->properties);
	put_tree(&w, DETAIL_RESOURCES, g->resources);
	put_tree(&w, DETAIL_ACCESS_RESOURCES, token_resources(g));
	put_tree(&w, DETAIL_AUTHORIZATION, g->authorization_details);
	put_text(&w, DETAIL_ACR, g->acr);
	if (g->auth_time > 0)
		json_member_int(&w, DETAIL_AUTH_TIME, g->auth_time);
	put_tree(&w, DETAIL_CONSENTED_CLAIMS, g->consented_claims);
	put_text(&w, DETAIL_CERTIFICATE, g->certificate_thumbprint);
	put_text(&w, DETAIL_DPOP, g->dpop_thumbprint);
	if (g->client->alias_used)
		json_member_bool(&w, DETAIL_ALIAS_USED, true);
	return buf_str(&text);
}

static int fill_row(const struct oauth *o, const struct token_grant *g, struct token_issued *t)
{
	struct arena *a = o->arena;
	const struct scopes *lasting = g->refresh_scopes ? g->refresh_scopes : &g->scopes;
	bool refreshable = t->refresh_token.p != NULL;
	t->row = (struct store_issued){
		.refreshable = refreshable,
		.client_id = g->client->row.client_id,
		.subject = g->subject,
		.grant_type = str_of(g->grant_type),
		.scopes = scopes_text(a, &g->scopes),
		.refresh_scopes = refreshable ? scopes_text(a, lasting) : STR(""),
		.created_at = o->now,
		.access_expires_at = t->access_expires_at,
		.refresh_expires_at = t->refresh_expires_at,
		.details = write_details(o, g),
	};
	if (a->failed || !t->row.details.p || !t->row.scopes.p || !t->row.refresh_scopes.p)
		return -ENOMEM;
	int r = hash_sha256(t->access_token, t->row.access_hash);
	if (r == 0 && refreshable)
		r = hash_sha256(t->refresh_token, t->row.refresh_hash);
	return r;
}

/* The caller's token or a fresh one. */
static int choose(const struct oauth *o, struct str given, struct str *ret)
{
	char text[RAND_TOKEN_SIZE + 1];
	if (given.n) {
		*ret = given;
		return 0;
	}
	int r = rand_token(o->rand, text);
	if (r < 0)
		return r;
	*ret = arena_copy(o->arena, (struct str){text, RAND_TOKEN_SIZE});
	return ret->p ? 0 : -ENOMEM;
}

int token_make(const struct oauth *o, const struct token_grant *grant, struct token_issued *ret,
	struct refusal *why)
{
	struct token_issued t = {0};
	bool refreshable = grant->with_refresh &&
			   oauth_service_grants(o->service, "REFRESH_TOKEN") &&
			   oauth_client_grants(grant->client->document, "REFRESH_TOKEN");
	int r = choose(o, grant->access_token, &t.access_token);
	if (r == 0 && refreshable)
		r = choose(o, grant->refresh_token, &t.refresh_token);
	if (r < 0)
		return r;
	set_lifetimes(o, grant, refreshable, &t);
	r = fill_row(o, grant, &t);
	if (r == 0)
		r = make_jwt(o, grant, &t, why);
	if (r == 0 && !REFUSED(why) && grant->with_id_token && grant->subject.p &&
		scopes_have(&grant->scopes, STR("openid")))
		r = id_token_make(o, grant, &t, why);
	if (r == 0 && !REFUSED(why))
		*ret = t;
	return r;
}
