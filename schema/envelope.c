/* Reads a schema file: what stands around the schemas. schema/README.md lists the members. */
#include <string.h>

#include "schema/mkops.h"

struct reading {
	struct mkops *m;
	struct operation *operation;
	const struct cJSON *in; /* the object being read */
	const char *pointer;    /* its way in the file */
};

static bool refuse(const struct reading *r, const char *name, const char *message)
{
	struct str pointer = arena_printf(&r->m->arena, "%s/%s", r->pointer, name);
	return mkops_fail(r->operation->file, pointer.p, "%s", message);
}

/* ---- Typed members ---- */

static bool read_text(const struct reading *r, const char *name, bool needed, const char **ret)
{
	const struct cJSON *item = json_get(r->in, name);
	if (!item)
		return !needed || refuse(r, name, "is missing");
	if (json_kind(item) != JSON_STRING || json_raw(item).n == 0)
		return refuse(r, name, "must be a string with something in it");
	*ret = json_raw(item).p;
	return true;
}

static bool read_bool(const struct reading *r, const char *name, bool *ret)
{
	const struct cJSON *item = json_get(r->in, name);
	if (item && json_kind(item) != JSON_BOOL)
		return refuse(r, name, "must be true or false");
	*ret = item && json_true(item);
	return true;
}

/* One of n words; *ret is its number. */
static bool read_word(
	const struct reading *r, const char *name, const char *const *words, size_t n, size_t *ret)
{
	const char *text = "";
	if (!read_text(r, name, true, &text))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(text, words[i]) == 0) {
			*ret = i;
			return true;
		}
	}
	struct buf message = buf_make(&r->m->arena, 400);
	buf_addf(&message, "must be ");
	for (size_t i = 0; i < n; i++)
		buf_addf(&message, "%s%s", i ? " or " : "", words[i]);
	buf_add_char(&message, '\0');
	return refuse(r, name, message.failed ? "is wrong" : message.p);
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool read_method(const struct reading *r, enum op_method *ret)
{
	static const char *const words[] = {"GET", "POST", "PUT", "DELETE"};
	size_t i = 0;
	if (!read_word(r, "method", words, COUNT(words), &i))
		return false;
	*ret = (enum op_method)i;
	return true;
}

static bool read_confidence(const struct reading *r, enum op_confidence *ret)
{
	static const char *const words[] = {"live", "documented", "inferred"};
	size_t i = 0;
	if (!read_word(r, "confidence", words, COUNT(words), &i))
		return false;
	*ret = (enum op_confidence)i;
	return true;
}

/* Refuses members that are not among names. */
static bool only(const struct reading *r, const char *const *names, size_t n)
{
	json_each (member, r->in) {
		size_t i = 0;
		while (i < n && strcmp(names[i], json_name(member).p) != 0)
			i++;
		if (i == n)
			return refuse(r, json_name(member).p, "unknown member");
	}
	return true;
}

/* ---- Paths ---- */

static bool is_segment(struct str s)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
		"-._";
	if (s.n >= 2 && s.p[0] == '{' && s.p[s.n - 1] == '}')
		s = (struct str){s.p + 1, s.n - 2};
	for (size_t i = 0; i < s.n; i++)
		if (!strchr(allowed, s.p[i]))
			return false;
	return s.n > 0;
}

static bool read_path(const struct reading *r, const char *name, const char **ret)
{
	struct str rest, segment;
	*ret = NULL;
	if (!read_text(r, name, true, ret))
		return false;
	rest = str_of(*ret);
	if (!str_starts(rest, STR("/")))
		return refuse(r, name, "must begin with a slash");
	rest = (struct str){rest.p + 1, rest.n - 1};
	for (bool more = true; more;) {
		more = str_cut(rest, '/', &segment, &rest);
		if (!is_segment(segment))
			return refuse(r, name, "has a segment that is neither plain nor {name}");
	}
	return true;
}

/* The path of the first route after what all of its kind begin with. */
static const char *name_of(const char *path)
{
	static const char *const prefixes[] = {"/api/{serviceId}/", "/api/", "/"};
	for (size_t i = 0; i < COUNT(prefixes); i++)
		if (str_starts(str_of(path), str_of(prefixes[i])))
			return path + strlen(prefixes[i]);
	return path;
}

const char *envelope_symbol(struct arena *a, struct str stem)
{
	if (str_starts(stem, STR("api/")))
		stem = (struct str){stem.p + 4, stem.n - 4};
	char *symbol = arena_calloc(a, stem.n + 1, 1);
	for (size_t i = 0; symbol && i < stem.n; i++) {
		char c = stem.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		symbol[i] = '_';
		if (plain)
			symbol[i] = c;
	}
	return symbol;
}

static bool read_variant(struct reading *r, struct op_route *ret)
{
	static const char *const names[] = {"method", "path", "v2"};
	return only(r, names, COUNT(names)) && read_method(r, &ret->method) &&
	       read_path(r, "path", &ret->pattern) && read_bool(r, "v2", &ret->v2);
}

static bool read_variants(const struct reading *r, struct op_route *routes, size_t *n)
{
	size_t i = 0;
	json_each (item, json_get(r->in, "variants")) {
		struct str pointer = arena_printf(&r->m->arena, "/variants/%zu", i++);
		struct reading inner = {r->m, r->operation, item, pointer.p};
		if (json_kind(item) != JSON_OBJECT)
			return mkops_fail(r->operation->file, pointer.p, "must be an object");
		if (!read_variant(&inner, &routes[(*n)++]))
			return false;
	}
	return true;
}

static bool read_routes(const struct reading *r)
{
	struct op *op = &r->operation->op;
	const struct cJSON *variants = json_get(r->in, "variants");
	if (variants && json_kind(variants) != JSON_ARRAY)
		return refuse(r, "variants", "must be a list");
	struct op_route *routes = arena_calloc(
		&r->m->arena, 2 + json_count(variants), sizeof *routes);
	size_t n = 1;
	if (!routes)
		return mkops_fail(r->operation->file, NULL, "no memory");
	if (!read_method(r, &routes[0].method) || !read_path(r, "path", &routes[0].pattern))
		return false;
	if (json_get(r->in, "v2")) {
		routes[1] = (struct op_route){.method = routes[0].method, .v2 = true};
		if (!read_path(r, "v2", &routes[n++].pattern))
			return false;
	}
	if (!read_variants(r, routes, &n))
		return false;
	op->name = name_of(routes[0].pattern);
	op->routes = routes;
	op->n_routes = n;
	return true;
}

/* ---- Results ---- */

static bool read_actions(struct reading *r, struct op_result *ret)
{
	const struct cJSON *actions = json_get(r->in, "actions");
	if (actions && json_kind(actions) != JSON_ARRAY)
		return refuse(r, "actions", "must be a list of strings");
	const char **list = arena_calloc(&r->m->arena, json_count(actions) + 1, sizeof *list);
	size_t n = 0;
	if (!list)
		return refuse(r, "actions", "no memory");
	json_each (item, actions) {
		if (json_kind(item) != JSON_STRING)
			return refuse(r, "actions", "must be a list of strings");
		list[n++] = json_raw(item).p;
	}
	ret->actions = list;
	return true;
}

/* It becomes the value of a header. */
static bool read_when(const struct reading *r, const char **ret)
{
	if (!read_text(r, "when", true, ret))
		return false;
	size_t n = 0;
	while ((*ret)[n] >= ' ' && (*ret)[n] <= '~')
		n++;
	if ((*ret)[n])
		return refuse(r, "when", "must be plain ASCII");
	return n <= OP_WHEN_MAX || refuse(r, "when", "must have at most 300 bytes");
}

static bool read_result(struct reading *r, struct op_result *ret)
{
	static const char *const names[] = {
		"resultCode", "actions", "when", "confidence", "samples"};
	ret->confidence = r->operation->op.confidence;
	if (!only(r, names, COUNT(names)) || !read_text(r, "resultCode", true, &ret->code) ||
		!read_when(r, &ret->when) || !read_actions(r, ret))
		return false;
	struct str code = str_of(ret->code);
	if (code.n != 7 || !strchr("AM", code.p[0]) || !str_is_digits((struct str){code.p + 1, 6}))
		return refuse(r, "resultCode", "must be A or M and six digits");
	if (json_get(r->in, "confidence") && !read_confidence(r, &ret->confidence))
		return false;
	return samples_read(r->m, r->operation, r->in, r->pointer, ret);
}

static bool read_results(const struct reading *r)
{
	const struct cJSON *list = json_get(r->in, "results");
	if (!list)
		return r->operation->op.access != OP_SERVICE || refuse(r, "results", "is missing");
	if (json_kind(list) != JSON_ARRAY)
		return refuse(r, "results", "must be a list");
	struct op_result *results = arena_calloc(
		&r->m->arena, json_count(list) + 1, sizeof *results);
	size_t n = 0;
	if (!results)
		return refuse(r, "results", "no memory");
	json_each (item, list) {
		struct str pointer = arena_printf(&r->m->arena, "/results/%zu", n);
		struct reading inner = {r->m, r->operation, item, pointer.p};
		if (json_kind(item) != JSON_OBJECT)
			return mkops_fail(r->operation->file, pointer.p, "must be an object");
		if (!read_result(&inner, &results[n++]))
			return false;
	}
	r->operation->op.results = results;
	r->operation->op.n_results = n;
	return true;
}

/* ---- The rest ---- */

static bool read_access(const struct reading *r)
{
	static const char *const words[] = {"open", "service", "admin", "process"};
	struct op *op = &r->operation->op;
	size_t i = 0;
	if (!read_word(r, "access", words, COUNT(words), &i))
		return false;
	op->access = (enum op_access)i;
	bool wanted = op->access == OP_SERVICE;
	if (!wanted && json_get(r->in, "right"))
		return refuse(r, "right", "goes with access \"service\" only");
	bool control = op->access == OP_ADMIN || op->access == OP_PROCESS;
	if (control && !str_starts(str_of(op->routes[0].pattern), STR("/__admin/")))
		return refuse(r, "path", "must begin with /__admin/ for a control operation");
	return read_text(r, "right", wanted, &op->right);
}

static bool compile(const struct reading *r, const char *name, const struct schema **ret)
{
	struct mkops *m = r->m;
	if (!json_get(r->in, name))
		return true;
	struct str pointer = arena_printf(&m->arena, "/%s", name);
	*ret = mkops_compile(m, r->operation->file, r->in, pointer.p);
	return *ret;
}

static bool read_schemas(const struct reading *r)
{
	static const char *const words[] = {"none", "optional", "required", "bytes"};
	struct op *op = &r->operation->op;
	size_t i = 0;
	if (!read_word(r, "body", words, COUNT(words), &i) || !read_bool(r, "forms", &op->forms))
		return false;
	op->body = (enum op_body)i;
	bool takes_body = op->body != OP_BODY_NONE && op->body != OP_BODY_BYTES;
	if (takes_body != (json_get(r->in, "request") != NULL))
		return refuse(r, "request", takes_body ? "is missing" : "needs a body to check");
	if (op->forms && !takes_body)
		return refuse(r, "forms", "needs a body");
	if (!read_bool(r, "further", &op->further))
		return false;
	if (op->further && !takes_body)
		return refuse(r, "further", "needs a body");
	return compile(r, "request", &op->request) && compile(r, "query", &op->query) &&
	       compile(r, "response", &op->response);
}

static bool read_success(const struct reading *r)
{
	struct operation *operation = r->operation;
	const struct cJSON *item = json_get(r->in, "status");
	int64_t status = 200;
	if (item && (!json_int(item, &status) || status < 200 || status > 299))
		return refuse(r, "status", "must be an HTTP status from 200 to 299");
	operation->status = (int)status;
	operation->response_type = "application/json";
	if (!read_text(r, "responseType", false, &operation->response_type))
		return false;
	bool json = strcmp(operation->response_type, "application/json") == 0;
	return json || !operation->op.response ||
	       refuse(r, "response", "goes with responseType application/json only");
}

bool envelope_read(struct mkops *m, struct operation *ret)
{
	static const char *const names[] = {"title", "description", "method", "path", "v2",
		"variants", "access", "right", "confidence", "body", "forms", "further", "request",
		"query", "response", "responseType", "results", "notes", "status"};
	const char *why = NULL;
	ret->document = mkops_read(m, ret->file, &why);
	if (!ret->document)
		return mkops_fail(ret->file, NULL, "%s", why);
	const struct reading r = {m, ret, ret->document, ""};
	if (json_kind(r.in) != JSON_OBJECT)
		return mkops_fail(ret->file, "", "must be an object");
	return only(&r, names, COUNT(names)) && read_text(&r, "title", true, &ret->op.title) &&
	       read_text(&r, "description", false, &ret->description) &&
	       read_text(&r, "notes", false, &ret->notes) && read_routes(&r) && read_access(&r) &&
	       read_confidence(&r, &ret->op.confidence) && read_schemas(&r) && read_results(&r) &&
	       read_success(&r);
}
