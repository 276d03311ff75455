#include "jose/x509.h"

#include <errno.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include "core/b64.h"
#include "core/hash.h"
#include "jose/crypto.h"

#define PEM_MAX ((size_t)256 << 10)
#define BEGIN STR("-----BEGIN CERTIFICATE-----")
#define END STR("-----END CERTIFICATE-----")

CLEANUP_DEFINE(X509_STORE, X509_STORE_free)
CLEANUP_DEFINE(X509_STORE_CTX, X509_STORE_CTX_free)

/* ---- Reading ---- */

/* From behind the first mark on; -EINVAL. */
static int skip_past(struct str *text, struct str mark, struct str *ret_before)
{
	const char *at = memmem(text->p, text->n, mark.p, mark.n);
	if (!at)
		return -EINVAL;
	*ret_before = (struct str){text->p, (size_t)(at - text->p)};
	text->p = at + mark.n;
	text->n -= ret_before->n + mark.n;
	return 0;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The base64 without what is between its lines. */
static int strip(struct str text, char *out, struct str *ret)
{
	struct str body = text, before;
	if (skip_past(&body, BEGIN, &before) == 0) {
		if (skip_past(&body, END, &text) < 0)
			return -EINVAL;
		for (size_t i = 0; i < body.n; i++)
			if (!is_space(body.p[i]))
				return -EINVAL;
	}
	size_t n = 0;
	for (size_t i = 0; i < text.n; i++)
		if (!is_space(text.p[i]))
			out[n++] = text.p[i];
	*ret = (struct str){out, n};
	return n ? 0 : -EINVAL;
}

static int parse(struct str text, char *room, struct x509_st **ret)
{
	struct str base64;
	unsigned char *der = (unsigned char *)room + text.n;
	int r = strip(text, room, &base64);
	ptrdiff_t n = r == 0 ? b64_decode(base64, der) : -1;
	if (n <= 0)
		return -EINVAL;
	const unsigned char *at = der;
	X509 *certificate = d2i_X509(NULL, &at, n);
	if (!certificate)
		return crypto_error(-EINVAL);
	if (at != der + n) {
		X509_free(certificate);
		return -EINVAL;
	}
	*ret = certificate;
	return 0;
}

int x509_parse(struct str text, struct x509_st **ret)
{
	if (!text.n || text.n > PEM_MAX)
		return -EINVAL;
	char *room = OPENSSL_malloc(text.n * 2 + 4);
	if (!room)
		return -ENOMEM;
	int r = parse(text, room, ret);
	OPENSSL_free(room);
	return r;
}

void x509_free(struct x509_st *certificate)
{
	X509_free(certificate);
}

/* ---- What it is ---- */

bool x509_same(const struct x509_st *a, const struct x509_st *b)
{
	return X509_cmp(a, b) == 0;
}

int x509_thumbprint(const struct x509_st *certificate, char ret[X509_THUMBPRINT_SIZE + 1])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	const struct crypto *c = crypto();
	if (!c || !X509_digest(certificate, c->md[HASH_SHA256], digest, &n))
		return crypto_error(-EIO);
	ret[b64url_encode(digest, n, ret)] = '\0';
	return 0;
}

int x509_thumbprint_of(struct str text, char ret[X509_THUMBPRINT_SIZE + 1])
{
	struct x509_st *certificate = NULL;
	int r = x509_parse(text, &certificate);
	if (r < 0)
		return r;
	r = x509_thumbprint(certificate, ret);
	X509_free(certificate);
	return r;
}

/* ---- Whom it can be traced to ---- */

/* The lists borrow the certificates. */
static STACK_OF(X509) * stack_of(struct x509_st *const *certificates, size_t n)
{
	STACK_OF(X509) *stack = sk_X509_new_null();
	for (size_t i = 0; stack && i < n; i++)
		if (sk_X509_push(stack, certificates[i]) <= 0) {
			sk_X509_free(stack);
			return NULL;
		}
	return stack;
}

static int verify(
	struct x509_st *certificate, STACK_OF(X509) * path, X509_STORE *roots, int64_t when)
{
	CLEANUP(X509_STORE_CTX) *context = X509_STORE_CTX_new();
	if (!context || !X509_STORE_CTX_init(context, roots, certificate, path))
		return crypto_error(-ENOMEM);
	/* what the service trusts need not be self-signed */
	X509_STORE_CTX_set_flags(context, X509_V_FLAG_PARTIAL_CHAIN);
	X509_STORE_CTX_set_time(context, 0, (time_t)when);
	int good = X509_verify_cert(context);
	return good == 1 ? 0 : crypto_error(-ENOKEY);
}

int x509_leads_to(struct x509_st *certificate, struct x509_st *const *path, size_t n_path,
	struct x509_st *const *roots, size_t n_roots, int64_t when)
{
	CLEANUP(X509_STORE) *store = X509_STORE_new();
	STACK_OF(X509) *chain = stack_of(path, n_path);
	int r = store && chain ? 0 : -ENOMEM;
	for (size_t i = 0; r == 0 && i < n_roots; i++)
		if (!X509_STORE_add_cert(store, roots[i]))
			r = crypto_error(-ENOMEM);
	if (r == 0)
		r = verify(certificate, chain, store, when);
	sk_X509_free(chain);
	return r;
}
