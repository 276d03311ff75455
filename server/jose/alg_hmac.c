/* HS256, HS384, HS512 (RFC 7518 section 3.2). */
#include <errno.h>

#include "jose/alg.h"

static int sign(struct arena *a, const struct alg *alg, const struct jwk *key, struct str input,
	struct str *ret)
{
	unsigned char *out = arena_alloc(a, EVP_MAX_MD_SIZE);
	size_t n;
	if (!out)
		return -ENOMEM;
	int e = crypto_hmac(alg->hash, key->secret, &input, 1, out, &n);
	if (e == 0)
		*ret = str_bytes(out, n);
	return e;
}

static int verify(
	const struct alg *alg, const struct jwk *key, struct str input, struct str signature)
{
	unsigned char right[EVP_MAX_MD_SIZE];
	size_t n;
	int e = crypto_hmac(alg->hash, key->secret, &input, 1, right, &n);
	if (e < 0)
		return e;
	return str_eq_secret(signature, str_bytes(right, n)) ? 0 : -EBADMSG;
}

const struct sign_family family_hmac = {sign, verify};
