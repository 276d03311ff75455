#include "core/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/json_scan.h"

struct json_writer json_writer(struct buf *out)
{
	return (struct json_writer){.out = out};
}

static void before_value(struct json_writer *w)
{
	if (w->comma)
		buf_add_char(w->out, ',');
	w->comma = true;
}

void json_open(struct json_writer *w, char bracket)
{
	before_value(w);
	buf_add_char(w->out, bracket);
	w->comma = false;
}

void json_close(struct json_writer *w, char bracket)
{
	buf_add_char(w->out, bracket);
	w->comma = true;
}

void json_put_name(struct json_writer *w, const char *name)
{
	struct str text = str_of(name);
	before_value(w);
	w->comma = false;
	if (!buf_reserve(w->out, text.n + 3))
		return;
	char *p = w->out->p + w->out->n;
	*p++ = '"';
	memcpy(p, text.p, text.n);
	p += text.n;
	*p++ = '"';
	*p = ':';
	w->out->n += text.n + 3;
}

/* The letter of the two-character escape (RFC 8259 section 7), 0 when there is none. */
static char short_escape(char c)
{
	switch (c) {
	case '"':
	case '\\':
		return c;
	case '\b':
		return 'b';
	case '\f':
		return 'f';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	default:
		return 0;
	}
}

/* How many bytes from the start need no escape. */
static size_t plain_length(struct str s)
{
	size_t i = 0;
	while (s.n - i >= JSON_WORD && json_is_plain(s.p + i, false))
		i += JSON_WORD;
	while (i < s.n && (unsigned char)s.p[i] >= 0x20 && s.p[i] != '"' && s.p[i] != '\\')
		i++;
	return i;
}

static void add_escape(struct buf *out, char c)
{
	char letter = short_escape(c);
	if (letter)
		buf_add(out, (struct str){(char[]){'\\', letter}, 2});
	else
		buf_addf(out, "\\u%04x", (unsigned char)c);
}

void json_put_str(struct json_writer *w, struct str value)
{
	before_value(w);
	buf_reserve(w->out, value.n + 2);
	buf_add_char(w->out, '"');
	while (value.n) {
		size_t n = plain_length(value);
		buf_add(w->out, (struct str){value.p, n});
		if (n == value.n)
			break;
		add_escape(w->out, value.p[n]);
		value = (struct str){value.p + n + 1, value.n - n - 1};
	}
	buf_add_char(w->out, '"');
}

void json_put_int(struct json_writer *w, int64_t value)
{
	before_value(w);
	buf_add_i64(w->out, value);
}

void json_put_bool(struct json_writer *w, bool value)
{
	before_value(w);
	buf_add(w->out, value ? STR("true") : STR("false"));
}

void json_put_raw(struct json_writer *w, struct str json)
{
	before_value(w);
	buf_add(w->out, json);
}

static void put_tree_str(struct json_writer *w, struct str tree_form)
{
	struct str text = json_decode(w->out->arena, tree_form);
	if (tree_form.n && !text.p)
		w->out->failed = true;
	json_put_str(w, text);
}

static void put_number(struct json_writer *w, const struct cJSON *item)
{
	int64_t whole;
	if (json_int(item, &whole)) {
		json_put_int(w, whole);
		return;
	}
	double value = json_double(item);
	before_value(w);
	if (isinf(value)) /* it came as 1e400 or so, and must be a number again */
		buf_add(w->out, value > 0 ? STR("1e999") : STR("-1e999"));
	else
		buf_addf(w->out, "%.17g", value); /* a fraction: all its digits */
}

void json_put_tree(struct json_writer *w, const struct cJSON *item)
{
	switch (json_kind(item)) {
	case JSON_NULL:
		json_put_raw(w, STR("null"));
		return;
	case JSON_BOOL:
		json_put_bool(w, json_true(item));
		return;
	case JSON_NUMBER:
		put_number(w, item);
		return;
	case JSON_STRING:
		put_tree_str(w, json_raw(item));
		return;
	case JSON_ARRAY:
		json_open(w, '[');
		json_each (child, item)
			json_put_tree(w, child);
		json_close(w, ']');
		return;
	case JSON_OBJECT:
		json_open(w, '{');
		json_each (child, item) {
			put_tree_str(w, json_name(child));
			buf_add_char(w->out, ':');
			w->comma = false;
			json_put_tree(w, child);
		}
		json_close(w, '}');
		return;
	}
}

void json_member_str(struct json_writer *w, const char *name, struct str value)
{
	json_put_name(w, name);
	json_put_str(w, value);
}

void json_member_int(struct json_writer *w, const char *name, int64_t value)
{
	json_put_name(w, name);
	json_put_int(w, value);
}

void json_member_bool(struct json_writer *w, const char *name, bool value)
{
	json_put_name(w, name);
	json_put_bool(w, value);
}
