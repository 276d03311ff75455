/* A128GCM, A192GCM, A256GCM (RFC 7518 section 5.3). */
#include <errno.h>

#include "jose/alg.h"
#include "jose/gcm.h"

int gcm_seal(enum crypto_aes aes, struct str key, const unsigned char iv[GCM_IV], struct str aad,
	struct str plain, unsigned char *out, unsigned char tag[GCM_TAG])
{
	CLEANUP(EVP_CIPHER_CTX) *context = EVP_CIPHER_CTX_new();
	int n, ignored;
	(void)key.n; /* right by the table */
	if (!context || !crypto())
		return crypto_error(-ENOMEM);
	if (EVP_EncryptInit_ex2(context, crypto()->gcm[aes], bytes_of(key), iv, NULL) != 1 ||
		EVP_EncryptUpdate(context, NULL, &ignored, bytes_of(aad), (int)aad.n) != 1 ||
		EVP_EncryptUpdate(context, out, &n, bytes_of(plain), (int)plain.n) != 1 ||
		EVP_EncryptFinal_ex(context, out + n, &ignored) != 1 ||
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, GCM_TAG, tag) != 1)
		return crypto_error(-EIO);
	return 0;
}

int gcm_open(enum crypto_aes aes, struct str key, const unsigned char iv[GCM_IV], struct str aad,
	struct str text, const unsigned char tag[GCM_TAG], unsigned char *out)
{
	CLEANUP(EVP_CIPHER_CTX) *context = EVP_CIPHER_CTX_new();
	unsigned char expected[GCM_TAG]; /* libcrypto wants it without const */
	int n, ignored;
	if (!context || !crypto())
		return crypto_error(-ENOMEM);
	memcpy(expected, tag, GCM_TAG);
	if (EVP_DecryptInit_ex2(context, crypto()->gcm[aes], bytes_of(key), iv, NULL) != 1 ||
		EVP_DecryptUpdate(context, NULL, &ignored, bytes_of(aad), (int)aad.n) != 1 ||
		EVP_DecryptUpdate(context, out, &n, bytes_of(text), (int)text.n) != 1 ||
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, GCM_TAG, expected) != 1)
		return crypto_error(-EIO);
	if (EVP_DecryptFinal_ex(context, out + n, &ignored) != 1) {
		OPENSSL_cleanse(out, text.n); /* nobody is to see what is not authentic */
		return crypto_error(-EBADMSG);
	}
	return 0;
}

static ptrdiff_t seal(const struct alg *enc, const struct secret *cek, struct str iv,
	struct str aad, struct str plain, unsigned char *out, unsigned char *tag)
{
	int e = gcm_seal(enc->aes, secret_str(cek), bytes_of(iv), aad, plain, out, tag);
	return e < 0 ? e : (ptrdiff_t)plain.n;
}

static ptrdiff_t open_text(const struct alg *enc, const struct secret *cek, struct str iv,
	struct str aad, struct str text, struct str tag, unsigned char *out)
{
	int e = gcm_open(enc->aes, secret_str(cek), bytes_of(iv), aad, text, bytes_of(tag), out);
	return e < 0 ? e : (ptrdiff_t)text.n;
}

const struct enc_family family_enc_gcm = {seal, open_text};
