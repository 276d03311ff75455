#include "entity/uri.h"

#include <ctype.h>
#include <string.h>

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_uri_char(char c)
{
	return is_alpha(c) || (c >= '0' && c <= '9') || (c && strchr("-._~:/?#[]@!$&'()*+,;=%", c));
}

static bool is_escape(struct str s, size_t at)
{
	return at + 2 < s.n && isxdigit((unsigned char)s.p[at + 1]) &&
	       isxdigit((unsigned char)s.p[at + 2]);
}

static struct str from(struct str s, size_t at)
{
	return (struct str){s.p + at, s.n - at};
}

/* Section 3.1; STR_NONE when what is before the first colon is none. */
static struct str read_scheme(struct str s)
{
	size_t n = 0;
	if (!s.n || !is_alpha(s.p[0]))
		return STR_NONE;
	while (n < s.n && s.p[n] != ':') {
		if (!is_alpha(s.p[n]) && !(s.p[n] >= '0' && s.p[n] <= '9') &&
			!strchr("+-.", s.p[n]))
			return STR_NONE;
		n++;
	}
	return n < s.n ? (struct str){s.p, n} : STR_NONE;
}

/* Section 3.2.2, of an authority without its slashes. */
static struct str read_host(struct str authority)
{
	size_t end = 0, start = 0;
	while (end < authority.n && !strchr("/?#", authority.p[end])) {
		end++;
		if (authority.p[end - 1] == '@')
			start = end;
	}
	struct str host = {authority.p + start, end - start}, rest;
	if (host.n && host.p[0] == '[') {
		str_cut(host, ']', &host, &rest);
		host.n += rest.p != NULL;
		return host;
	}
	str_cut(host, ':', &host, &rest);
	return host;
}

bool uri_read(struct str text, struct uri *ret)
{
	unsigned fragments = 0;
	for (size_t i = 0; i < text.n; i++) {
		if (!is_uri_char(text.p[i]) || (text.p[i] == '%' && !is_escape(text, i)))
			return false;
		fragments += text.p[i] == '#';
	}
	*ret = (struct uri){.scheme = read_scheme(text), .fragment = fragments};
	struct str rest = ret->scheme.p ? from(text, ret->scheme.n + 1) : text;
	if (str_starts(rest, STR("//")))
		ret->host = read_host(from(rest, 2));
	return fragments < 2;
}
