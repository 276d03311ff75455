#include <errno.h>

#include "jose/jwe.h"
#include "jose/jws.h"
#include "oauth/introspection.h"

#define SECOND_MS 1000
#define CONTENT_MAX ((size_t)16 << 20)
#define SIGN_ALG STR("RS256") /* where the call names none */
#define ENCRYPTION_ENC STR("A128CBC_HS256")

static int refuse(const struct oauth *o, struct refusal *why, const char *code, const char *message)
{
	return refusal_set(o->arena, why, NULL, code, "server_error", "%s", message);
}

/* ---- Signing ---- */

static struct str claims(
	const struct oauth *o, const struct introspection_jwt *how, struct str content)
{
	struct buf out = buf_make(o->arena, CONTENT_MAX);
	struct json_writer w = json_writer(&out);
	struct str issuer = oauth_text(o->arena, o->service, "issuer");
	json_open(&w, '{');
	if (issuer.n)
		json_member_str(&w, "iss", issuer);
	json_member_str(&w, "aud", how->audience);
	json_member_int(&w, "iat", o->now / SECOND_MS);
	json_put_name(&w, "token_introspection");
	json_put_raw(&w, content);
	json_close(&w, '}');
	return o->arena->failed ? STR_NONE : buf_str(&out);
}

static struct str header(const struct oauth *o, const struct jwk *key)
{
	struct buf out = buf_make(o->arena, CONTENT_MAX);
	struct json_writer w = json_writer(&out);
	json_member_str(&w, "typ", STR("token-introspection+jwt"));
	if (key->kid.p)
		json_member_str(&w, "kid", key->kid);
	return o->arena->failed ? STR_NONE : buf_str(&out);
}

static int sign_with(const struct oauth *o, enum jose_alg alg, const struct jwk *key,
	struct str payload, struct str *ret, struct refusal *why)
{
	const char *reason;
	struct str members = header(o, key);
	if (!members.p)
		return -ENOMEM;
	int r = jws_sign(o->arena, alg, key, members, payload, ret, &reason);
	if (r == -ENOMEM || r == -EIO)
		return r;
	return r < 0 ? refuse(o, why, "A164103", reason) : 0;
}

static int sign_shared(const struct oauth *o, enum jose_alg alg, struct str secret,
	struct str payload, struct str *ret, struct refusal *why)
{
	struct jwk key = {0};
	const char *reason;
	if (!secret.n)
		return refuse(o, why, "A164201", "The call has no sharedKeyForSign to sign with.");
	int r = jwk_from_secret(o->arena, secret, &key, &reason);
	if (r == -ENOMEM || r == -EIO)
		return r;
	r = r < 0 ? refuse(o, why, "A164103", reason) : sign_with(o, alg, &key, payload, ret, why);
	jwk_clear(&key);
	return r;
}

static int refuse_selection(
	const struct oauth *o, const struct jwk_set *set, int error, struct refusal *why)
{
	if (error == -ENOTUNIQ)
		return refuse(o, why, "A162204", "Several keys of the service fit the algorithm.");
	if (error != -ENOKEY)
		return error;
	if (jwk_set_bad_count(set))
		return refuse(o, why, "A162109",
			"No key of the service fits the algorithm, and one of them is damaged.");
	return refuse(o, why, "A162203", "No private key of the service fits the algorithm.");
}

static int sign_by_service(const struct oauth *o, enum jose_alg alg, struct str payload,
	struct str *ret, struct refusal *why)
{
	const struct jwk_wanted wanted = {.alg = alg, .purpose = JWK_SIGN};
	const struct jwk *key;
	const char *reason;
	struct jwk_set *set;
	int r = oauth_keys(o, o->service, "jwks", &set, &reason);
	if (r == -ENOENT && oauth_text(o->arena, o->service, "jwksUri").n)
		return refuse(o, why, "A162202",
			"The service has only a jwksUri, which has no private keys.");
	if (r == -ENOENT)
		return refuse(o, why, "A162201", "The service has no jwks to sign with.");
	if (r == -EINVAL)
		return refuse(o, why, "A162109", reason);
	if (r < 0)
		return r;
	r = jwk_set_select(set, &wanted, &key, &reason);
	r = r < 0 ? refuse_selection(o, set, r, why) : sign_with(o, alg, key, payload, ret, why);
	jwk_set_unref(set);
	return r;
}

/* ---- Encrypting ---- */

static int encrypt_with(const struct oauth *o, const struct jwe_how *how, struct str token,
	struct str *ret, struct refusal *why)
{
	const char *reason;
	int r = jwe_encrypt(o->arena, o->rand, how, token, ret, &reason);
	if (r == -ENOMEM || r == -EIO)
		return r;
	return r < 0 ? refuse(o, why, "A164106", reason) : 0;
}

static int encrypt(const struct oauth *o, const struct introspection_jwt *how, struct str token,
	struct str *ret, struct refusal *why)
{
	struct jwk key = {0};
	const char *reason;
	struct str enc = how->encryption_enc.n ? how->encryption_enc : ENCRYPTION_ENC;
	struct jwe_how jwe = {.alg = jose_find_api(JOSE_KEY_MANAGEMENT, how->encryption_alg),
		.enc = jose_find_api(JOSE_CONTENT, enc),
		.key = &key,
		.members = STR("\"cty\":\"JWT\"")};
	if (jwe.alg == JOSE_UNSET || jwe.enc == JOSE_UNSET)
		return refuse(o, why, "A164105", "There is no such encryption algorithm.");
	bool shared = jose_is_symmetric(jwe.alg);
	struct str text = shared ? how->shared_encryption_key : how->public_encryption_key;
	if (!text.n)
		return refuse(o, why, "A164301",
			shared ? "The call has no sharedKeyForEncryption."
			       : "The call has no publicKeyForEncryption.");
	int r = shared ? jwk_from_secret(o->arena, text, &key, &reason)
		       : jwk_parse(o->arena, text, &key, &reason);
	if (r == -ENOMEM || r == -EIO)
		return r;
	r = r < 0 ? refuse(o, why, "A164106", reason) : encrypt_with(o, &jwe, token, ret, why);
	jwk_clear(&key);
	return r;
}

int introspection_sign(const struct oauth *o, const struct introspection_jwt *how,
	struct str content, struct str *ret, struct refusal *why)
{
	struct str payload = claims(o, how, content), token = STR_NONE;
	enum jose_alg alg = jose_find_api(
		JOSE_SIGNATURE, how->sign_alg.n ? how->sign_alg : SIGN_ALG);
	*why = (struct refusal){0};
	if (!payload.p)
		return -ENOMEM;
	if (alg == JOSE_UNSET)
		return refuse(o, why, "A164102", "There is no such signature algorithm.");
	int r = jose_is_symmetric(alg)
			? sign_shared(o, alg, how->shared_sign_key, payload, &token, why)
			: sign_by_service(o, alg, payload, &token, why);
	if (r == 0 && !REFUSED(why) && how->encryption_alg.n)
		r = encrypt(o, how, token, &token, why);
	if (r == 0 && !REFUSED(why))
		*ret = token;
	return r;
}
