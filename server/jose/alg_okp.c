/* EdDSA with Ed25519 and Ed448 (RFC 8037 section 3.1). It needs no randomness. */
#include <errno.h>

#include "jose/jwk_private.h"

static int sign(struct arena *a, const struct alg *alg, const struct jwk *key, struct str input,
	struct str *ret)
{
	size_t n = 2 * curve_of(key->curve)->bytes;
	CLEANUP(EVP_MD_CTX) *context = EVP_MD_CTX_new();
	unsigned char *out = arena_alloc(a, n);
	(void)alg;
	if (!out || !context)
		return crypto_error(-ENOMEM);
	if (EVP_DigestSignInit(context, NULL, NULL, NULL, key->pkey) != 1 ||
		EVP_DigestSign(context, out, &n, bytes_of(input), input.n) != 1)
		return crypto_error(-EIO);
	*ret = str_bytes(out, n);
	return 0;
}

static int verify(
	const struct alg *alg, const struct jwk *key, struct str input, struct str signature)
{
	CLEANUP(EVP_MD_CTX) *context = EVP_MD_CTX_new();
	(void)alg;
	if (signature.n != 2 * curve_of(key->curve)->bytes)
		return -EBADMSG;
	if (!context)
		return crypto_error(-ENOMEM);
	if (EVP_DigestVerifyInit(context, NULL, NULL, NULL, key->pkey) != 1)
		return crypto_error(-EIO);
	if (EVP_DigestVerify(context, bytes_of(signature), signature.n, bytes_of(input), input.n) !=
		1)
		return crypto_error(-EBADMSG);
	return 0;
}

const struct sign_family family_okp = {sign, verify};
