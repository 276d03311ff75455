/* Keys on curves: EC (RFC 7518 section 6.2, RFC 8812) and OKP (RFC 8037). */
#include <errno.h>

#include "jose/jwk_private.h"

static int read_curve(
	const struct cJSON *object, enum jwk_type type, struct jwk *key, const char **ret_why)
{
	const struct cJSON *crv = json_get(object, "crv");
	if (!crv || json_kind(crv) != JSON_STRING)
		return refuse(ret_why, -EINVAL, "The key has no \"crv\".");
	for (enum jwk_curve c = 0; c < JWK_CURVES; c++)
		if (curve_of(c)->type == type && str_eq(json_raw(crv), str_of(curve_of(c)->name))) {
			key->type = type;
			key->curve = c;
			return 0;
		}
	return refuse(ret_why, -ENOTSUP, "\"crv\" is no curve known for that \"kty\".");
}

/* A member of exactly n bytes; STR_NONE when it is absent. */
static int read_bytes(struct arena *a, const struct cJSON *object, const char *name, size_t n,
	struct str *ret, const char **ret_why)
{
	int e = text_member_decoded(a, object, name, ret);
	if (e == -ENOMEM)
		return e;
	if (e < 0 || (ret->p && ret->n != n))
		return refuse(ret_why, -EINVAL,
			"\"x\", \"y\" or \"d\" is not base64url of the length that the curve has.");
	return 0;
}

static void wipe(struct str secret)
{
	if (secret.n)
		OPENSSL_cleanse((void *)(uintptr_t)secret.p, secret.n);
}

int jwk_build_ec(const struct curve *curve, struct str x, struct str y, struct str d,
	struct evp_pkey_st **ret)
{
	unsigned char point[1 + 2 * SECRET_MAX] = {POINT_CONVERSION_UNCOMPRESSED};
	memcpy(point + 1, x.p, x.n);
	memcpy(point + 1 + x.n, y.p, y.n);
	CLEANUP(OSSL_PARAM_BLD) *list = OSSL_PARAM_BLD_new();
	CLEANUP(BIGNUM) *number = d.p ? BN_bin2bn(bytes_of(d), (int)d.n, NULL) : NULL;
	if (!list || (d.p && !number) ||
		!OSSL_PARAM_BLD_push_utf8_string(
			list, OSSL_PKEY_PARAM_GROUP_NAME, curve->group, 0) ||
		!OSSL_PARAM_BLD_push_octet_string(
			list, OSSL_PKEY_PARAM_PUB_KEY, point, 1 + x.n + y.n) ||
		(d.p && !OSSL_PARAM_BLD_push_BN(list, OSSL_PKEY_PARAM_PRIV_KEY, number)))
		return crypto_error(-ENOMEM);
	return jwk_build("EC", list, d.p != NULL, ret);
}

/* On the curve, and d its private key. */
static int check_ec(EVP_PKEY *pkey, bool is_private)
{
	CLEANUP(EVP_PKEY_CTX) *context = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
	if (!context)
		return crypto_error(-ENOMEM);
	bool good = is_private ? EVP_PKEY_check(context) == 1 : EVP_PKEY_public_check(context) == 1;
	return good ? 0 : crypto_error(-EINVAL);
}

static int make_signer(struct jwk *key)
{
	key->signer = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);
	return key->signer && EVP_PKEY_sign_init(key->signer) == 1 ? 0 : crypto_error(-ENOMEM);
}

int jwk_read_ec(struct arena *a, const struct cJSON *object, struct jwk *key, const char **ret_why)
{
	struct str x, y, d = STR_NONE;
	int e = read_curve(object, JWK_EC, key, ret_why);
	if (e < 0)
		return e;
	const struct curve *curve = curve_of(key->curve);
	if ((e = read_bytes(a, object, "x", curve->bytes, &x, ret_why)) < 0 ||
		(e = read_bytes(a, object, "y", curve->bytes, &y, ret_why)) < 0 ||
		(e = read_bytes(a, object, "d", curve->bytes, &d, ret_why)) < 0)
		return e;
	if (!x.p || !y.p)
		return refuse(ret_why, -EINVAL, "The EC key lacks \"x\" or \"y\".");
	key->is_private = d.p != NULL;
	text_member(a, object, "x", &key->x); /* they have been read before, so they are there */
	text_member(a, object, "y", &key->y);
	e = key->x.p && key->y.p ? jwk_build_ec(curve, x, y, d, &key->pkey) : -ENOMEM;
	wipe(d);
	if (e == 0)
		e = check_ec(key->pkey, key->is_private);
	if (e == 0 && key->is_private)
		e = make_signer(key);
	return e == -EINVAL
		       ? refuse(ret_why, e,
				 "The point is not on the curve, or the private key is not its.")
		       : e;
}

/* libcrypto takes a pair without looking, so the public key is made from the private one. */
static int build_okp(const struct curve *curve, struct str x, struct str d, EVP_PKEY **ret)
{
	unsigned char public_key[SECRET_MAX];
	size_t n = sizeof public_key;
	CLEANUP(EVP_PKEY) *pkey =
		d.p ? EVP_PKEY_new_raw_private_key_ex(NULL, curve->group, NULL, bytes_of(d), d.n)
		    : EVP_PKEY_new_raw_public_key_ex(NULL, curve->group, NULL, bytes_of(x), x.n);
	if (!pkey || EVP_PKEY_get_raw_public_key(pkey, public_key, &n) != 1)
		return crypto_error(-ENOTSUP); /* its length is right: the curve is missing */
	if (n != x.n || memcmp(public_key, x.p, n) != 0)
		return -EINVAL;
	*ret = pkey;
	pkey = NULL;
	return 0;
}

int jwk_read_okp(struct arena *a, const struct cJSON *object, struct jwk *key, const char **ret_why)
{
	struct str x, d = STR_NONE;
	int e = read_curve(object, JWK_OKP, key, ret_why);
	if (e < 0)
		return e;
	const struct curve *curve = curve_of(key->curve);
	if ((e = read_bytes(a, object, "x", curve->bytes, &x, ret_why)) < 0 ||
		(e = read_bytes(a, object, "d", curve->bytes, &d, ret_why)) < 0)
		return e;
	if (!x.p)
		return refuse(ret_why, -EINVAL, "The OKP key lacks \"x\".");
	key->is_private = d.p != NULL;
	text_member(a, object, "x", &key->x); /* it has been read before, so it is there */
	e = key->x.p ? build_okp(curve, x, d, &key->pkey) : -ENOMEM;
	wipe(d);
	if (e == -ENOTSUP)
		return refuse(ret_why, e, "libcrypto does not have that curve.");
	return e == -EINVAL ? refuse(ret_why, e, "The private key does not belong to \"x\".") : e;
}
