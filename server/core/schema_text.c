#include "core/schema_text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SHOWN_MAX 40 /* bytes of a caller's string that a text quotes */
#define NAME_MAX 128 /* bytes of a member's name in a pointer */
#define DOTS 3       /* room kept for "..." */

struct schema_line schema_line(size_t max)
{
	struct schema_line line;
	line.n = 0;
	line.max = max < sizeof line.text ? max : sizeof line.text;
	line.full = false;
	return line;
}

static void add_whole(struct schema_line *line, const char *p, size_t n)
{
	if (line->full)
		return;
	if (line->n + n + DOTS > line->max) {
		memcpy(line->text + line->n, "...", DOTS);
		line->n += DOTS;
		line->full = true;
		return;
	}
	memcpy(line->text + line->n, p, n);
	line->n += n;
}

/* Bytes of the code point at p, in tree form. */
static size_t character(const char *p, size_t left)
{
	bool zero = left > 1 && (unsigned char)p[0] == 0xC0;
	size_t n = zero ? 2 : utf8_length(p, left);
	return n ? n : 1;
}

/* The code point of a control character (C0, DEL, C1), -1 for any other. */
static int control(const char *p, size_t n)
{
	unsigned char first = (unsigned char)p[0], second = n > 1 ? (unsigned char)p[1] : 0;
	if (first < 0x20 || first == 0x7F)
		return first;
	if (first == 0xC0)
		return 0;
	return first == 0xC2 && second < 0xA0 ? second : -1;
}

void schema_line_add(struct schema_line *line, struct str text)
{
	size_t n;
	for (size_t i = 0; i < text.n && !line->full; i += n) {
		n = character(text.p + i, text.n - i);
		int code = control(text.p + i, n);
		char escape[8];
		if (code < 0)
			add_whole(line, text.p + i, n);
		else
			add_whole(
				line, escape, (size_t)snprintf(escape, 7, "\\u%04x", code & 0xFF));
	}
}

void schema_line_addf(struct schema_line *line, const char *format, ...)
{
	char text[sizeof line->text];
	va_list args;
	va_start(args, format);
	int n = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (n > 0)
		schema_line_add(line, str_of(text));
}

struct str schema_line_str(struct arena *a, const struct schema_line *line)
{
	return arena_copy(a, (struct str){line->text, line->n});
}

/* text, or as many whole characters of it as fit into max bytes. */
static struct str cut(struct str text, size_t max)
{
	size_t n = 0;
	while (n < text.n) {
		size_t next = n + character(text.p + n, text.n - n);
		if (next > max)
			break;
		n = next;
	}
	return (struct str){text.p, n};
}

static void add_quoted(struct schema_line *line, struct str text)
{
	struct str shown = cut(text, SHOWN_MAX);
	schema_line_add(line, STR("\""));
	schema_line_add(line, shown);
	schema_line_add(line, shown.n < text.n ? STR("...\"") : STR("\""));
}

static void add_counted(struct schema_line *line, const char *kind, size_t n, const char *unit)
{
	schema_line_addf(line, "%s of %zu %s%s", kind, n, unit, n == 1 ? "" : "s");
}

void schema_line_came(struct schema_line *line, const struct cJSON *item)
{
	switch (json_kind(item)) {
	case JSON_NULL:
		schema_line_add(line, STR("null"));
		return;
	case JSON_BOOL:
		schema_line_add(line, json_true(item) ? STR("true") : STR("false"));
		return;
	case JSON_NUMBER:
		schema_line_addf(line, "the number %.17g", json_double(item));
		return;
	case JSON_STRING:
		schema_line_add(line, STR("the string "));
		add_quoted(line, json_raw(item));
		return;
	case JSON_ARRAY:
		add_counted(line, "an array", json_count(item), "item");
		return;
	case JSON_OBJECT:
		add_counted(line, "an object", json_count(item), "member");
		return;
	}
}

void schema_line_types(struct schema_line *line, unsigned types)
{
	static const char *const words[] = {
		"null", "a boolean", "an integer", "a number", "a string", "an array", "an object"};
	const char *between = "";
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (!(types >> i & 1))
			continue;
		schema_line_addf(line, "%s%s", between, words[i]);
		between = " or ";
	}
	if (!types)
		schema_line_add(line, STR("a value"));
}

static void add_value(struct schema_line *line, const struct schema_value *value)
{
	switch (value->kind) {
	case JSON_NULL:
		schema_line_add(line, STR("null"));
		return;
	case JSON_BOOL:
		schema_line_add(line, value->number != 0 ? STR("true") : STR("false"));
		return;
	case JSON_NUMBER:
		schema_line_addf(line, "%.17g", value->number);
		return;
	case JSON_STRING:
		if (value->text.n)
			schema_line_add(line, value->text);
		else
			schema_line_add(line, STR("\"\""));
		return;
	case JSON_ARRAY:
		add_counted(line, "an array", value->n_children, "item");
		return;
	case JSON_OBJECT:
		add_counted(line, "an object", value->n_children, "member");
		return;
	}
}

void schema_line_values(struct schema_line *line, const struct schema_value *values, size_t n)
{
	schema_line_add(line, n == 1 ? STR("the value ") : STR("one of "));
	for (size_t i = 0; i < n; i++) {
		if (i)
			schema_line_add(line, STR(", "));
		add_value(line, &values[i]);
	}
}

void schema_line_choice(struct schema_line *line, const struct schema_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		if (i)
			schema_line_add(line, STR(" or "));
		schema_line_wanted(line, list->at[i]);
	}
}

void schema_line_wanted(struct schema_line *line, const struct schema *s)
{
	while (s && s->ref && !s->types && !s->values && !s->constant)
		s = s->ref;
	if (s && s->values)
		schema_line_values(line, s->values, s->n_values);
	else if (s && s->constant)
		schema_line_values(line, s->constant, 1);
	else if (s && !s->types && s->logic && s->logic->any_of.n)
		schema_line_choice(line, &s->logic->any_of);
	else if (s && !s->types && s->logic && s->logic->one_of.n)
		schema_line_choice(line, &s->logic->one_of);
	else
		schema_line_types(line, s ? s->types : 0);
	if (s && s->number && !isinf(s->number->minimum))
		schema_line_addf(line, " of at least %.17g", s->number->minimum);
	if (s && s->string && s->string->pattern)
		schema_line_addf(line, " that matches %s", s->string->pattern->text);
}

/* Writes one reference token of a pointer: "~" and "/" escaped. */
static void add_token(struct buf *out, const char *name)
{
	struct str whole = str_of(name), shown = cut(whole, NAME_MAX);
	for (size_t i = 0, n; i < shown.n; i += n) {
		n = character(shown.p + i, shown.n - i);
		int code = control(shown.p + i, n);
		if (code >= 0)
			buf_addf(out, "\\u%04x", code);
		else if (shown.p[i] == '~')
			buf_add(out, STR("~0"));
		else if (shown.p[i] == '/')
			buf_add(out, STR("~1"));
		else
			buf_add(out, (struct str){shown.p + i, n});
	}
	if (shown.n < whole.n)
		buf_add(out, STR("..."));
}

static void add_place(struct buf *out, const struct schema_place *place)
{
	if (!place->up)
		return;
	add_place(out, place->up);
	buf_add_char(out, '/');
	if (place->name)
		add_token(out, place->name);
	else
		buf_addf(out, "%zu", place->index);
}

struct str schema_pointer(struct arena *a, const struct schema_place *place)
{
	struct buf out = buf_make(a, SIZE_MAX);
	add_place(&out, place);
	return buf_str(&out);
}
