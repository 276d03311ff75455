#include "jose/crypto.h"

#include <errno.h>
#ifndef INT_MAX
#define INT_MAX __INT_MAX__ /* err.h means the system's limits.h and gets ours */
#endif
#include <openssl/err.h>
#include <pthread.h>

static struct crypto fetched;
static bool complete;

static bool fetch_hashes(void)
{
	static const char *const names[HASHES] = {"SHA1", "SHA256", "SHA384", "SHA512"};
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	bool good = mac != NULL;
	for (size_t i = 0; good && i < HASHES; i++) {
		char name[16];
		fetched.md[i] = EVP_MD_fetch(NULL, names[i], NULL);
		good = fetched.md[i] != NULL;
		if (!good || i == HASH_SHA1)
			continue;
		memcpy(name, names[i], strlen(names[i]) + 1);
		OSSL_PARAM parameters[] = {
			OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
			OSSL_PARAM_construct_end(),
		};
		fetched.hmac[i] = EVP_MAC_CTX_new(mac);
		good = fetched.hmac[i] && EVP_MAC_CTX_set_params(fetched.hmac[i], parameters) == 1;
	}
	EVP_MAC_free(mac); /* the contexts hold it */
	return good;
}

static bool fetch_ciphers(void)
{
	static const char *const gcm[] = {"AES-128-GCM", "AES-192-GCM", "AES-256-GCM"};
	static const char *const cbc[] = {"AES-128-CBC", "AES-192-CBC", "AES-256-CBC"};
	static const char *const wrap[] = {"AES-128-WRAP", "AES-192-WRAP", "AES-256-WRAP"};
	for (size_t i = 0; i < AES_SIZES; i++) {
		fetched.gcm[i] = EVP_CIPHER_fetch(NULL, gcm[i], NULL);
		fetched.cbc[i] = EVP_CIPHER_fetch(NULL, cbc[i], NULL);
		fetched.wrap[i] = EVP_CIPHER_fetch(NULL, wrap[i], NULL);
		if (!fetched.gcm[i] || !fetched.cbc[i] || !fetched.wrap[i])
			return false;
	}
	return true;
}

static void fetch(void)
{
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL); /* as core/hash.c */
	fetched.pbkdf2 = EVP_KDF_fetch(NULL, "PBKDF2", NULL);
	complete = fetched.pbkdf2 && fetch_hashes() && fetch_ciphers();
}

const struct crypto *crypto(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, fetch);
	return complete ? &fetched : NULL;
}

int crypto_error(int otherwise)
{
	unsigned long error;
	while ((error = ERR_get_error()) != 0)
		if (ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE)
			otherwise = -ENOMEM;
	return otherwise;
}

int crypto_hmac(enum crypto_hash hash, struct str key, const struct str *parts, size_t n_parts,
	unsigned char ret[EVP_MAX_MD_SIZE], size_t *ret_size)
{
	const struct crypto *c = crypto();
	CLEANUP(EVP_MAC_CTX) *context = c ? EVP_MAC_CTX_dup(c->hmac[hash]) : NULL;
	if (!context || EVP_MAC_init(context, bytes_of(key), key.n, NULL) != 1)
		return crypto_error(-ENOMEM);
	for (size_t i = 0; i < n_parts; i++)
		if (EVP_MAC_update(context, bytes_of(parts[i]), parts[i].n) != 1)
			return crypto_error(-EIO);
	if (EVP_MAC_final(context, ret, ret_size, EVP_MAX_MD_SIZE) != 1)
		return crypto_error(-EIO);
	return 0;
}
