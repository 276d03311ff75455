/* A128KW to A256KW, A128GCMKW to A256GCMKW and dir (RFC 7518 sections 4.4, 4.7 and 4.5). */
#include <errno.h>

#include "jose/alg.h"
#include "jose/gcm.h"

#define WRAP_ADDS 8 /* RFC 3394 */

static EVP_CIPHER_CTX *wrap_context(void)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	if (context) /* without it libcrypto refuses wrapping modes */
		EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
	return context;
}

int aes_wrap(struct arena *a, enum crypto_aes aes, struct str key, const struct secret *cek,
	struct str *ret)
{
	CLEANUP(EVP_CIPHER_CTX) *context = wrap_context();
	unsigned char *out = arena_alloc(a, cek->n + WRAP_ADDS);
	int n, rest;
	if (!context || !out || !crypto())
		return crypto_error(-ENOMEM);
	if (EVP_EncryptInit_ex2(context, crypto()->wrap[aes], bytes_of(key), NULL, NULL) != 1 ||
		EVP_EncryptUpdate(context, out, &n, cek->bytes, (int)cek->n) != 1 ||
		EVP_EncryptFinal_ex(context, out + n, &rest) != 1)
		return crypto_error(-EIO);
	*ret = str_bytes(out, (size_t)n + (size_t)rest);
	return 0;
}

int aes_unwrap(enum crypto_aes aes, struct str key, struct str wrapped, struct secret *cek)
{
	CLEANUP(EVP_CIPHER_CTX) *context = wrap_context();
	unsigned char out[SECRET_MAX + WRAP_ADDS];
	int n, rest;
	if (wrapped.n != cek->n + WRAP_ADDS)
		return -EBADMSG;
	if (!context || !crypto())
		return crypto_error(-ENOMEM);
	if (EVP_DecryptInit_ex2(context, crypto()->wrap[aes], bytes_of(key), NULL, NULL) != 1)
		return crypto_error(-EIO);
	if (EVP_DecryptUpdate(context, out, &n, bytes_of(wrapped), (int)wrapped.n) != 1 ||
		EVP_DecryptFinal_ex(context, out + n, &rest) != 1 || (size_t)n != cek->n)
		return crypto_error(-EBADMSG);
	memcpy(cek->bytes, out, cek->n);
	OPENSSL_cleanse(out, sizeof out);
	return 0;
}

static int kw_wrap(struct wrap *w)
{
	return aes_wrap(w->arena, w->alg->aes, w->key->secret, w->cek, &w->encrypted_key);
}

static int kw_unwrap(struct wrap *w)
{
	return aes_unwrap(w->alg->aes, w->key->secret, w->encrypted_key, w->cek);
}

static void put_decoded(struct wrap *w, const char *name, const unsigned char *p, size_t n)
{
	struct buf text = buf_make(w->arena, SIZE_MAX);
	text_encode(&text, str_bytes(p, n));
	json_member_str(&w->members, name, buf_str(&text));
}

static int gcmkw_wrap(struct wrap *w)
{
	unsigned char iv[GCM_IV], tag[GCM_TAG];
	unsigned char *out = arena_alloc(w->arena, w->cek->n);
	int e = rand_bytes(w->rand, iv, sizeof iv);
	if (!out || e < 0)
		return out ? e : -ENOMEM;
	e = gcm_seal(w->alg->aes, w->key->secret, iv, STR(""), secret_str(w->cek), out, tag);
	if (e < 0)
		return e;
	put_decoded(w, "iv", iv, sizeof iv);
	put_decoded(w, "tag", tag, sizeof tag);
	w->encrypted_key = str_bytes(out, w->cek->n);
	return 0;
}

static int gcmkw_unwrap(struct wrap *w)
{
	struct str iv = STR_NONE, tag = STR_NONE;
	int e = text_member_decoded(w->arena, w->header, "iv", &iv);
	if (e == 0)
		e = text_member_decoded(w->arena, w->header, "tag", &tag);
	if (e == -ENOMEM)
		return e;
	if (e < 0 || iv.n != GCM_IV || tag.n != GCM_TAG)
		return refuse(&w->why, -EINVAL,
			"\"iv\" or \"tag\" is missing in the header or has the wrong length.");
	if (w->encrypted_key.n != w->cek->n)
		return -EBADMSG;
	return gcm_open(w->alg->aes, w->key->secret, bytes_of(iv), STR(""), w->encrypted_key,
		bytes_of(tag), w->cek->bytes);
}

/* jwk_fits has seen to the length. */
static int dir(struct wrap *w)
{
	memcpy(w->cek->bytes, w->key->secret.p, w->cek->n);
	return 0;
}

const struct wrap_family family_aes_kw = {kw_wrap, kw_unwrap};
const struct wrap_family family_aes_gcmkw = {gcmkw_wrap, gcmkw_unwrap};
const struct wrap_family family_dir = {dir, dir};
