/* ES256, ES384, ES512 (RFC 7518 section 3.4), ES256K (RFC 8812). A signature is r and s, each as
 * long as the curve's numbers; libcrypto has them in DER. The nonce comes from libcrypto's own
 * randomness, so a signature is never the same twice. */
#include <errno.h>

#include "jose/jwk_private.h"

#define DER_MAX 160 /* of P-521: 2 numbers of 66 bytes, their signs, tags and lengths */

static int from_der(const unsigned char *der, size_t n, size_t half, unsigned char *out)
{
	CLEANUP(ECDSA_SIG) *pair = d2i_ECDSA_SIG(NULL, &der, (long)n);
	if (!pair)
		return crypto_error(-EIO);
	if (BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, (int)half) < 0 ||
		BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + half, (int)half) < 0)
		return crypto_error(-EIO);
	return 0;
}

/* The length, or a negative error. */
static int to_der(struct str signature, unsigned char der[DER_MAX])
{
	int half = (int)(signature.n / 2);
	CLEANUP(ECDSA_SIG) *pair = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(bytes_of(signature), half, NULL);
	BIGNUM *s = BN_bin2bn(bytes_of(signature) + half, half, NULL);
	if (!pair || !r || !s || ECDSA_SIG_set0(pair, r, s) != 1) {
		BN_free(r);
		BN_free(s);
		return crypto_error(-ENOMEM);
	}
	int n = i2d_ECDSA_SIG(pair, &der);
	return n > 0 ? n : crypto_error(-EBADMSG);
}

static int sign(struct arena *a, const struct alg *alg, const struct jwk *key, struct str input,
	struct str *ret)
{
	unsigned char der[DER_MAX];
	size_t n = sizeof der, half = curve_of(key->curve)->bytes;
	CLEANUP(EVP_PKEY_CTX) *context = EVP_PKEY_CTX_dup(key->signer);
	unsigned char *out = arena_alloc(a, 2 * half);
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned hash_size;
	if (!out || !context || !crypto())
		return crypto_error(-ENOMEM);
	if (EVP_Digest(input.p, input.n, hash, &hash_size, crypto()->md[alg->hash], NULL) != 1 ||
		EVP_PKEY_sign(context, der, &n, hash, hash_size) != 1)
		return crypto_error(-EIO);
	int e = from_der(der, n, half, out);
	if (e == 0)
		*ret = str_bytes(out, 2 * half);
	return e;
}

static int verify(
	const struct alg *alg, const struct jwk *key, struct str input, struct str signature)
{
	unsigned char der[DER_MAX];
	if (signature.n != 2 * curve_of(key->curve)->bytes)
		return -EBADMSG;
	int n = to_der(signature, der);
	if (n < 0)
		return n;
	CLEANUP(EVP_MD_CTX) *context = EVP_MD_CTX_new();
	if (!context || !crypto())
		return crypto_error(-ENOMEM);
	if (EVP_DigestVerifyInit(context, NULL, crypto()->md[alg->hash], NULL, key->pkey) != 1)
		return crypto_error(-EIO);
	if (EVP_DigestVerify(context, der, (size_t)n, bytes_of(input), input.n) != 1)
		return crypto_error(-EBADMSG);
	return 0;
}

const struct sign_family family_ec = {sign, verify};
