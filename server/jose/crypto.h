/* libcrypto as the rest of server/jose/ uses it: handles that are closed by scope, and what is
 * fetched once. Private to server/jose/. */
#ifndef JOSE_CRYPTO_H
#define JOSE_CRYPTO_H

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/param_build.h>
#include <openssl/params.h>
#include <string.h>

#include "core/str.h"

/* CLEANUP(BIGNUM) *n = BN_new(); is freed when n leaves its scope. */
#define CLEANUP(type) __attribute__((cleanup(cleanup_##type))) type
#define CLEANUP_DEFINE(type, give_back)                                                            \
	static inline void cleanup_##type(type **handle)                                           \
	{                                                                                          \
		give_back(*handle);                                                                \
	}

CLEANUP_DEFINE(BIGNUM, BN_clear_free)
CLEANUP_DEFINE(BN_CTX, BN_CTX_free)
CLEANUP_DEFINE(ECDSA_SIG, ECDSA_SIG_free)
CLEANUP_DEFINE(EC_POINT, EC_POINT_free)
CLEANUP_DEFINE(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)
CLEANUP_DEFINE(EVP_KDF_CTX, EVP_KDF_CTX_free)
CLEANUP_DEFINE(EVP_MAC_CTX, EVP_MAC_CTX_free)
CLEANUP_DEFINE(EVP_MD_CTX, EVP_MD_CTX_free)
CLEANUP_DEFINE(EVP_PKEY, EVP_PKEY_free)
CLEANUP_DEFINE(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
CLEANUP_DEFINE(OSSL_PARAM, OSSL_PARAM_free)
CLEANUP_DEFINE(OSSL_PARAM_BLD, OSSL_PARAM_BLD_free)

/* Key material on the stack: struct secret s CLEANUP_SECRET = {0}; is wiped at the end. */
#define SECRET_MAX 80 /* the largest is the shared secret of P-521, 66 bytes */
struct secret {
	unsigned char bytes[SECRET_MAX];
	size_t n;
};
#define CLEANUP_SECRET __attribute__((cleanup(secret_wipe)))
static inline void secret_wipe(struct secret *s)
{
	OPENSSL_cleanse(s, sizeof *s);
}

enum crypto_hash { HASH_SHA1, HASH_SHA256, HASH_SHA384, HASH_SHA512, HASHES };

/* Of AES: by key length, 128, 192 and 256 bits. */
enum crypto_aes { AES_128, AES_192, AES_256, AES_SIZES };

/* Looking algorithms up by name takes longer than using them once in OpenSSL 3.0. All are shared by
 * all threads and never changed; the HMAC contexts are copied for each use. */
struct crypto {
	EVP_MD *md[HASHES];
	EVP_MAC_CTX *hmac[HASHES]; /* with their hash set; none for SHA-1 */
	EVP_CIPHER *gcm[AES_SIZES], *cbc[AES_SIZES], *wrap[AES_SIZES];
	EVP_KDF *pbkdf2;
};

/* NULL when libcrypto could not give it all, the first time it was asked. */
const struct crypto *crypto(void);

/* What a failure of libcrypto means: -ENOMEM when it says so, else the error given. Empties the
 * thread's list of libcrypto's errors. */
int crypto_error(int otherwise);

int crypto_hmac(enum crypto_hash hash, struct str key, const struct str *parts, size_t n_parts,
	unsigned char ret[EVP_MAX_MD_SIZE], size_t *ret_size);

static inline const unsigned char *bytes_of(struct str s)
{
	return (const unsigned char *)s.p;
}

static inline struct str str_bytes(const unsigned char *p, size_t n)
{
	return (struct str){(const char *)p, n};
}

static inline struct str secret_str(const struct secret *s)
{
	return str_bytes(s->bytes, s->n);
}

#endif
