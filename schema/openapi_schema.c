/* The components of the OpenAPI document: draft-07 schemas put into the words of OpenAPI 3.1, whose
 * schemas are of the 2020-12 draft. "definitions" becomes "$defs", every $ref leads to where its
 * goal now is; the rest of our dialect means the same in both, and x- keywords stay. */
#include <string.h>

#include "schema/openapi.h"

/* A file whose schemas are being written, or that a $ref names. */
struct home {
	struct document *d;
	const char *file;   /* "common/result.json" or that of an operation */
	const char *symbol; /* of an operation, NULL for a common file */
};

enum inside { SCHEMA, NAMED_SCHEMAS, LISTED_SCHEMAS, PLAIN };

static enum inside inside_of(struct str keyword)
{
	static const struct {
		const char *keyword;
		enum inside inside;
	} table[] = {
		{"additionalProperties", SCHEMA},
		{"allOf", LISTED_SCHEMAS},
		{"anyOf", LISTED_SCHEMAS},
		{"definitions", NAMED_SCHEMAS},
		{"items", SCHEMA},
		{"not", SCHEMA},
		{"oneOf", LISTED_SCHEMAS},
		{"properties", NAMED_SCHEMAS},
		{"x-strict", SCHEMA},
	};
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (str_eq(keyword, str_of(table[i].keyword)))
			return table[i].inside;
	return PLAIN;
}

static struct str renamed(struct str keyword)
{
	return str_eq(keyword, STR("definitions")) ? STR("$defs") : keyword;
}

/* "common/a/b.json" as "a.b". */
static struct str common_name(struct document *d, const char *file)
{
	struct str name = str_of(file);
	if (str_starts(name, STR("common/")))
		name = (struct str){name.p + 7, name.n - 7};
	if (name.n > 5 && strcmp(name.p + name.n - 5, ".json") == 0)
		name.n -= 5;
	struct buf out = buf_make(&d->m->arena, SIZE_MAX);
	for (struct str rest = name, part; rest.n;) {
		bool more = str_cut(rest, '/', &part, &rest);
		buf_add(&out, part);
		if (more)
			buf_add_char(&out, '.');
	}
	return buf_str(&out);
}

struct str openapi_component(struct document *d, const char *symbol, const char *part)
{
	return arena_printf(&d->m->arena, "%s.%s", symbol, part);
}

/* Whether a common file is more than a heap of definitions. */
static bool is_schema_itself(const struct mkops *m, const char *file)
{
	static const char *const covers[] = {
		"$comment", "$schema", "definitions", "description", "title"};
	const struct shared_file *shared = m->shared;
	while (shared && strcmp(shared->name, file) != 0)
		shared = shared->next;
	json_each (member, shared ? shared->document : NULL) {
		size_t i = 0;
		while (i < sizeof covers / sizeof covers[0] &&
			strcmp(json_name(member).p, covers[i]) != 0)
			i++;
		if (i == sizeof covers / sizeof covers[0])
			return true;
	}
	return false;
}

/* ---- $ref ---- */

/* Adds the component that a pointer into the file begins with and takes its tokens off *rest. */
static bool add_component(const struct home *home, struct buf *out, struct str *rest)
{
	struct str name = home->symbol ? str_of(home->symbol) : common_name(home->d, home->file);
	struct str token, after;
	buf_addf(out, "#/components/schemas/%.*s", STR_ARGS(name));
	if (home->symbol) {
		str_cut(*rest, '/', &token, rest);
		buf_addf(out, ".%.*s", STR_ARGS(token));
		return str_eq(token, STR("request")) || str_eq(token, STR("query")) ||
		       str_eq(token, STR("response"));
	}
	str_cut(*rest, '/', &token, &after);
	if (!str_eq(token, STR("definitions")))
		return is_schema_itself(home->d->m, home->file);
	str_cut(after, '/', &token, rest);
	buf_addf(out, ".%.*s", STR_ARGS(token));
	return token.n > 0;
}

static struct str translate(const struct home *home, struct str pointer)
{
	struct buf out = buf_make(&home->d->m->arena, SIZE_MAX);
	struct str rest = pointer.n ? (struct str){pointer.p + 1, pointer.n - 1} : pointer, token;
	enum inside inside = SCHEMA;
	if (!add_component(home, &out, &rest))
		return STR_NONE;
	while (rest.n) {
		str_cut(rest, '/', &token, &rest);
		bool keyword = inside == SCHEMA;
		token = keyword ? renamed(token) : token;
		buf_addf(&out, "/%.*s", STR_ARGS(token));
		inside = keyword ? inside_of(token) : SCHEMA;
		if (keyword && str_eq(token, STR("$defs")))
			inside = NAMED_SCHEMAS;
	}
	return buf_str(&out);
}

static const char *symbol_of(const struct mkops *m, const char *file)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->operations[i].file, file) == 0)
			return m->operations[i].symbol;
	return NULL;
}

static void put_ref(const struct home *home, struct str ref)
{
	struct document *d = home->d;
	struct str file, pointer;
	struct home goal = *home;
	str_cut(ref, '#', &file, &pointer);
	if (file.n) {
		goal.file = arena_copy(&d->m->arena, file).p;
		goal.symbol = goal.file ? symbol_of(d->m, goal.file) : NULL;
	}
	struct str found = translate(&goal, pointer);
	if (!found.p) {
		d->failed = true;
		mkops_fail(home->file, NULL, "the $ref \"%.*s\" leads to no schema of its own",
			STR_ARGS(ref));
	}
	json_put_str(d->w, found);
}

/* ---- Schemas ---- */

static void put_schema(const struct home *home, const struct cJSON *item);

static void put_many(const struct home *home, const struct cJSON *parent, char open, char close)
{
	json_open(home->d->w, open);
	json_each (child, parent) {
		if (open == '{')
			openapi_name(home->d, json_name(child));
		put_schema(home, child);
	}
	json_close(home->d->w, close);
}

static void put_member(const struct home *home, const struct cJSON *member)
{
	struct str name = json_name(member);
	openapi_name(home->d, renamed(name));
	if (str_eq(name, STR("$ref"))) {
		put_ref(home, json_raw(member));
		return;
	}
	switch (inside_of(name)) {
	case SCHEMA:
		put_schema(home, member);
		return;
	case NAMED_SCHEMAS:
		put_many(home, member, '{', '}');
		return;
	case LISTED_SCHEMAS:
		put_many(home, member, '[', ']');
		return;
	case PLAIN:
		json_put_tree(home->d->w, member);
		return;
	}
}

/* $schema would tell readers of the whole document about another draft. */
static bool is_left_out(const struct home *home, const struct cJSON *member, bool root)
{
	struct str name = json_name(member);
	bool own_component = root && !home->symbol && str_eq(name, STR("definitions"));
	return own_component || str_eq(name, STR("$schema"));
}

static void put_object(const struct home *home, const struct cJSON *item, bool root)
{
	json_open(home->d->w, '{');
	json_each (member, item)
		if (!is_left_out(home, member, root))
			put_member(home, member);
	json_close(home->d->w, '}');
}

static void put_schema(const struct home *home, const struct cJSON *item)
{
	if (json_kind(item) == JSON_OBJECT)
		put_object(home, item, false);
	else
		json_put_tree(home->d->w, item);
}

/* ---- Components ---- */

static bool is_component_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
		if (!letter && !(c >= '0' && c <= '9') && c != '.' && c != '_' && c != '-')
			return false;
	}
	return s.n > 0;
}

static void put_component_name(const struct home *home, struct str name)
{
	if (!is_component_name(name)) {
		home->d->failed = true;
		mkops_fail(home->file, NULL, "\"%.*s\" cannot be a name in the OpenAPI document",
			STR_ARGS(name));
	}
	openapi_name(home->d, name);
}

static void put_operation(struct document *d, const struct operation *operation)
{
	static const char *const parts[] = {"request", "query", "response"};
	const struct home home = {d, operation->file, operation->symbol};
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		const struct cJSON *schema = json_get(operation->document, parts[i]);
		if (!schema)
			continue;
		put_component_name(&home, openapi_component(d, operation->symbol, parts[i]));
		put_schema(&home, schema);
	}
}

static void put_shared(struct document *d, const struct shared_file *file)
{
	const struct home home = {d, file->name, NULL};
	struct str name = common_name(d, file->name);
	if (is_schema_itself(d->m, file->name)) {
		put_component_name(&home, name);
		put_object(&home, file->document, true);
	}
	json_each (definition, json_get(file->document, "definitions")) {
		struct str full = arena_printf(
			&d->m->arena, "%.*s.%s", STR_ARGS(name), json_name(definition).p);
		put_component_name(&home, full);
		put_schema(&home, definition);
	}
}

/* Replies that are no result of an operation. Section 4 of the design has them all. */
static const struct {
	const char *name, *description;
} replies[] = {
	{"badRequest", "The request is malformed, or a member of it is refused."},
	{"unauthorized", "The Authorization header is missing, unusable or names nobody."},
	{"forbidden", "The credentials are good, but not for this service or operation."},
	{"tooLarge", "The body is larger than this server accepts."},
	{"unsupportedType", "The body is neither JSON nor, where that is possible, a form."},
	{"fault", "The server failed, and it is not the caller's fault."},
	{"notBuilt", "The operation is known but not built yet."},
	{"control", "The call is refused; the message says why."},
};

static void put_replies(struct document *d)
{
	struct json_writer *w = d->w;
	json_put_name(w, "responses");
	json_open(w, '{');
	for (size_t i = 0; i < sizeof replies / sizeof replies[0]; i++) {
		json_put_name(w, replies[i].name);
		json_open(w, '{');
		json_member_str(w, "description", str_of(replies[i].description));
		json_put_name(w, "content");
		json_put_raw(w, STR("{\"application/json\":{\"schema\":"
				    "{\"$ref\":\"#/components/schemas/error\"}}}"));
		json_close(w, '}');
	}
	json_close(w, '}');
}

void openapi_components(struct document *d)
{
	struct json_writer *w = d->w;
	json_put_name(w, "components");
	json_open(w, '{');
	json_put_name(w, "schemas");
	json_open(w, '{');
	json_put_name(w, "error");
	json_put_raw(w, STR("{\"type\":\"object\",\"required\":[\"resultCode\",\"resultMessage\"],"
			    "\"properties\":{\"resultCode\":{\"type\":\"string\","
			    "\"pattern\":\"^[AM][0-9]{6}$\"},"
			    "\"resultMessage\":{\"type\":\"string\"}}}"));
	for (size_t i = 0; i < d->m->n; i++)
		put_operation(d, &d->m->operations[i]);
	for (const struct shared_file *file = d->m->shared; file; file = file->next)
		put_shared(d, file);
	json_close(w, '}');
	put_replies(d);
	json_put_name(w, "securitySchemes");
	json_put_raw(w, STR("{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\"},"
			    "\"basic\":{\"type\":\"http\",\"scheme\":\"basic\"}}"));
	json_close(w, '}');
}
