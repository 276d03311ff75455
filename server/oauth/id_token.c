#include "oauth/id_token.h"

#include <errno.h>

#include "core/b64.h"
#include "entity/client.h"
#include "entity/uri.h"
#include "jose/digest.h"
#include "jose/jws.h"
#include "oauth/service_key.h"

#define TOKEN_MAX ((size_t)4 << 20)
#define HS_SECRET_MIN 32 /* bytes: the 256 bits of RFC 7518 section 3.2 */

void put_other_members(
	struct json_writer *w, const struct cJSON *object, const char *const *reserved)
{
	if (!object || json_kind(object) != JSON_OBJECT)
		return;
	json_each (item, object) {
		const char *const *name = reserved;
		while (*name && !str_eq(str_of(*name), json_name(item)))
			name++;
		if (*name)
			continue;
		json_put_str(w, json_decode(w->out->arena, json_name(item)));
		buf_add_char(w->out, ':');
		w->comma = false;
		json_put_tree(w, item);
	}
}

/* ---- Who ---- */

struct str client_own_name(const struct oauth *o, const struct oauth_client *client)
{
	if (client->alias_used && client->row.alias.p)
		return client->row.alias;
	return arena_i64(o->arena, client->row.client_id);
}

/* The host that pairwise subjects are made for: as OpenID Connect Core section 8.1 says, or for a
 * client without redirect URIs CIBA Core section 4; else the client stands for itself. */
static struct str find_sector(const struct oauth *o, const struct oauth_client *client)
{
	static const char *const members[] = {"bcNotificationEndpoint", "jwksUri"};
	bool several;
	struct uri uri;
	struct str sector = client_sector(o->arena, client->document, &several);
	for (size_t i = 0; !sector.n && i < sizeof members / sizeof members[0]; i++) {
		struct str text = oauth_text(o->arena, client->document, members[i]);
		if (text.n && uri_read(text, &uri))
			sector = uri.host;
	}
	return sector.n ? sector : arena_i64(o->arena, client->row.client_id);
}

static struct str encode(struct arena *a, const unsigned char *bytes, size_t n)
{
	char *text = arena_alloc(a, n * 2);
	return text ? (struct str){text, b64url_encode(bytes, n, text)} : STR_NONE;
}

struct str id_token_subject(const struct oauth *o, const struct token_grant *grant)
{
	struct arena *a = o->arena;
	unsigned char hash[DIGEST_MAX];
	if (grant->sub.n)
		return grant->sub;
	if (!str_eq(oauth_text(a, grant->client->document, "subjectType"), STR("PAIRWISE")))
		return grant->subject;
	struct buf text = buf_make(a, SIZE_MAX);
	buf_add(&text, find_sector(o, grant->client));
	buf_add_char(&text, '\n');
	buf_add(&text, grant->subject);
	buf_add_char(&text, '\n');
	buf_add(&text, o->row.api_secret); /* the salt that OpenID Connect Core asks for */
	if (text.failed || digest(256, buf_str(&text), hash) < 0)
		return STR_NONE;
	return encode(a, hash, SHA256_SIZE);
}

/* ---- What ---- */

/* The left half of the hash, as OpenID Connect Core section 3.1.3.6 defines at_hash. */
static int put_half_hash(const struct oauth *o, struct json_writer *w, const char *name,
	enum jose_alg alg, struct str token)
{
	unsigned char hash[DIGEST_MAX];
	unsigned bits = digest_bits(alg);
	int r = digest(bits, token, hash);
	if (r == 0)
		json_member_str(w, name, encode(o->arena, hash, bits / 16));
	return r;
}

static void put_audience(
	struct json_writer *w, const struct oauth *o, const struct token_grant *grant)
{
	struct str type = grant->id_audience_type;
	struct str name = client_own_name(o, grant->client);
	if (!type.n)
		type = oauth_text(o->arena, o->service, "idTokenAudType");
	json_put_name(w, "aud");
	if (str_eq(type, STR("string"))) {
		json_put_str(w, name);
		return;
	}
	json_open(w, '[');
	json_put_str(w, name);
	json_close(w, ']');
}

/* CIBA Core section 10.3.1: what ties a pushed ID token to what it comes with. */
static int put_push(const struct oauth *o, struct json_writer *w, const struct token_grant *grant,
	const struct token_issued *t, enum jose_alg alg)
{
	struct str access = t->jwt_access_token.p ? t->jwt_access_token : t->access_token;
	int r = put_half_hash(o, w, "at_hash", alg, access);
	if (r == 0 && t->refresh_token.p)
		r = put_half_hash(
			o, w, "urn:openid:params:jwt:claim:rt_hash", alg, t->refresh_token);
	json_member_str(w, "urn:openid:params:jwt:claim:auth_req_id", grant->auth_req_id);
	return r;
}

static int write_claims(const struct oauth *o, const struct token_grant *grant,
	const struct token_issued *t, enum jose_alg alg, struct str *ret)
{
	static const char *const reserved[] = {"iss", "sub", "aud", "exp", "iat", "auth_time",
		"nonce", "acr", "at_hash", "urn:openid:params:jwt:claim:rt_hash",
		"urn:openid:params:jwt:claim:auth_req_id", NULL};
	struct buf text = buf_make(o->arena, TOKEN_MAX);
	struct json_writer w = json_writer(&text);
	struct str issuer = oauth_text(o->arena, o->service, "issuer");
	int64_t now = o->now / 1000;
	int r = 0;
	json_open(&w, '{');
	if (issuer.n)
		json_member_str(&w, "iss", issuer);
	json_member_str(&w, "sub", id_token_subject(o, grant));
	put_audience(&w, o, grant);
	json_member_int(&w, "exp", now + t->id_duration);
	json_member_int(&w, "iat", now);
	if (grant->auth_time > 0)
		json_member_int(&w, "auth_time", grant->auth_time);
	if (grant->nonce.p)
		json_member_str(&w, "nonce", grant->nonce);
	if (grant->acr.n)
		json_member_str(&w, "acr", grant->acr);
	if (grant->auth_req_id.p)
		r = put_push(o, &w, grant, t, alg);
	put_other_members(&w, grant->claims, reserved);
	json_close(&w, '}');
	if (r == 0 && (text.failed || o->arena->failed))
		r = -ENOMEM;
	if (r == 0)
		*ret = buf_str(&text);
	return r;
}

/* ---- Signing ---- */

static int sign_by_secret(const struct oauth *o, const struct oauth_client *client,
	enum jose_alg alg, struct str members, struct str payload, struct str *ret,
	struct refusal *why)
{
	struct jwk key = {0};
	const char *reason = NULL;
	int r = client->row.secret.n < HS_SECRET_MIN
			? -ENOKEY
			: jwk_from_secret(o->arena, client->row.secret, &key, &reason);
	if (r == 0)
		r = jws_sign(o->arena, alg, &key, members, payload, ret, &reason);
	jwk_clear(&key);
	if (r == -ENOMEM || r == -EIO || r == 0)
		return r;
	return refusal_set(o->arena, why, NULL, "A046113", NULL,
		"The client's secret is too short to sign an ID token with %s.", jose_name(alg));
}

int id_token_make(const struct oauth *o, const struct token_grant *grant, struct token_issued *t,
	struct refusal *why)
{
	/* what the signature says of itself; and extensions, of which there are none */
	static const char *const reserved[] = {"alg", "kid", "crit", "b64", NULL};
	struct str name = oauth_text(o->arena, grant->client->document, "idTokenSignAlg");
	enum jose_alg alg = name.p ? jose_find_api(JOSE_SIGNATURE, name) : JOSE_RS256;
	struct buf header = buf_make(o->arena, JOSE_HEADER_MAX);
	struct json_writer w = json_writer(&header);
	struct str payload = STR_NONE, token = STR_NONE;
	if (alg == JOSE_UNSET)
		return refusal_set(o->arena, why, NULL, "A046301", NULL,
			"The client's idTokenSignAlg is NONE, but its ID tokens must be signed.");
	t->id_duration = scopes_duration(
		o, grant->client, &grant->scopes, "idTokenDuration", "id_token.duration", 86400);
	int r = write_claims(o, grant, t, alg, &payload);
	buf_reserve(&header, 1);
	put_other_members(&w, grant->id_header, reserved);
	if (r == 0 && header.failed)
		r = -ENOMEM;
	if (r < 0)
		return r;
	if (jose_is_symmetric(alg))
		r = sign_by_secret(o, grant->client, alg, buf_str(&header), payload, &token, why);
	else
		r = service_sign(
			o, alg, "idTokenSignatureKeyId", buf_str(&header), payload, &token, why);
	if (r < 0 || REFUSED(why))
		return r;
	return id_token_encrypt(o, grant->client, token, &t->id_token, why);
}
