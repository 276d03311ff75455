/* Client authentication by a signed JWT (RFC 7523, OpenID Connect Core section 9): the checks in
 * the order of their codes, the signature last. */
#include <errno.h>
#include <inttypes.h>

#include "jose/jws.h"
#include "oauth/client_auth_private.h"
#include "oauth/jwt.h"

#define ASSERTION_TYPE STR("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
#define SHOWN_MAX 200

/* ---- Form and algorithm ---- */

/* The algorithm that the client is registered with; refuses what does not go with the method. */
static int read_alg(const struct attempt *t, bool by_secret, enum jose_alg *ret)
{
	struct str setting = oauth_text(t->o->arena, t->client->document, "tokenAuthSignAlg");
	enum jose_alg alg = jose_find_api(JOSE_SIGNATURE, setting);
	if (t->o->arena->failed)
		return -ENOMEM;
	if (!setting.n)
		return attempt_refuse(t, "A157306",
			"The method of the client is %s, but its tokenAuthSignAlg is not set.",
			t->method);
	bool symmetric = alg != JOSE_UNSET && jose_is_symmetric(alg);
	if (by_secret && !symmetric)
		return attempt_refuse(t, "A157307",
			"The method of the client is client_secret_jwt, but its tokenAuthSignAlg "
			"%.*s does not sign by a secret.",
			STR_ARGS(setting));
	if (!by_secret && (symmetric || alg == JOSE_UNSET))
		return attempt_refuse(t, "A157308",
			"The method of the client is private_key_jwt, but its tokenAuthSignAlg "
			"%.*s does not sign by a private key.",
			STR_ARGS(setting));
	*ret = alg;
	return 0;
}

static int read_assertion(const struct attempt *t, enum jose_alg alg, struct jws *ret)
{
	struct str type, assertion;
	const char *reason;
	if (params_get(t->params, "client_assertion_type", &type) == PARAM_ABSENT)
		return attempt_refuse(t, "A157309",
			"The method of the client is %s, but there is no client_assertion_type.",
			t->method);
	if (!str_eq(type, ASSERTION_TYPE))
		return attempt_refuse(
			t, "A157310", "client_assertion_type must be %s.", ASSERTION_TYPE.p);
	if (params_get(t->params, "client_assertion", &assertion) != PARAM_ONE)
		return attempt_refuse(t, "A157311",
			"The method of the client is %s, but there is no client_assertion.",
			t->method);
	int r = jws_parse(t->o->arena, assertion, ret, &reason);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return attempt_refuse(
			t, "A157312", "client_assertion is no signed JWT: %s", reason);
	if (ret->alg != alg) {
		struct str came = jwt_show(t->o->arena, ret->header, "alg");
		return attempt_refuse(t, "A157313",
			"alg of client_assertion is %.*s, but the client is registered with %s.",
			STR_ARGS(came), jose_name(alg));
	}
	return 0;
}

/* ---- Claims ---- */

static int check_client(
	const struct attempt *t, const struct cJSON *claims, const char *name, const char *code)
{
	struct str value;
	jwt_text(t->o->arena, claims, name, &value);
	if (value.n && jwt_names_client(t->o, t->client, value))
		return 0;
	struct str came = jwt_show(t->o->arena, claims, name);
	return attempt_refuse(t, code,
		"%s of client_assertion is %.*s, but must be the client's id, %" PRId64 ".", name,
		STR_ARGS(came), t->client->row.client_id);
}

/* Issuer, token endpoint and the endpoint itself (OpenID Connect Core section 9, CIBA Core section
 * 7.1); RFC 7523's successor wants the issuer alone. */
static int check_audience(const struct attempt *t, const struct cJSON *claims)
{
	const struct cJSON *service = t->o->service;
	const char *const settings[] = {"issuer", "tokenEndpoint", t->api->endpoint};
	size_t n = oauth_flag(service, "clientAssertionAudRestrictedToIssuer")
			   ? 1
			   : sizeof settings / sizeof settings[0];
	struct buf valid = buf_make(t->o->arena, SIZE_MAX);
	for (size_t i = 0; i < n; i++) {
		struct str audience = settings[i] ? oauth_text(t->o->arena, service, settings[i])
						  : STR_NONE;
		if (jwt_is_for(claims, audience))
			return 0;
		if (valid.n && audience.n)
			buf_add(&valid, STR(", "));
		buf_add(&valid, audience);
	}
	struct str all = str_prefix(buf_str(&valid), SHOWN_MAX);
	if (t->o->arena->failed)
		return -ENOMEM;
	if (!all.n)
		return attempt_refuse(t, "A157317",
			"No aud of client_assertion can be right, as the service has no issuer and "
			"no endpoint set.");
	struct str came = jwt_show(t->o->arena, claims, "aud");
	return attempt_refuse(t, "A157318",
		"aud of client_assertion is %.*s, but must be one of: %.*s", STR_ARGS(came),
		STR_ARGS(all));
}

static int check_times(const struct attempt *t, const struct cJSON *claims)
{
	int64_t exp, nbf, iat, skew = jwt_skew(t->o), now = t->o->now;
	enum jwt_claim state = jwt_time(claims, "exp", false, &exp);
	if (state == CLAIM_ABSENT || state == CLAIM_NULL)
		return attempt_refuse(t, "A157319", "client_assertion has no exp.");
	if (state == CLAIM_WRONG)
		return attempt_refuse(t, "A157320", "exp of client_assertion is no number.");
	if (now >= exp + skew)
		return attempt_refuse(t, "A157320",
			"client_assertion has expired: exp is %" PRId64 ", and it is %" PRId64 ".",
			exp / 1000, now / 1000);
	state = jwt_time(claims, "nbf", false, &nbf);
	if (state == CLAIM_WRONG || (state == CLAIM_GOOD && nbf > now + skew))
		return attempt_refuse(
			t, "A157322", "nbf of client_assertion is in the future, or no number.");
	state = jwt_time(claims, "iat", false, &iat);
	if (state == CLAIM_WRONG || (state == CLAIM_GOOD && iat > now + skew))
		return attempt_refuse(
			t, "A157323", "iat of client_assertion is in the future, or no number.");
	return 0;
}

static int check_claims(const struct attempt *t, const struct jws *jws)
{
	const struct cJSON *claims;
	struct str jti;
	int r = jwt_claims(t->o->arena, jws->payload, &claims);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return attempt_refuse(
			t, "A157314", "The payload of client_assertion is no JSON object.");
	r = check_client(t, claims, "iss", "A157315");
	if (r == 0 && !REFUSED(t->why))
		r = check_client(t, claims, "sub", "A157316");
	if (r == 0 && !REFUSED(t->why))
		r = check_audience(t, claims);
	if (r == 0 && !REFUSED(t->why))
		r = check_times(t, claims);
	if (r < 0 || REFUSED(t->why))
		return r;
	jwt_text(t->o->arena, claims, "jti", &jti);
	return jti.n ? 0 : attempt_refuse(t, "A157324", "client_assertion has no jti.");
}

/* ---- Signature ---- */

static int verify_by_secret(const struct attempt *t, const struct jws *jws)
{
	struct jwk key;
	const char *reason = "";
	const struct jws_rules rules = {.algs = JOSE_BIT(jws->alg)};
	int r = jwk_from_secret(t->o->arena, t->client->row.secret, &key, &reason);
	if (r == 0) {
		r = jws_verify_key(jws, &rules, &key, &reason);
		jwk_clear(&key);
	}
	if (r == -ENOMEM || r == -EIO || r == 0)
		return r;
	if (r == -EBADMSG)
		return attempt_refuse(t, "A157326", "The signature of client_assertion is wrong.");
	return attempt_refuse(t, "A157325",
		"The client's secret is no key to verify client_assertion with: %s", reason);
}

/* Why no key of the set fits. */
static int refuse_key(const struct attempt *t, const struct jws *jws, const struct jwk_set *keys)
{
	struct str kid = str_prefix(jws->kid, SHOWN_MAX);
	for (size_t i = 0; i < jwk_set_count(keys); i++) {
		const struct jwk *key = jwk_set_at(keys, i);
		if (key->type == JWK_OCT && (!jws->kid.p || str_eq(key->kid, jws->kid)))
			return attempt_refuse(t, "A156106",
				"The key of the client is a secret (oct), which has no public "
				"part.");
	}
	if (jwk_set_bad_count(keys))
		return attempt_refuse(t, "A156107", "A key in the client's jwks is unusable: %s",
			jwk_set_bad_at(keys, 0)->why);
	return attempt_refuse(t, "A156304",
		"The client's jwks has no key for client_assertion (alg %s, kid %.*s).",
		jose_name(jws->alg), kid.p ? (int)kid.n : 6, kid.p ? kid.p : "absent");
}

static int verify_by_set(const struct attempt *t, const struct jws *jws, const struct jwk_set *keys)
{
	const struct jwk *key;
	const char *reason = "";
	const struct jws_rules rules = {.algs = JOSE_BIT(jws->alg)};
	int r = jws_verify(jws, &rules, keys, &key, &reason);
	switch (r) {
	case 0:
		t->client->assertion_bits = key->type == JWK_RSA ? key->bits : 0;
		return 0;
	case -ENOMEM:
	case -EIO:
		return r;
	case -EBADMSG:
		return attempt_refuse(t, "A157326", "The signature of client_assertion is wrong.");
	case -ENOTUNIQ:
		return attempt_refuse(t, "A156306",
			"Several keys in the client's jwks fit client_assertion; give them kids "
			"and name one in its header.");
	default:
		return refuse_key(t, jws, keys);
	}
}

static int verify_by_key(const struct attempt *t, const struct jws *jws)
{
	struct jwk_set *keys;
	const char *reason = "";
	int r = oauth_keys(t->o, t->client->document, "jwks", &keys, &reason);
	if (r == -ENOENT && json_get(t->client->document, "jwksUri"))
		return attempt_refuse(t, "A156303",
			"The client has registered no jwks; its jwksUri is not fetched.");
	if (r == -ENOENT)
		return attempt_refuse(
			t, "A156301", "The client has registered neither jwks nor jwksUri.");
	if (r == -ENOMEM || r == -EIO)
		return r;
	if (r < 0)
		return attempt_refuse(t, "A156303", "The client's jwks is unusable: %s", reason);
	if (jwk_set_count(keys) + jwk_set_bad_count(keys) == 0)
		r = attempt_refuse(t, "A156303", "The client's jwks is empty.");
	else
		r = verify_by_set(t, jws, keys);
	jwk_set_unref(keys);
	return r;
}

int client_check_assertion(const struct attempt *t, bool by_secret)
{
	enum jose_alg alg = JOSE_UNSET;
	struct jws jws = {0};
	int r = read_alg(t, by_secret, &alg);
	if (r == 0 && !REFUSED(t->why))
		r = read_assertion(t, alg, &jws);
	if (r == 0 && !REFUSED(t->why))
		r = check_claims(t, &jws);
	if (r < 0 || REFUSED(t->why))
		return r;
	r = by_secret ? verify_by_secret(t, &jws) : verify_by_key(t, &jws);
	if (r == 0 && !REFUSED(t->why))
		t->client->assertion_alg = jose_name(alg);
	return r;
}
