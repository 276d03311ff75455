/* A128CBC-HS256, A192CBC-HS384, A256CBC-HS512 (RFC 7518 section 5.2): the first half of the key is
 * for HMAC, the second for AES; the tag is the first half of the HMAC. */
#include <errno.h>

#include "jose/alg.h"

static int make_tag(const struct alg *enc, const struct secret *cek, struct str iv, struct str aad,
	struct str text, unsigned char tag[EVP_MAX_MD_SIZE])
{
	unsigned char bits[8]; /* how long aad is, in bits, big-endian */
	size_t n;
	for (size_t i = 0; i < sizeof bits; i++)
		bits[i] = (unsigned char)((uint64_t)aad.n * 8 >> (8 * (7 - i)));
	const struct str parts[] = {aad, iv, text, str_bytes(bits, sizeof bits)};
	return crypto_hmac(enc->hash, str_bytes(cek->bytes, cek->n / 2), parts,
		sizeof parts / sizeof parts[0], tag, &n);
}

static ptrdiff_t seal(const struct alg *enc, const struct secret *cek, struct str iv,
	struct str aad, struct str plain, unsigned char *out, unsigned char *tag)
{
	CLEANUP(EVP_CIPHER_CTX) *context = EVP_CIPHER_CTX_new();
	unsigned char full[EVP_MAX_MD_SIZE];
	int n, rest;
	if (!context || !crypto())
		return crypto_error(-ENOMEM);
	if (EVP_EncryptInit_ex2(context, crypto()->cbc[enc->aes], cek->bytes + cek->n / 2,
		    bytes_of(iv), NULL) != 1 ||
		EVP_EncryptUpdate(context, out, &n, bytes_of(plain), (int)plain.n) != 1 ||
		EVP_EncryptFinal_ex(context, out + n, &rest) != 1)
		return crypto_error(-EIO);
	int e = make_tag(enc, cek, iv, aad, str_bytes(out, (size_t)n + (size_t)rest), full);
	if (e < 0)
		return e;
	memcpy(tag, full, enc->tag_bytes);
	return n + rest;
}

/* The tag first: padding is looked at only when nobody has changed the text. */
static ptrdiff_t open_text(const struct alg *enc, const struct secret *cek, struct str iv,
	struct str aad, struct str text, struct str tag, unsigned char *out)
{
	CLEANUP(EVP_CIPHER_CTX) *context = EVP_CIPHER_CTX_new();
	unsigned char full[EVP_MAX_MD_SIZE];
	int n, rest;
	if (!context || !crypto())
		return crypto_error(-ENOMEM);
	int e = make_tag(enc, cek, iv, aad, text, full);
	if (e < 0)
		return e;
	if (!str_eq_secret(tag, str_bytes(full, enc->tag_bytes)))
		return -EBADMSG;
	if (text.n % 16 || !text.n)
		return -EBADMSG;
	if (EVP_DecryptInit_ex2(context, crypto()->cbc[enc->aes], cek->bytes + cek->n / 2,
		    bytes_of(iv), NULL) != 1 ||
		EVP_DecryptUpdate(context, out, &n, bytes_of(text), (int)text.n) != 1)
		return crypto_error(-EIO);
	if (EVP_DecryptFinal_ex(context, out + n, &rest) != 1)
		return crypto_error(-EBADMSG);
	return n + rest;
}

const struct enc_family family_enc_cbc = {seal, open_text};
