/* Reads a schema file: what stands around the schemas. schema/README.md lists the members. */
#include <string.h>

#include "schema/reading.h"

static bool read_method(const struct reading *r, enum op_method *ret)
{
	static const char *const words[] = {"GET", "POST", "PUT", "DELETE"};
	size_t i = 0;
	if (!reading_word(r, "method", words, COUNT(words), &i))
		return false;
	*ret = (enum op_method)i;
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
	if (!reading_text(r, name, true, ret))
		return false;
	rest = str_of(*ret);
	if (!str_starts(rest, STR("/")))
		return reading_refuse(r, name, "must begin with a slash");
	rest = (struct str){rest.p + 1, rest.n - 1};
	for (bool more = true; more;) {
		more = str_cut(rest, '/', &segment, &rest);
		if (!is_segment(segment))
			return reading_refuse(
				r, name, "has a segment that is neither plain nor {name}");
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
	return reading_only(r, names, COUNT(names)) && read_method(r, &ret->method) &&
	       read_path(r, "path", &ret->pattern) && reading_bool(r, "v2", &ret->v2);
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
		return reading_refuse(r, "variants", "must be a list");
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

/* ---- The rest ---- */

static bool read_access(const struct reading *r)
{
	static const char *const words[] = {"open", "service", "organization", "admin", "process"};
	struct op *op = &r->operation->op;
	size_t i = 0;
	if (!reading_word(r, "access", words, COUNT(words), &i))
		return false;
	op->access = (enum op_access)i;
	bool wanted = op_wants_right(op);
	if (!wanted && json_get(r->in, "right"))
		return reading_refuse(
			r, "right", "goes with access \"service\" or \"organization\" only");
	bool control = op->access == OP_ADMIN || op->access == OP_PROCESS;
	if (control && !str_starts(str_of(op->routes[0].pattern), STR("/__admin/")))
		return reading_refuse(
			r, "path", "must begin with /__admin/ for a control operation");
	return reading_text(r, "right", wanted, &op->right);
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
	if (!reading_word(r, "body", words, COUNT(words), &i) ||
		!reading_bool(r, "forms", &op->forms))
		return false;
	op->body = (enum op_body)i;
	bool takes_body = op->body != OP_BODY_NONE && op->body != OP_BODY_BYTES;
	if (takes_body != (json_get(r->in, "request") != NULL))
		return reading_refuse(
			r, "request", takes_body ? "is missing" : "needs a body to check");
	if (op->forms && !takes_body)
		return reading_refuse(r, "forms", "needs a body");
	if (!reading_bool(r, "further", &op->further))
		return false;
	if (op->further && !takes_body)
		return reading_refuse(r, "further", "needs a body");
	return compile(r, "request", &op->request) && compile(r, "query", &op->query) &&
	       compile(r, "response", &op->response);
}

static bool read_success(const struct reading *r)
{
	struct operation *operation = r->operation;
	const struct cJSON *item = json_get(r->in, "status");
	int64_t status = 200;
	if (item && (!json_int(item, &status) || status < 200 || status > 299))
		return reading_refuse(r, "status", "must be an HTTP status from 200 to 299");
	operation->status = (int)status;
	operation->response_type = "application/json";
	if (!reading_text(r, "responseType", false, &operation->response_type))
		return false;
	bool json = strcmp(operation->response_type, "application/json") == 0;
	return json || !operation->op.response ||
	       reading_refuse(r, "response", "goes with responseType application/json only");
}

/* For tests/contract-diff: why what stands around the schemas is not as published. */
static bool read_differs(const struct reading *r)
{
	const struct cJSON *differs = json_get(r->in, "differs");
	if (differs && json_kind(differs) != JSON_OBJECT)
		return reading_refuse(r, "differs", "must be an object");
	json_each (why, differs)
		if (json_kind(why) != JSON_STRING)
			return reading_refuse(
				r, "differs", "must hold a string for each difference");
	return true;
}

bool envelope_read(struct mkops *m, struct operation *ret)
{
	static const char *const names[] = {"title", "description", "method", "path", "v2",
		"variants", "access", "right", "confidence", "body", "forms", "further", "request",
		"query", "response", "responseType", "results", "notes", "status", "runs",
		"differs"};
	const char *why = NULL;
	ret->document = mkops_read(m, ret->file, &why);
	if (!ret->document)
		return mkops_fail(ret->file, NULL, "%s", why);
	const struct reading r = {m, ret, ret->document, ""};
	if (json_kind(r.in) != JSON_OBJECT)
		return mkops_fail(ret->file, "", "must be an object");
	return reading_only(&r, names, COUNT(names)) &&
	       reading_text(&r, "title", true, &ret->op.title) &&
	       reading_text(&r, "description", false, &ret->description) &&
	       reading_text(&r, "notes", false, &ret->notes) &&
	       reading_text(&r, "runs", false, &ret->runs) && read_differs(&r) && read_routes(&r) &&
	       read_access(&r) && reading_confidence(&r, &ret->op.confidence) && read_schemas(&r) &&
	       results_read(&r) && read_success(&r);
}
