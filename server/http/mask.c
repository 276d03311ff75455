/* One pass over the bytes and no tree: a body of the journal may end in the middle of a string.
 * What is written as a text inside a text (JSON in responseContent, a form in parameters) is looked
 * through likewise, to a small depth. */
#include "http/mask.h"

#include <string.h>

#include "core/json.h"

#define SHOWN 4     /* characters of a secret that are shown */
#define SHORT 8     /* so many or fewer: none of them */
#define DEPTH_MAX 3 /* of texts in texts */
#define NAME_MAX 64 /* a longer name is no secret's */
#define SEGMENT_MAX 32
#define ELLIPSIS STR("\xE2\x80\xA6")
#define REPLACEMENT STR("\xEF\xBF\xBD")

static bool is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

/* Names of what is secret: in lower case, without hyphens and underscores. */
static const struct rule {
	enum { IS, ENDS, HOLDS } how;
	struct str name;
} rules[] = {
	{HOLDS, STR("secret")},
	{HOLDS, STR("password")},
	{HOLDS, STR("passphrase")},
	{HOLDS, STR("assertion")},
	{ENDS, STR("ticket")},
	{ENDS, STR("tickets")},
	{ENDS, STR("token")},
	{ENDS, STR("tokens")},
	{ENDS, STR("tokenidentifier")},
	{ENDS, STR("jwt")},
	{HOLDS, STR("sharedkey")},
	{IS, STR("code")},
	{IS, STR("authorizationcode")},
	{IS, STR("preauthorizedcode")},
	{IS, STR("codeverifier")},
	{IS, STR("devicecode")},
	{IS, STR("usercode")},
	{IS, STR("authreqid")},
	{IS, STR("authorization")},
	{IS, STR("cookie")},
	{IS, STR("dpop")},
	{IS, STR("pin")},
	{IS, STR("txcode")},
	/* the private parts of a JWK, RFC 7518 section 6 */
	{IS, STR("d")},
	{IS, STR("p")},
	{IS, STR("q")},
	{IS, STR("dp")},
	{IS, STR("dq")},
	{IS, STR("qi")},
	{IS, STR("k")},
};

static bool obeys(struct str name, const struct rule *rule)
{
	const struct str wanted = rule->name;
	if (name.n < wanted.n)
		return false;
	if (rule->how == HOLDS)
		return memmem(name.p, name.n, wanted.p, wanted.n) != NULL;
	size_t start = rule->how == ENDS ? name.n - wanted.n : 0;
	return str_eq((struct str){name.p + start, name.n - start}, wanted);
}

bool mask_is_secret(struct str name)
{
	char plain[NAME_MAX];
	size_t n = 0;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		if (c == '-' || c == '_')
			continue;
		if (n == sizeof plain)
			return false;
		plain[n++] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
	}
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		if (obeys((struct str){plain, n}, &rules[i]))
			return true;
	return false;
}

/* A compact JWS or JWE, whatever its name: they begin with {" in base64url. */
static bool is_jwt(struct str value)
{
	return str_starts(value, STR("eyJ")) && memchr(value.p, '.', value.n);
}

struct str mask_nothing(struct arena *a, struct str text)
{
	struct buf out = buf_make(a, SIZE_MAX);
	if (str_is_utf8(text))
		return text.p ? text : STR("");
	for (size_t i = 0; i < text.n;) {
		size_t n = utf8_length(text.p + i, text.n - i);
		buf_add(&out, n ? (struct str){text.p + i, n} : REPLACEMENT);
		i += n ? n : 1;
	}
	return buf_str(&out);
}

/* The value, in UTF-8, as it may be shown. */
static struct str masked(struct arena *a, struct str value)
{
	struct buf out = buf_make(a, SIZE_MAX);
	size_t end = 0;
	if (value.n == 0)
		return value;
	if (str_code_points(value) > SHORT)
		for (int i = 0; i < SHOWN; i++)
			end += utf8_length(value.p + end, value.n - end);
	buf_add(&out, (struct str){value.p, end});
	buf_add(&out, ELLIPSIS);
	return buf_str(&out);
}

static struct str mask_any(struct arena *a, struct str text, int depth);

/* --- forms, queries, and URLs with one --- */

static struct str form_decoded(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.n + 1);
	ptrdiff_t n = out ? percent_decode(s, true, out) : -1;
	return n < 0 ? s : mask_nothing(a, (struct str){out, (size_t)n});
}

static void mask_pair(struct arena *a, struct buf *out, struct str pair, int depth)
{
	struct str name, value;
	if (!str_cut(pair, '=', &name, &value)) {
		buf_add(out, is_jwt(pair) ? masked(a, pair) : pair);
		return;
	}
	struct str plain = form_decoded(a, value);
	bool secret = mask_is_secret(form_decoded(a, name)) || is_jwt(plain);
	struct str shown = secret ? masked(a, plain) : mask_any(a, plain, depth + 1);
	buf_add(out, name);
	buf_add_char(out, '=');
	/* what holds no secret stays as it was sent */
	buf_add(out, secret || !str_eq(shown, plain) ? shown : value);
}

static struct str mask_form(struct arena *a, struct str text, int depth)
{
	struct buf out = buf_make(a, SIZE_MAX);
	size_t start = 0;
	for (size_t i = 0; i <= text.n; i++) {
		if (i < text.n && !is_one_of(text.p[i], "&?#; \t\r\n\""))
			continue;
		mask_pair(a, &out, (struct str){text.p + start, i - start}, depth);
		if (i < text.n)
			buf_add_char(&out, text.p[i]);
		start = i + 1;
	}
	return buf_str(&out);
}

/* --- JSON --- */

struct scan {
	struct arena *a;
	struct buf *out;
	struct str text;
	size_t at;
	int depth;  /* of texts in texts */
	int level;  /* of brackets */
	int hidden; /* brackets from this level on hold a secret; 0: none do */
	bool secret;
};

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "\u0041" at p, n bytes left. Halves of a pair and broken ones become "?": nobody compares them.
 */
static char unicode_escape(const char *p, size_t n)
{
	int value = 0;
	for (size_t i = 2; i < 6; i++) {
		int digit = i < n ? hex_value(p[i]) : -1;
		if (digit < 0)
			return '?';
		value = value * 16 + digit;
	}
	return value < 0x80 ? (char)value : '?';
}

/* What a string means, without its quotes; an escape that is cut short is left out. */
static struct str unescaped(struct arena *a, struct str s)
{
	struct buf out = buf_make(a, SIZE_MAX);
	for (size_t i = 0; i < s.n; i++) {
		static const char letters[] = "bfnrt", meant[] = "\b\f\n\r\t";
		if (s.p[i] != '\\') {
			buf_add_char(&out, s.p[i]);
			continue;
		}
		if (++i == s.n)
			break;
		const char *letter = memchr(letters, s.p[i], sizeof letters - 1);
		if (s.p[i] == 'u') {
			buf_add_char(&out, unicode_escape(s.p + i - 1, s.n - i + 1));
			i += s.n - i > 4 ? 4 : s.n - i - 1;
		} else {
			buf_add_char(&out, letter ? meant[letter - letters] : s.p[i]);
		}
	}
	return mask_nothing(a, buf_str(&out));
}

/* From s->at: a string, or a bare word; without quotes. */
static struct str take_token(struct scan *s, bool *ret_closed)
{
	const char *p = s->text.p;
	char quote = p[s->at] == '"' || p[s->at] == '\'' ? p[s->at] : '\0';
	size_t start = s->at + (quote != 0);
	size_t i = start;
	while (i < s->text.n && (quote ? p[i] != quote : !is_one_of(p[i], " \t\r\n,:[]{}\"'")))
		i += quote && p[i] == '\\' ? 2 : 1;
	if (i > s->text.n)
		i = s->text.n;
	*ret_closed = quote && i < s->text.n;
	s->at = i + *ret_closed;
	return (struct str){p + start, i - start};
}

static bool is_name(const struct scan *s)
{
	size_t i = s->at;
	while (i < s->text.n && is_one_of(s->text.p[i], " \t\r\n"))
		i++;
	return i < s->text.n && s->text.p[i] == ':';
}

static bool is_literal(struct str word)
{
	return str_eq(word, STR("null")) || str_eq(word, STR("true")) || str_eq(word, STR("false"));
}

static void put_value(struct scan *s, char quote, struct str raw, bool closed)
{
	struct str plain = unescaped(s->a, raw);
	struct str shown = plain;
	if ((s->secret || s->hidden || is_jwt(plain)) && (quote || !is_literal(raw)))
		shown = masked(s->a, plain);
	else if (quote)
		shown = mask_any(s->a, plain, s->depth + 1);
	if (str_eq(shown, plain)) { /* it stays as it was sent */
		if (quote)
			buf_add_char(s->out, quote);
		buf_add(s->out, raw);
		if (closed)
			buf_add_char(s->out, quote);
		return;
	}
	struct json_writer w = json_writer(s->out);
	json_put_str(&w, shown);
}

static void scan_token(struct scan *s)
{
	bool closed;
	size_t start = s->at;
	char first = s->text.p[start];
	char quote = first == '"' || first == '\'' ? first : '\0';
	struct str raw = take_token(s, &closed);
	if (is_name(s)) {
		s->secret = mask_is_secret(unescaped(s->a, raw));
		buf_add(s->out, (struct str){s->text.p + start, s->at - start});
		return;
	}
	put_value(s, quote, raw, closed);
	s->secret = false;
}

static void scan_bracket(struct scan *s, char c)
{
	if (c == '{' || c == '[') {
		s->level++;
		if (s->secret && !s->hidden)
			s->hidden = s->level;
	} else {
		if (s->hidden == s->level)
			s->hidden = 0;
		s->level -= s->level > 0;
	}
	s->secret = false;
}

static struct str mask_json(struct arena *a, struct str text, int depth)
{
	struct buf out = buf_make(a, SIZE_MAX);
	struct scan s = {.a = a, .out = &out, .text = text, .depth = depth};
	while (s.at < text.n) {
		char c = text.p[s.at];
		if (!is_one_of(c, " \t\r\n,:[]{}")) {
			scan_token(&s);
			continue;
		}
		if (is_one_of(c, "[]{}"))
			scan_bracket(&s, c);
		else if (c == ',')
			s.secret = false;
		buf_add_char(&out, c);
		s.at++;
	}
	return buf_str(&out);
}

/* --- either --- */

/* "[A126202] …", which is no JSON, although it begins so. */
static bool is_message(struct str text)
{
	return text.n > 9 && text.p[0] == '[' && text.p[8] == ']' && text.p[9] == ' ' &&
	       str_is_digits((struct str){text.p + 2, 6});
}

/* text is UTF-8. */
static struct str mask_any(struct arena *a, struct str text, int depth)
{
	struct str trimmed = text;
	while (trimmed.n && is_one_of(trimmed.p[0], " \t\r\n"))
		trimmed = (struct str){trimmed.p + 1, trimmed.n - 1};
	if (is_jwt(trimmed))
		return masked(a, text);
	if (is_message(text))
		return mask_form(a, mask_message(a, text), depth);
	bool json = trimmed.n && (trimmed.p[0] == '{' || trimmed.p[0] == '[');
	if (!json && !memchr(text.p ? text.p : "", '=', text.n))
		return text;
	if (depth > DEPTH_MAX)
		return ELLIPSIS;
	return json ? mask_json(a, text, depth) : mask_form(a, text, depth);
}

struct str mask_text(struct arena *a, struct str text)
{
	return mask_any(a, mask_nothing(a, text), 0);
}

struct str mask_target(struct arena *a, struct str target)
{
	struct buf out = buf_make(a, SIZE_MAX);
	struct str path, query, segment;
	bool more, silo = str_starts(target, STR("/s/"));
	bool has_query = str_cut(mask_nothing(a, target), '?', &path, &query);
	for (size_t i = 0; i == 0 || more; i++) {
		more = str_cut(path, '/', &segment, &path);
		bool name = silo && i == 2; /* of a silo: no secret, however long */
		buf_add(&out, segment.n > SEGMENT_MAX && !name ? masked(a, segment) : segment);
		if (more)
			buf_add_char(&out, '/');
		if (!more)
			break;
	}
	if (has_query) {
		buf_add_char(&out, '?');
		buf_add(&out, mask_form(a, query, 0));
	}
	return buf_str(&out);
}
