#include "core/json_scan.h"

#include <string.h>

/* cJSON reads a number through a buffer of 64 bytes. */
#define NUMBER_MAX 60

struct scan {
	const char *start, *p, *end;
	size_t zeros, values;
	const char *fault; /* why it stopped; p is where */
};

static bool fail(struct scan *s, const char *why)
{
	s->fault = why;
	return false;
}

static void skip_space(struct scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r'))
		s->p++;
}

static bool next_is(struct scan *s, char c)
{
	return s->p < s->end && *s->p == c;
}

static bool digits(struct scan *s)
{
	const char *from = s->p;
	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
	return s->p > from || fail(s, "a digit is missing in a number");
}

static bool number(struct scan *s)
{
	const char *from = s->p;
	s->p += next_is(s, '-');
	if (next_is(s, '0'))
		s->p++;
	else if (!digits(s))
		return false;
	if (next_is(s, '.')) {
		s->p++;
		if (!digits(s))
			return false;
	}
	if (next_is(s, 'e') || next_is(s, 'E')) {
		s->p++;
		s->p += next_is(s, '+') || next_is(s, '-');
		if (!digits(s))
			return false;
	}
	if (s->p - from > NUMBER_MAX) {
		s->p = from;
		return fail(s, "a number is longer than 60 characters");
	}
	return true;
}

/* The four hex digits after "\u", or -1. */
static int unicode_escape(const char *p, const char *end)
{
	int value = 0;
	if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
		return -1;
	for (int i = 2; i < 6; i++) {
		char c = p[i];
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
			    : c >= 'A' && c <= 'F' ? c - 'A' + 10
						   : -1;
		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

static bool escape(struct scan *s)
{
	if (s->end - s->p < 2)
		return fail(s, "the text ends inside a string");
	if (s->p[1] != 'u') {
		if (!strchr("\"\\/bfnrt", s->p[1]) || s->p[1] == '\0')
			return fail(s, "a backslash in a string begins no known escape");
		s->p += 2;
		return true;
	}
	int unit = unicode_escape(s->p, s->end);
	if (unit < 0)
		return fail(s, "four hexadecimal digits must follow \\u");
	if (unit >= 0xDC00 && unit <= 0xDFFF)
		return fail(s, "a low surrogate stands alone");
	if (unit >= 0xD800 && unit <= 0xDBFF) {
		int low = unicode_escape(s->p + 6, s->end);
		if (low < 0xDC00 || low > 0xDFFF)
			return fail(s, "a high surrogate stands alone");
		s->p += 6;
	}
	s->zeros += unit == 0;
	s->p += 6;
	return true;
}

static bool string(struct scan *s)
{
	for (s->p++; s->p < s->end;) {
		while (s->end - s->p >= JSON_WORD && json_is_plain(s->p, true))
			s->p += JSON_WORD;
		if (s->p == s->end)
			break;
		unsigned char c = (unsigned char)*s->p;
		if (c == '"') {
			s->p++;
			return true;
		}
		if (c == '\\') {
			if (!escape(s))
				return false;
		} else if (c < 0x20) {
			return fail(s, "a control character in a string must be escaped");
		} else if (c < 0x80) {
			s->p++;
		} else {
			size_t n = utf8_length(s->p, (size_t)(s->end - s->p));
			if (n == 0)
				return fail(s, "the text is not well-formed UTF-8");
			s->p += n;
		}
	}
	return fail(s, "the text ends inside a string");
}

static bool value(struct scan *s, int depth);

static bool member(struct scan *s, int depth)
{
	skip_space(s);
	if (!next_is(s, '"'))
		return fail(s, "a member name in double quotes is expected");
	if (!string(s))
		return false;
	skip_space(s);
	if (!next_is(s, ':'))
		return fail(s, "a colon is expected after a member name");
	s->p++;
	return value(s, depth);
}

static bool container(struct scan *s, int depth, char close)
{
	if (depth > JSON_DEPTH_MAX)
		return fail(s, "it nests deeper than 64 levels");
	s->p++;
	skip_space(s);
	if (next_is(s, close)) {
		s->p++;
		return true;
	}
	for (;;) {
		if (!(close == '}' ? member(s, depth) : value(s, depth)))
			return false;
		skip_space(s);
		if (next_is(s, close)) {
			s->p++;
			return true;
		}
		if (!next_is(s, ','))
			return fail(s, close == '}' ? "a comma or } is expected"
						    : "a comma or ] is expected");
		s->p++;
	}
}

static bool literal(struct scan *s, const char *word)
{
	size_t n = strlen(word);
	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
		return fail(s, "a JSON value is expected");
	s->p += n;
	return true;
}

static bool value(struct scan *s, int depth)
{
	skip_space(s);
	if (s->p == s->end)
		return fail(s, "the text ends where a value is expected");
	if (++s->values > JSON_VALUES_MAX)
		return fail(s, "it holds more than 131072 values");
	switch (*s->p) {
	case '{':
		return container(s, depth + 1, '}');
	case '[':
		return container(s, depth + 1, ']');
	case '"':
		return string(s);
	case 't':
		return literal(s, "true");
	case 'f':
		return literal(s, "false");
	case 'n':
		return literal(s, "null");
	case '-':
	case '0' ... '9':
		return number(s);
	default:
		return fail(s, "a JSON value is expected");
	}
}

bool json_scan(struct str text, size_t *ret_zeros, struct json_fault *ret_fault)
{
	struct scan s = {.start = text.p, .p = text.p, .end = text.p + text.n};
	bool good = value(&s, 0);
	if (good) {
		skip_space(&s);
		good = s.p == s.end || fail(&s, "bytes follow the end of the document");
	}
	if (!good)
		*ret_fault = (struct json_fault){s.fault, (size_t)(s.p - s.start)};
	*ret_zeros = s.zeros;
	return good;
}

struct str json_scan_rewrite(struct arena *a, struct str text)
{
	char *out = arena_alloc(a, text.n);
	size_t n = 0;
	if (!out)
		return STR_NONE;
	for (size_t i = 0; i < text.n;) {
		if (text.p[i] != '\\') {
			out[n++] = text.p[i++];
		} else if (unicode_escape(text.p + i, text.p + text.n) == 0) {
			out[n++] = (char)0xC0;
			out[n++] = (char)0x80;
			i += 6;
		} else { /* both bytes of an escape, so that the second is not read as a first */
			out[n++] = text.p[i++];
			out[n++] = text.p[i++];
		}
	}
	return (struct str){out, n};
}
