#include "core/b64.h"

static int digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

ptrdiff_t b64_decode(struct str s, unsigned char *out)
{
	size_t n = 0, padding = 0;
	if (s.n % 4)
		return -1;
	for (size_t i = 0; i < s.n; i += 4) {
		uint32_t group = 0;
		for (size_t k = 0; k < 4; k++) {
			bool last = i + 4 == s.n;
			int value = digit(s.p[i + k]);
			if (s.p[i + k] == '=' && last && k >= 2) {
				padding++;
				value = 0;
			} else if (padding) {
				return -1;
			}
			if (value < 0)
				return -1;
			group = group << 6 | (uint32_t)value;
		}
		/* bits that the padding cuts off must be zero */
		if ((padding == 1 && group & 0xFF) || (padding == 2 && group & 0xFFFF))
			return -1;
		out[n++] = (unsigned char)(group >> 16);
		if (padding < 2)
			out[n++] = (unsigned char)(group >> 8);
		if (padding < 1)
			out[n++] = (unsigned char)group;
	}
	return (ptrdiff_t)n;
}

static int url_digit(char c)
{
	if (c == '+' || c == '/')
		return -1;
	return c == '-' ? 62 : c == '_' ? 63 : digit(c);
}

ptrdiff_t b64url_decode(struct str s, unsigned char *out)
{
	uint32_t bits = 0; /* those not given out yet, and older ones above them */
	size_t n = 0, pending = 0;
	if (s.n % 4 == 1)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		int value = url_digit(s.p[i]);
		if (value < 0)
			return -1;
		bits = bits << 6 | (uint32_t)value;
		pending += 6;
		if (pending >= 8) {
			pending -= 8;
			out[n++] = (unsigned char)(bits >> pending);
		}
	}
	/* what is left over must be zero, or two texts would mean the same bytes */
	return bits & ((1U << pending) - 1) ? -1 : (ptrdiff_t)n;
}

size_t b64url_encode(const unsigned char *bytes, size_t n, char *out)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t length = 0;
	for (size_t i = 0; i < n; i += 3) {
		uint32_t group = (uint32_t)bytes[i] << 16;
		if (i + 1 < n)
			group |= (uint32_t)bytes[i + 1] << 8;
		if (i + 2 < n)
			group |= bytes[i + 2];
		out[length++] = digits[group >> 18];
		out[length++] = digits[group >> 12 & 63];
		if (i + 1 < n)
			out[length++] = digits[group >> 6 & 63];
		if (i + 2 < n)
			out[length++] = digits[group & 63];
	}
	return length;
}
