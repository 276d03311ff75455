/* RSA keys (RFC 7518 section 6.3). */
#include <errno.h>

#include "jose/jwk_private.h"

enum { N, E, D, P, Q, DP, DQ, QI, MEMBERS };
static const char *const names[MEMBERS] = {"n", "e", "d", "p", "q", "dp", "dq", "qi"};

struct numbers {
	BIGNUM *at[MEMBERS]; /* NULL: absent */
};
static void cleanup_numbers(struct numbers *numbers)
{
	for (size_t i = 0; i < MEMBERS; i++)
		BN_clear_free(numbers->at[i]);
}

/* Base64urlUInt (RFC 7518 section 2): the fewest bytes that hold it. */
static int read_number(
	struct arena *a, const struct cJSON *object, size_t i, BIGNUM **ret, const char **ret_why)
{
	struct str bytes;
	int e = text_member_decoded(a, object, names[i], &bytes);
	if (e == -ENOMEM)
		return e;
	if (e < 0)
		return refuse(ret_why, -EINVAL, "A member of the RSA key is not base64url.");
	if (!bytes.p)
		return 0;
	if (bytes.n == 0 || bytes.p[0] == 0 || bytes.n > JWK_RSA_BITS_MAX / 8)
		return refuse(ret_why, -EINVAL,
			"A number of the RSA key is empty, begins with a zero byte or has over "
			"8192 bits.");
	*ret = BN_bin2bn(bytes_of(bytes), (int)bytes.n, NULL);
	if (i > E)
		OPENSSL_cleanse((void *)(uintptr_t)bytes.p, bytes.n);
	return *ret ? 0 : -ENOMEM;
}

/* left * right = 1 modulo of, less one when minus_one. */
static bool is_inverse(
	const BIGNUM *left, const BIGNUM *right, const BIGNUM *of, bool minus_one, BN_CTX *context)
{
	CLEANUP(BIGNUM) *modulus = BN_dup(of);
	CLEANUP(BIGNUM) *product = BN_secure_new();
	return modulus && product && (!minus_one || BN_sub_word(modulus, 1)) &&
	       BN_mod_mul(product, left, right, modulus, context) && BN_is_one(product);
}

/* Would p, q and what follows from them give the key that n, e and d are? libcrypto would go on
 * with some that do not. */
static bool factors_agree(const struct numbers *k, BN_CTX *context)
{
	CLEANUP(BIGNUM) *product = BN_secure_new();
	return product && BN_mul(product, k->at[P], k->at[Q], context) &&
	       BN_cmp(product, k->at[N]) == 0 && !BN_is_one(k->at[P]) && !BN_is_one(k->at[Q]) &&
	       is_inverse(k->at[E], k->at[D], k->at[P], true, context) &&
	       is_inverse(k->at[E], k->at[D], k->at[Q], true, context) &&
	       is_inverse(k->at[E], k->at[DP], k->at[P], true, context) &&
	       is_inverse(k->at[E], k->at[DQ], k->at[Q], true, context) &&
	       is_inverse(k->at[QI], k->at[Q], k->at[P], false, context) &&
	       BN_cmp(k->at[DP], k->at[P]) < 0 && BN_cmp(k->at[DQ], k->at[Q]) < 0;
}

static int check_numbers(const struct numbers *k, const struct cJSON *object, const char **ret_why)
{
	size_t factors = 0;
	if (!k->at[N] || !k->at[E])
		return refuse(ret_why, -EINVAL, "The RSA key lacks \"n\" or \"e\".");
	if (!BN_is_odd(k->at[N]) || !BN_is_odd(k->at[E]) || BN_is_one(k->at[E]) ||
		BN_num_bits(k->at[N]) < 512 || BN_num_bits(k->at[E]) > 64)
		return refuse(ret_why, -EINVAL, "\"n\" and \"e\" are no RSA key.");
	for (size_t i = P; i < MEMBERS; i++)
		factors += k->at[i] != NULL;
	if (json_get(object, "oth"))
		return refuse(ret_why, -ENOTSUP,
			"RSA keys of more than two primes (\"oth\") are not supported.");
	if ((factors && !k->at[D]) || (factors && factors != MEMBERS - P))
		return refuse(ret_why, -EINVAL,
			"The RSA key has some of \"d\", \"p\", \"q\", \"dp\", \"dq\", \"qi\" "
			"without the others.");
	if (k->at[D] && BN_cmp(k->at[D], k->at[N]) >= 0)
		return refuse(ret_why, -EINVAL, "\"d\" is not below \"n\".");
	return 0;
}

static int build(const struct numbers *k, struct evp_pkey_st **ret)
{
	static const char *const parameters[MEMBERS] = {OSSL_PKEY_PARAM_RSA_N,
		OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_D, OSSL_PKEY_PARAM_RSA_FACTOR1,
		OSSL_PKEY_PARAM_RSA_FACTOR2, OSSL_PKEY_PARAM_RSA_EXPONENT1,
		OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1};
	CLEANUP(OSSL_PARAM_BLD) *list = OSSL_PARAM_BLD_new();
	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < MEMBERS; i++)
		if (k->at[i] && OSSL_PARAM_BLD_push_BN(list, parameters[i], k->at[i]) != 1)
			return crypto_error(-ENOMEM);
	return jwk_build("RSA", list, k->at[D] != NULL, ret);
}

/* (2 ^ e) ^ d = 2: for keys without factors, which give nothing else to check d by. */
static bool exponents_agree(const struct numbers *k, BN_CTX *context)
{
	CLEANUP(BIGNUM) *two = BN_new();
	CLEANUP(BIGNUM) *power = BN_secure_new();
	CLEANUP(BIGNUM) *d = BN_dup(k->at[D]);
	if (!two || !power || !d || !BN_set_word(two, 2))
		return false;
	BN_set_flags(d, BN_FLG_CONSTTIME);
	return BN_mod_exp(power, two, k->at[E], k->at[N], context) &&
	       BN_mod_exp(power, power, d, k->at[N], context) && BN_cmp(power, two) == 0;
}

int jwk_read_rsa(struct arena *a, const struct cJSON *object, struct jwk *key, const char **ret_why)
{
	__attribute__((cleanup(cleanup_numbers))) struct numbers k = {0};
	CLEANUP(BN_CTX) *context = BN_CTX_secure_new();
	if (!context)
		return crypto_error(-ENOMEM);
	for (size_t i = 0; i < MEMBERS; i++) {
		int e = read_number(a, object, i, &k.at[i], ret_why);
		if (e < 0)
			return e;
	}
	int e = check_numbers(&k, object, ret_why);
	if (e < 0)
		return e;
	if (k.at[D] && !(k.at[P] ? factors_agree(&k, context) : exponents_agree(&k, context))) {
		e = crypto_error(-EINVAL);
		return refuse(ret_why, e, "The private RSA key does not belong to the public one.");
	}
	key->type = JWK_RSA;
	key->curve = JWK_CURVES;
	key->bits = (size_t)BN_num_bits(k.at[N]);
	key->is_private = k.at[D] != NULL;
	text_member(a, object, "n", &key->n); /* they have been read before, so they are there */
	text_member(a, object, "e", &key->e);
	if (!key->n.p || !key->e.p)
		return -ENOMEM;
	e = build(&k, &key->pkey);
	return e == -EINVAL ? refuse(ret_why, e, "libcrypto does not take the RSA key.") : e;
}
