/* RSA1_5, RSA-OAEP, RSA-OAEP-256 (RFC 7518 sections 4.2 and 4.3). Padding comes from libcrypto's
 * own randomness. */
#include <errno.h>
#include <openssl/rsa.h>

#include "jose/alg.h"

/* A modulus of the most bits. */
#define RSA_BYTES_MAX (JWK_RSA_BITS_MAX / 8)

struct opened {
	unsigned char bytes[RSA_BYTES_MAX];
};
static void wipe_opened(struct opened *opened)
{
	OPENSSL_cleanse(opened, sizeof *opened);
}

static bool use_oaep(EVP_PKEY_CTX *context, const struct alg *alg)
{
	const EVP_MD *md = crypto()->md[alg->hash];
	return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
	       EVP_PKEY_CTX_set_rsa_oaep_md(context, md) == 1 &&
	       EVP_PKEY_CTX_set_rsa_mgf1_md(context, md) == 1;
}

static bool use_padding(EVP_PKEY_CTX *context, const struct alg *alg)
{
	if (alg->wrap == &family_rsa_oaep)
		return use_oaep(context, alg);
	return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
}

static int wrap(struct wrap *w)
{
	CLEANUP(EVP_PKEY_CTX) *context = EVP_PKEY_CTX_new_from_pkey(NULL, w->key->pkey, NULL);
	size_t n = RSA_BYTES_MAX;
	unsigned char *out = arena_alloc(w->arena, n);
	if (!context || !out || !crypto())
		return crypto_error(-ENOMEM);
	if (EVP_PKEY_encrypt_init(context) != 1 || !use_padding(context, w->alg) ||
		EVP_PKEY_encrypt(context, out, &n, w->cek->bytes, w->cek->n) != 1)
		return crypto_error(-EIO);
	w->encrypted_key = str_bytes(out, n);
	return 0;
}

/* 1 when libcrypto could decrypt it to as many bytes as the content key has, else 0. */
static int open_key(struct wrap *w, struct opened *opened, int *ret_good)
{
	CLEANUP(EVP_PKEY_CTX) *context = EVP_PKEY_CTX_new_from_pkey(NULL, w->key->pkey, NULL);
	size_t n = sizeof opened->bytes;
	if (!context || !crypto())
		return crypto_error(-ENOMEM);
	if (EVP_PKEY_decrypt_init(context) != 1 || !use_padding(context, w->alg))
		return crypto_error(-EIO);
	int good = EVP_PKEY_decrypt(context, opened->bytes, &n, bytes_of(w->encrypted_key),
			   w->encrypted_key.n) == 1;
	*ret_good = good & (n == w->cek->n);
	return 0;
}

static int unwrap_oaep(struct wrap *w)
{
	__attribute__((cleanup(wipe_opened))) struct opened opened = {0};
	int good = 0;
	int e = open_key(w, &opened, &good);
	if (e < 0)
		return e;
	if (!good)
		return crypto_error(-EBADMSG);
	memcpy(w->cek->bytes, opened.bytes, w->cek->n);
	return 0;
}

/* A wrong padding must look like a wrong content key: a random one takes its place, chosen without
 * a branch, and content decryption fails as it would with any other. OpenSSL 3.0 does not do this
 * itself; later versions do, and then this changes nothing. */
static int unwrap_implicit(struct wrap *w)
{
	__attribute__((cleanup(wipe_opened))) struct opened opened = {0};
	struct secret random CLEANUP_SECRET = {0};
	int good = 0;
	/* from the kernel even when all else is seeded: nothing that is seen depends on it */
	int e = rand_bytes(NULL, random.bytes, w->cek->n);
	if (e == 0)
		e = open_key(w, &opened, &good);
	if (e < 0)
		return e;
	crypto_error(0); /* what went wrong is nobody's business */
	volatile unsigned char mask = (unsigned char)-good;
	for (size_t i = 0; i < w->cek->n; i++)
		w->cek->bytes[i] = (unsigned char)((opened.bytes[i] & mask) |
						   (random.bytes[i] & ~mask));
	return 0;
}

const struct wrap_family family_rsa1_5 = {wrap, unwrap_implicit};
const struct wrap_family family_rsa_oaep = {wrap, unwrap_oaep};
