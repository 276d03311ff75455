#include "core/hash.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>

static const EVP_MD *sha256;
static pthread_key_t context_key;

static void context_free(void *context)
{
	EVP_MD_CTX_free(context);
}

/* Fetched once: the lookup behind EVP_sha256() costs more than hashing a token. */
static void prepare(void)
{
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL); /* no file is read for a mock */
	if (pthread_key_create(&context_key, context_free) == 0)
		sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
}

int hash_sha256(struct str s, unsigned char ret[SHA256_SIZE])
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, prepare);
	if (!sha256)
		return -ENOMEM;
	EVP_MD_CTX *context = pthread_getspecific(context_key);
	if (!context) {
		context = EVP_MD_CTX_new();
		if (!context)
			return -ENOMEM;
		if (pthread_setspecific(context_key, context) != 0) {
			EVP_MD_CTX_free(context);
			return -ENOMEM;
		}
	}
	if (EVP_DigestInit_ex2(context, sha256, NULL) != 1 ||
		EVP_DigestUpdate(context, s.p, s.n) != 1 ||
		EVP_DigestFinal_ex(context, ret, NULL) != 1)
		return -ENOMEM;
	return 0;
}

const char *hash_library_version(void)
{
	return OpenSSL_version(OPENSSL_VERSION_STRING);
}
