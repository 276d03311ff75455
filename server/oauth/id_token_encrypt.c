/* ID tokens for the client's eyes only: signed, then encrypted (OpenID Connect Core section 10.2).
 */
#include <errno.h>

#include "jose/digest.h"
#include "jose/jwe.h"
#include "oauth/client_auth.h"
#include "oauth/id_token.h"

/* How many bytes of key the algorithms take of the client's secret; 0: all of it, as a password. */
static unsigned key_size(enum jose_alg alg, enum jose_alg enc)
{
	switch (alg) {
	case JOSE_A128KW:
	case JOSE_A128GCMKW:
		return 16;
	case JOSE_A192KW:
	case JOSE_A192GCMKW:
		return 24;
	case JOSE_A256KW:
	case JOSE_A256GCMKW:
		return 32;
	case JOSE_DIR:
		break;
	default:
		return 0;
	}
	switch (enc) {
	case JOSE_A128GCM:
		return 16;
	case JOSE_A192GCM:
		return 24;
	case JOSE_A192CBC_HS384:
		return 48;
	case JOSE_A256CBC_HS512:
		return 64;
	default:
		return 32;
	}
}

/* Section 10.2: the left part of a hash of the secret that is long enough. */
static int secret_key(const struct oauth *o, const struct oauth_client *client, enum jose_alg alg,
	enum jose_alg enc, struct jwk *ret, const char **ret_reason)
{
	unsigned char hash[DIGEST_MAX];
	unsigned size = key_size(alg, enc);
	struct str secret = client->row.secret;
	if (size) {
		int r = digest(size <= 32 ? 256 : size <= 48 ? 384 : 512, secret, hash);
		if (r < 0)
			return r;
		secret = (struct str){(const char *)hash, size};
	}
	return jwk_from_secret(o->arena, secret, ret, ret_reason);
}

static int by_secret(const struct oauth *o, const struct oauth_client *client, struct jwe_how how,
	struct str token, struct str *ret, struct refusal *why)
{
	struct jwk key = {0};
	const char *reason = NULL;
	if (client_is_public(client))
		return refusal_set(o->arena, why, NULL, "A046313", NULL,
			"The client's idTokenEncryptionAlg needs a secret, but the client is "
			"public.");
	int r = secret_key(o, client, how.alg, how.enc, &key, &reason);
	how.key = &key;
	how.members = STR("\"cty\":\"JWT\"");
	if (r == 0)
		r = jwe_encrypt(o->arena, o->rand, &how, token, ret, &reason);
	jwk_clear(&key);
	return r;
}

static int find_set(const struct oauth *o, const struct oauth_client *client, struct jwk_set **ret,
	struct refusal *why)
{
	const char *reason = NULL;
	int r = oauth_keys(o, client->document, "jwks", ret, &reason);
	if (r == -ENOENT && oauth_text(o->arena, client->document, "jwksUri").n)
		return refusal_set(o->arena, why, NULL, "A046304", NULL,
			"The client has only a jwksUri, and the mock fetches nothing: register "
			"jwks.");
	if (r == -ENOENT)
		return refusal_set(o->arena, why, NULL, "A046303", NULL,
			"The ID token is to be encrypted, but the client has no jwks.");
	if (r == 0 && jwk_set_count(*ret) == 0 && jwk_set_bad_count(*ret) == 0) {
		jwk_set_unref(*ret);
		return refusal_set(o->arena, why, NULL, "A046307", NULL,
			"The ID token is to be encrypted, but the client's jwks has no keys.");
	}
	return r;
}

static int by_key(const struct oauth *o, const struct oauth_client *client, struct jwe_how *how,
	struct str token, struct str *ret, struct refusal *why)
{
	struct jwk_wanted wanted = {.alg = how->alg, .enc = how->enc, .purpose = JWK_ENCRYPT};
	struct jwk_set *set = NULL;
	const char *reason = NULL;
	struct buf header = buf_make(o->arena, JOSE_HEADER_MAX);
	struct json_writer w = json_writer(&header);
	int r = find_set(o, client, &set, why);
	if (r < 0 || REFUSED(why))
		return r;
	r = jwk_set_select(set, &wanted, &how->key, &reason);
	if (r == 0) {
		json_member_str(&w, "cty", STR("JWT"));
		if (how->key->kid.p)
			json_member_str(&w, "kid", how->key->kid);
		how->members = buf_str(&header);
		r = header.failed ? -ENOMEM
				  : jwe_encrypt(o->arena, o->rand, how, token, ret, &reason);
	}
	jwk_set_unref(set);
	if (r == -ENOTUNIQ)
		return refusal_set(o->arena, why, NULL, "A046311", NULL,
			"Several keys in the client's jwks fit %s.", jose_name(how->alg));
	if (r == -ENOKEY)
		return refusal_set(o->arena, why, NULL, "A046309", NULL,
			"No key in the client's jwks fits %s.", jose_name(how->alg));
	return r;
}

int id_token_encrypt(const struct oauth *o, const struct oauth_client *client, struct str token,
	struct str *ret, struct refusal *why)
{
	struct str alg = oauth_text(o->arena, client->document, "idTokenEncryptionAlg");
	struct str enc = oauth_text(o->arena, client->document, "idTokenEncryptionEnc");
	struct jwe_how how = {
		.alg = alg.p ? jose_find_api(JOSE_KEY_MANAGEMENT, alg) : JOSE_UNSET,
		.enc = enc.p ? jose_find_api(JOSE_CONTENT, enc) : JOSE_A128CBC_HS256,
	};
	*ret = token;
	if (how.alg == JOSE_UNSET)
		return o->arena->failed ? -ENOMEM : 0;
	return jose_is_symmetric(how.alg) ? by_secret(o, client, how, token, ret, why)
					  : by_key(o, client, &how, token, ret, why);
}
