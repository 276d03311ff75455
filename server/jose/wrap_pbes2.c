/* PBES2-HS256+A128KW and its like (RFC 7518 section 4.8): the key that wraps comes from a password
 * by PBKDF2. */
#include <errno.h>

#include "jose/jwe.h"
#include "jose/alg.h"

#define SALT 16
#define SALT_MIN 8    /* RFC 7518 section 4.8.1.1 */
#define SALT_MAX 1024 /* ours, for the buffer */

/* The salt is the algorithm's name, a zero and what the header has. */
static int derive(const struct wrap *w, struct str p2s, uint32_t count, struct secret *ret)
{
	struct buf salt = buf_make(w->arena, SIZE_MAX);
	buf_add(&salt, str_of(w->alg->name));
	buf_add_char(&salt, '\0');
	buf_add(&salt, p2s);
	CLEANUP(EVP_KDF_CTX) *context = crypto() ? EVP_KDF_CTX_new(crypto()->pbkdf2) : NULL;
	if (salt.failed || !context)
		return crypto_error(-ENOMEM);
	int unchecked = 1; /* libcrypto's own lower bounds are not those of RFC 7518 */
	unsigned iterations = count;
	char digest[32];
	const char *name = EVP_MD_get0_name(crypto()->md[w->alg->hash]);
	memcpy(digest, name, strlen(name) + 1);
	OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD,
			(void *)(uintptr_t)w->key->secret.p, w->key->secret.n),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salt.p, salt.n),
		OSSL_PARAM_construct_uint(OSSL_KDF_PARAM_ITER, &iterations),
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_int(OSSL_KDF_PARAM_PKCS5, &unchecked),
		OSSL_PARAM_construct_end(),
	};
	ret->n = 16 + 8 * w->alg->aes;
	return EVP_KDF_derive(context, ret->bytes, ret->n, parameters) == 1 ? 0
									    : crypto_error(-EIO);
}

static int wrap(struct wrap *w)
{
	unsigned char bytes[SALT];
	struct str p2s = str_bytes(bytes, sizeof bytes);
	struct secret key CLEANUP_SECRET = {0};
	struct buf text = buf_make(w->arena, SIZE_MAX);
	if (w->p2c < JWE_P2C_MIN || w->p2c > JWE_P2C_MAX)
		return refuse(&w->why, -EINVAL, "\"p2c\" is below 1000 or above 1000000.");
	int e = rand_bytes(w->rand, bytes, sizeof bytes);
	if (e == 0)
		e = derive(w, p2s, w->p2c, &key);
	if (e < 0)
		return e;
	text_encode(&text, p2s);
	json_member_str(&w->members, "p2s", buf_str(&text));
	json_member_int(&w->members, "p2c", w->p2c);
	return aes_wrap(w->arena, w->alg->aes, secret_str(&key), w->cek, &w->encrypted_key);
}

static int unwrap(struct wrap *w)
{
	struct str p2s;
	int64_t count;
	struct secret key CLEANUP_SECRET = {0};
	const struct cJSON *p2c = json_get(w->header, "p2c");
	int e = text_member_decoded(w->arena, w->header, "p2s", &p2s);
	if (e == -ENOMEM)
		return e;
	if (e < 0 || p2s.n < SALT_MIN || p2s.n > SALT_MAX)
		return refuse(&w->why, -EINVAL,
			"\"p2s\" in the header is not base64url of 8 to 1024 bytes.");
	if (!p2c || !json_int(p2c, &count) || count < JWE_P2C_MIN)
		return refuse(&w->why, -EINVAL,
			"\"p2c\" in the header is not a whole number of 1000 or more.");
	if (count > w->p2c)
		return refuse(&w->why, -EPERM, "\"p2c\" in the header is above what is accepted.");
	if (w->encrypted_key.n != w->cek->n + 8)
		return -EBADMSG; /* before the expensive part */
	e = derive(w, p2s, (uint32_t)count, &key);
	return e < 0 ? e : aes_unwrap(w->alg->aes, secret_str(&key), w->encrypted_key, w->cek);
}

const struct wrap_family family_pbes2 = {wrap, unwrap};
