#include "oauth/binding.h"

#include <errno.h>
#include <string.h>

#include "core/b64.h"
#include "core/hash.h"

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* One SEQUENCE from the first byte to the last (X.690 section 8.1), as every certificate is. */
static bool is_sequence(const unsigned char *der, size_t n)
{
	if (n < 2 || der[0] != 0x30)
		return false;
	if (der[1] < 0x80)
		return n == 2 + (size_t)der[1];
	size_t digits = der[1] & 0x7f, length = 0;
	if (digits == 0 || digits > 4 || n < 2 + digits)
		return false;
	for (size_t i = 0; i < digits; i++)
		length = length << 8 | der[2 + i];
	return n == 2 + digits + length;
}

/* What stands between the two lines, without spaces; line breaks are lost on the way through some
 * proxies. */
static int read_pem(struct arena *a, struct str pem, struct str *ret)
{
	const char *begin = pem.n ? memmem(pem.p, pem.n, BEGIN, strlen(BEGIN)) : NULL;
	if (!begin)
		return -EINVAL;
	const char *text = begin + strlen(BEGIN);
	const char *end = memmem(text, (size_t)(pem.p + pem.n - text), END, strlen(END));
	if (!end)
		return -EINVAL;
	char *out = arena_alloc(a, (size_t)(end - text) + 1);
	size_t n = 0;
	if (!out)
		return -ENOMEM;
	for (; text < end; text++)
		if (!is_space(*text))
			out[n++] = *text;
	*ret = (struct str){out, n};
	return 0;
}

int certificate_thumbprint(struct arena *a, struct str pem, struct str *ret)
{
	struct str text;
	unsigned char hash[SHA256_SIZE];
	int r = read_pem(a, pem, &text);
	if (r < 0)
		return r;
	unsigned char *der = arena_alloc(a, text.n / 4 * 3 + 3);
	char *out = arena_alloc(a, SHA256_SIZE * 2);
	if (!der || !out)
		return -ENOMEM;
	ptrdiff_t n = b64_decode(text, der);
	if (n < 0 || !is_sequence(der, (size_t)n))
		return -EINVAL;
	if (hash_sha256((struct str){(const char *)der, (size_t)n}, hash) < 0)
		return -ENOMEM;
	*ret = (struct str){out, b64url_encode(hash, sizeof hash, out)};
	return 0;
}
