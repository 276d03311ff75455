/* Which key may do what. */
#include <errno.h>

#include "jose/jwk_private.h"

static bool type_fits(const struct jwk *key, const struct alg *alg)
{
	if (alg->curves)
		return (key->type == JWK_EC || key->type == JWK_OKP) &&
		       (alg->curves >> key->curve & 1);
	return key->type == alg->key_type;
}

static int check_size(
	const struct jwk *key, const struct alg *alg, const struct alg *enc, const char **ret_why)
{
	if (key->type == JWK_RSA && key->bits < JWK_RSA_BITS_MIN)
		return refuse(ret_why, -ENOKEY,
			"The RSA key has fewer than 2048 bits, which RFC 7518 (3.3, 4.2, 4.3) "
			"demands.");
	if (alg->direct && key->type == JWK_OCT && enc && key->bits != enc->key_bytes * 8)
		return refuse(ret_why, -ENOKEY,
			"The secret does not have the length that \"enc\" demands.");
	if (alg->kind == JOSE_SIGNATURE && key->bits < alg->key_bytes * 8)
		return refuse(ret_why, -ENOKEY,
			"The secret is shorter than the hash, which RFC 7518 (3.2) forbids.");
	if (alg->kind == JOSE_KEY_MANAGEMENT && alg->key_bytes && key->bits != alg->key_bytes * 8)
		return refuse(ret_why, -ENOKEY,
			"The secret does not have the length that \"alg\" demands.");
	return 0;
}

/* The operations of which one must be in "key_ops" (RFC 7517 section 4.3). A private key is its
 * public key too, though its key_ops speak of the private one. */
static unsigned wanted_ops(const struct jwk *key, const struct alg *alg, enum jwk_purpose purpose)
{
	bool pair = key->is_private && key->type != JWK_OCT;
	if (purpose == JWK_SIGN)
		return OP_SIGN;
	if (purpose == JWK_VERIFY)
		return pair ? OP_VERIFY | OP_SIGN : OP_VERIFY;
	if (alg->wrap == &family_ecdh)
		return OP_DERIVE_KEY | OP_DERIVE_BITS;
	unsigned open = alg->direct ? OP_DECRYPT : OP_DECRYPT | OP_UNWRAP_KEY;
	unsigned seal = alg->direct ? OP_ENCRYPT : OP_ENCRYPT | OP_WRAP_KEY;
	if (alg->wrap == &family_pbes2) {
		open |= OP_DERIVE_KEY | OP_DERIVE_BITS;
		seal |= OP_DERIVE_KEY | OP_DERIVE_BITS;
	}
	if (purpose == JWK_DECRYPT)
		return open;
	return pair ? seal | open : seal;
}

static int check_purpose(const struct jwk *key, const struct alg *alg, const struct alg *enc,
	enum jwk_purpose purpose, const char **ret_why)
{
	const char *use = alg->kind == JOSE_SIGNATURE ? "sig" : "enc";
	if (key->use.p && !str_eq(key->use, str_of(use)))
		return refuse(
			ret_why, -ENOKEY, "\"use\" of the key says that it is for other uses.");
	/* Web Crypto writes public keys for key agreement with no operation at all */
	bool idle = alg->wrap == &family_ecdh && !key->is_private && !key->ops;
	if (key->has_ops && !idle && !(key->ops & wanted_ops(key, alg, purpose)))
		return refuse(ret_why, -ENOKEY, "\"key_ops\" of the key does not allow it.");
	/* a key for dir may name what it encrypts with instead (RFC 7520 section 5.6) */
	if (key->alg_name.p && !str_eq(key->alg_name, str_of(alg->name)) &&
		!(alg->direct && key->type == JWK_OCT && enc &&
			str_eq(key->alg_name, str_of(enc->name))))
		return refuse(ret_why, -ENOKEY, "\"alg\" of the key is another algorithm.");
	return 0;
}

int jwk_fits(const struct jwk *key, enum jose_alg alg, enum jose_alg enc, enum jwk_purpose purpose,
	const char **ret_why)
{
	const struct alg *row = alg_of(alg), *content = alg_of(enc);
	enum jose_kind kind = purpose == JWK_SIGN || purpose == JWK_VERIFY ? JOSE_SIGNATURE
									   : JOSE_KEY_MANAGEMENT;
	if (!row || row->kind != kind)
		return refuse(ret_why, -ENOKEY, "The algorithm is not one for that purpose.");
	if (!type_fits(key, row))
		return refuse(ret_why, -ENOKEY,
			"The type or the curve of the key is not that of the algorithm.");
	if ((purpose == JWK_SIGN || purpose == JWK_DECRYPT) && !key->is_private)
		return refuse(ret_why, -ENOKEY, "The key is public, and a private one is needed.");
	int e = check_size(key, row, content, ret_why);
	return e < 0 ? e : check_purpose(key, row, content, purpose, ret_why);
}

static bool has_kid(const struct jwk *key, struct str kid)
{
	return !kid.p || (key->kid.p && str_eq(key->kid, kid));
}

const struct jwk *jwk_set_next(
	const struct jwk_set *set, const struct jwk_wanted *wanted, size_t *at)
{
	const char *why;
	while (*at < jwk_set_count(set)) {
		const struct jwk *key = jwk_set_at(set, (*at)++);
		if (has_kid(key, wanted->kid) &&
			jwk_fits(key, wanted->alg, wanted->enc, wanted->purpose, &why) == 0)
			return key;
	}
	return NULL;
}

static int none_fits(
	const struct jwk_set *set, const struct jwk_wanted *wanted, const char **ret_why)
{
	const struct jwk *candidate = NULL;
	size_t candidates = 0;
	for (size_t i = 0; i < jwk_set_count(set); i++)
		if (has_kid(jwk_set_at(set, i), wanted->kid)) {
			candidate = jwk_set_at(set, i);
			candidates++;
		}
	if (candidates == 1)
		return jwk_fits(candidate, wanted->alg, wanted->enc, wanted->purpose, ret_why);
	if (candidates == 0 && wanted->kid.p)
		return refuse(ret_why, -ENOKEY, "No key has that \"kid\".");
	return refuse(ret_why, -ENOKEY, "No key fits the algorithm and the purpose.");
}

int jwk_set_select(const struct jwk_set *set, const struct jwk_wanted *wanted,
	const struct jwk **ret, const char **ret_why)
{
	size_t at = 0;
	const struct jwk *key = jwk_set_next(set, wanted, &at);
	if (!key)
		return none_fits(set, wanted, ret_why);
	if (jwk_set_next(set, wanted, &at))
		return refuse(ret_why, -ENOTUNIQ, "Several keys fit.");
	*ret = key;
	return 0;
}
