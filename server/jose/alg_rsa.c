/* RS256 to RS512 and PS256 to PS512 (RFC 7518 sections 3.3 and 3.5). The salt of PSS comes from
 * libcrypto's own randomness. */
#include <errno.h>
#include <openssl/rsa.h>

#include "jose/alg.h"

/* The padding is set in a context that belongs to the digest's. */
static bool use_pss(EVP_PKEY_CTX *context, const struct alg *alg)
{
	if (alg->sign != &family_rsa_pss)
		return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
	return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1 &&
	       EVP_PKEY_CTX_set_rsa_mgf1_md(context, crypto()->md[alg->hash]) == 1;
}

static int sign(struct arena *a, const struct alg *alg, const struct jwk *key, struct str input,
	struct str *ret)
{
	CLEANUP(EVP_MD_CTX) *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *padding; /* the digest's own */
	size_t n = (key->bits + 7) / 8;
	unsigned char *out = arena_alloc(a, n);
	if (!out || !context || !crypto())
		return crypto_error(-ENOMEM);
	if (EVP_DigestSignInit(context, &padding, crypto()->md[alg->hash], NULL, key->pkey) != 1 ||
		!use_pss(padding, alg) ||
		EVP_DigestSign(context, out, &n, bytes_of(input), input.n) != 1)
		return crypto_error(-EIO);
	*ret = str_bytes(out, n);
	return 0;
}

static int verify(
	const struct alg *alg, const struct jwk *key, struct str input, struct str signature)
{
	CLEANUP(EVP_MD_CTX) *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *padding;
	if (signature.n != (key->bits + 7) / 8)
		return -EBADMSG;
	if (!context || !crypto())
		return crypto_error(-ENOMEM);
	if (EVP_DigestVerifyInit(context, &padding, crypto()->md[alg->hash], NULL, key->pkey) !=
			1 ||
		!use_pss(padding, alg))
		return crypto_error(-EIO);
	if (EVP_DigestVerify(context, bytes_of(signature), signature.n, bytes_of(input), input.n) !=
		1)
		return crypto_error(-EBADMSG);
	return 0;
}

const struct sign_family family_rsa = {sign, verify};
const struct sign_family family_rsa_pss = {sign, verify};
