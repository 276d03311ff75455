#include "core/str.h"

#include <string.h>
#include <strings.h>

struct str str_of(const char *text)
{
	return text ? (struct str){text, strlen(text)} : STR_NONE;
}

bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool str_eq_nocase(struct str a, struct str b)
{
	/* the locale is always C */
	return a.n == b.n && (a.n == 0 || strncasecmp(a.p, b.p, a.n) == 0);
}

bool str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq((struct str){s.p, prefix.n}, prefix);
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;
	if (order)
		return order;
	return a.n < b.n ? -1 : a.n > b.n;
}

bool str_eq_secret(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	volatile unsigned char difference = 0;
	for (size_t i = 0; i < a.n; i++)
		difference |= (unsigned char)(a.p[i] ^ b.p[i]);
	return difference == 0;
}

bool str_cut(struct str s, char separator, struct str *head, struct str *tail)
{
	const char *at = s.n ? memchr(s.p, separator, s.n) : NULL;
	if (!at) {
		*head = s;
		*tail = STR_NONE;
		return false;
	}
	size_t n = (size_t)(at - s.p);
	*head = (struct str){s.p, n};
	*tail = (struct str){at + 1, s.n - n - 1};
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct str str_trim(struct str s)
{
	while (s.n && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool str_is_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

bool str_to_u64(struct str s, uint64_t *ret)
{
	if (!str_is_digits(s))
		return false;
	uint64_t value = 0;
	for (size_t i = 0; i < s.n; i++) {
		uint64_t digit = (uint64_t)(s.p[i] - '0');
		if (value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*ret = value;
	return true;
}

bool str_to_i64(struct str s, int64_t *ret)
{
	bool negative = s.n && s.p[0] == '-';
	if (negative) {
		s.p++;
		s.n--;
	}
	uint64_t magnitude;
	if (!str_to_u64(s, &magnitude) || magnitude > (uint64_t)INT64_MAX + negative)
		return false;
	if (magnitude > INT64_MAX)
		*ret = INT64_MIN;
	else
		*ret = negative ? -(int64_t)magnitude : (int64_t)magnitude;
	return true;
}

struct str str_from_i64(int64_t value, char room[STR_I64_SIZE])
{
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	size_t at = STR_I64_SIZE;
	do
		room[--at] = (char)('0' + rest % 10);
	while (rest /= 10);
	if (value < 0)
		room[--at] = '-';
	return (struct str){room + at, STR_I64_SIZE - at};
}

size_t utf8_length(const char *text, size_t n)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t length;
	unsigned char low = 0x80, high = 0xBF; /* range of the second byte */

	if (n == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xC2 && p[0] <= 0xDF) {
		length = 2;
	} else if (p[0] >= 0xE0 && p[0] <= 0xEF) {
		length = 3;
		if (p[0] == 0xE0)
			low = 0xA0; /* below: overlong */
		if (p[0] == 0xED)
			high = 0x9F; /* above: surrogates */
	} else if (p[0] >= 0xF0 && p[0] <= 0xF4) {
		length = 4;
		if (p[0] == 0xF0)
			low = 0x90; /* below: overlong */
		if (p[0] == 0xF4)
			high = 0x8F; /* above: past U+10FFFF */
	} else {
		return 0;
	}
	if (n < length || p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < length; i++)
		if (p[i] < 0x80 || p[i] > 0xBF)
			return 0;
	return length;
}

bool str_is_utf8(struct str s)
{
	for (size_t i = 0; i < s.n;) {
		size_t length = (unsigned char)s.p[i] < 0x80 ? 1 : utf8_length(s.p + i, s.n - i);
		if (length == 0)
			return false;
		i += length;
	}
	return true;
}

size_t str_code_points(struct str s)
{
	size_t count = 0;
	for (size_t i = 0; i < s.n; i++)
		count += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return count;
}

struct str str_prefix(struct str s, size_t max)
{
	if (s.n <= max)
		return s;
	while (max > 0 && ((unsigned char)s.p[max] & 0xC0) == 0x80)
		max--;
	return (struct str){s.p, max};
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

ptrdiff_t percent_decode(struct str s, bool plus_is_space, char *out)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '%') {
			int high = s.n - i > 2 ? hex_digit(s.p[i + 1]) : -1;
			int low = high >= 0 ? hex_digit(s.p[i + 2]) : -1;
			if (low < 0)
				return -1;
			c = (char)(high * 16 + low);
			i += 2;
		} else if (c == '+' && plus_is_space) {
			c = ' ';
		}
		out[n++] = c;
	}
	return (ptrdiff_t)n;
}

size_t str_distance(struct str a, struct str b)
{
	enum { LONGEST = 80 };
	size_t row[LONGEST + 1];
	if (a.n > LONGEST || b.n > LONGEST)
		return LONGEST;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t best = diagonal + (a.p[i - 1] != b.p[j - 1]);
			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[b.n];
}
