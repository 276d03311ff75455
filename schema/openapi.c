/* The OpenAPI 3.1 document of the whole server. */
#include "schema/openapi.h"

#include <string.h>

void openapi_name(struct document *d, struct str name)
{
	json_put_str(d->w, json_decode(&d->m->arena, name));
	buf_add_char(d->w->out, ':');
	d->w->comma = false;
}

void openapi_ref(struct document *d, const char *kind, const char *name)
{
	struct str ref = arena_printf(&d->m->arena, "#/components/%s/%s", kind, name);
	json_open(d->w, '{');
	json_member_str(d->w, "$ref", ref);
	json_close(d->w, '}');
}

/* ---- Parameters ---- */

static void put_path_parameter(struct document *d, struct str name)
{
	struct json_writer *w = d->w;
	bool service = str_eq(name, STR("serviceId"));
	json_open(w, '{');
	json_member_str(w, "name", name);
	json_member_str(w, "in", STR("path"));
	json_member_bool(w, "required", true);
	if (service)
		json_member_str(w, "description", STR("The number of the service."));
	json_put_name(w, "schema");
	json_put_raw(w, service ? STR("{\"type\":\"string\",\"pattern\":\"^[0-9]+$\"}")
				: STR("{\"type\":\"string\"}"));
	json_close(w, '}');
}

static void put_path_parameters(struct document *d, const char *path)
{
	struct str rest = str_of(path), segment;
	for (bool more = true; more;) {
		more = str_cut(rest, '/', &segment, &rest);
		if (str_starts(segment, STR("{")))
			put_path_parameter(d, (struct str){segment.p + 1, segment.n - 2});
	}
}

static bool is_required(const struct cJSON *schema, struct str name)
{
	json_each (item, json_get(schema, "required"))
		if (json_kind(item) == JSON_STRING && str_eq(json_raw(item), name))
			return true;
	return false;
}

static void put_query_parameters(struct document *d, const struct operation *operation)
{
	struct json_writer *w = d->w;
	const struct cJSON *query = json_get(operation->document, "query");
	json_each (member, json_get(query, "properties")) {
		const struct cJSON *description = json_get(member, "description");
		struct str part = arena_printf(
			&d->m->arena, "query/properties/%s", json_name(member).p);
		json_open(w, '{');
		json_member_str(w, "name", json_decode(&d->m->arena, json_name(member)));
		json_member_str(w, "in", STR("query"));
		json_member_bool(w, "required", is_required(query, json_name(member)));
		if (description)
			json_member_str(w, "description", json_text(&d->m->arena, description));
		json_put_name(w, "schema");
		openapi_ref(d, "schemas", openapi_component(d, operation->symbol, part.p).p);
		json_close(w, '}');
	}
}

/* ---- Bodies ---- */

static void put_content(
	struct document *d, const struct operation *operation, const char *type, const char *part)
{
	json_put_name(d->w, type);
	json_open(d->w, '{');
	json_put_name(d->w, "schema");
	openapi_ref(d, "schemas", openapi_component(d, operation->symbol, part).p);
	json_close(d->w, '}');
}

static void put_request(struct document *d, const struct operation *operation)
{
	struct json_writer *w = d->w;
	if (operation->op.body == OP_BODY_NONE)
		return;
	json_put_name(w, "requestBody");
	json_open(w, '{');
	json_member_bool(w, "required", operation->op.body == OP_BODY_REQUIRED);
	json_put_name(w, "content");
	json_open(w, '{');
	if (operation->op.body == OP_BODY_BYTES) {
		json_put_name(w, "application/octet-stream");
		json_put_raw(w, STR("{}"));
	} else {
		put_content(d, operation, "application/json", "request");
	}
	if (operation->op.forms)
		put_content(d, operation, "application/x-www-form-urlencoded", "request");
	json_close(w, '}');
	json_close(w, '}');
}

static void put_reply(struct document *d, const char *status, const char *name)
{
	json_put_name(d->w, status);
	openapi_ref(d, "responses", name);
}

static void put_success(struct document *d, const struct operation *operation)
{
	struct json_writer *w = d->w;
	struct str status = arena_printf(&d->m->arena, "%d", operation->status);
	bool json = strcmp(operation->response_type, "application/json") == 0;
	openapi_name(d, status);
	json_open(w, '{');
	json_member_str(w, "description",
		operation->op.n_results ? STR("resultCode and action say what came of it.")
					: STR("It is done."));
	if (operation->op.response || !json) {
		json_put_name(w, "content");
		json_open(w, '{');
		if (json) {
			put_content(d, operation, "application/json", "response");
		} else {
			openapi_name(d, str_of(operation->response_type));
			json_put_raw(w, STR("{\"schema\":{\"type\":\"string\"}}"));
		}
		json_close(w, '}');
	}
	json_close(w, '}');
}

static void put_replies(struct document *d, const struct operation *operation)
{
	const struct op *op = &operation->op;
	json_put_name(d->w, "responses");
	json_open(d->w, '{');
	put_success(d, operation);
	if (op->access == OP_ADMIN || op->access == OP_PROCESS) {
		put_reply(d, "default", "control");
		json_close(d->w, '}');
		return;
	}
	if (op->body != OP_BODY_NONE || op->query)
		put_reply(d, "400", "badRequest");
	if (op_wants_right(op)) {
		put_reply(d, "401", "unauthorized");
		put_reply(d, "403", "forbidden");
	}
	if (op->body != OP_BODY_NONE) {
		put_reply(d, "413", "tooLarge");
		put_reply(d, "415", "unsupportedType");
	}
	put_reply(d, "500", "fault");
	if (!operation->built)
		put_reply(d, "501", "notBuilt");
	json_close(d->w, '}');
}

/* ---- Operations ---- */

static struct str security_of(const struct op *op, const struct op_route *route)
{
	switch (op->access) {
	case OP_ORGANIZATION:
		return STR("[{\"bearer\":[]},{\"basic\":[]}]");
	case OP_SERVICE:
		return route->v2 ? STR("[{\"basic\":[]}]") : STR("[{\"bearer\":[]}]");
	case OP_ADMIN:
	case OP_PROCESS:
		return STR("[{},{\"bearer\":[]}]"); /* open unless --admin-token is given */
	case OP_OPEN:
		break;
	}
	return STR("[]");
}

static void put_result(struct json_writer *w, const struct op_result *result)
{
	static const char *const words[] = {"live", "documented", "inferred"};
	json_open(w, '{');
	json_member_str(w, "resultCode", str_of(result->code));
	json_put_name(w, "actions");
	json_open(w, '[');
	for (const char *const *action = result->actions; *action; action++)
		json_put_str(w, str_of(*action));
	json_close(w, ']');
	json_member_str(w, "when", str_of(result->when));
	json_member_str(w, "confidence", str_of(words[result->confidence]));
	json_member_bool(w, "tested", result->covered);
	if (result->unreachable)
		json_member_str(w, "unreachable", str_of(result->unreachable));
	json_close(w, '}');
}

static void put_results(struct json_writer *w, const struct op *op)
{
	json_put_name(w, "x-results");
	json_open(w, '[');
	for (size_t i = 0; i < op->n_results; i++)
		put_result(w, &op->results[i]);
	json_close(w, ']');
}

static void put_ours(struct document *d, const struct operation *operation, bool first)
{
	static const char *const members[] = {"confidence", "right", "notes"};
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
		const struct cJSON *item = json_get(operation->document, members[i]);
		if (!item)
			continue;
		openapi_name(d, arena_printf(&d->m->arena, "x-%s", members[i]));
		json_put_tree(d->w, item);
	}
	json_member_str(d->w, "x-operation", str_of(operation->op.name));
	json_member_bool(d->w, "x-first", first);
	put_results(d->w, &operation->op);
	json_member_bool(d->w, "x-built", operation->built);
}

static void put_operation(struct document *d, const struct operation *operation, size_t route)
{
	static const char *const methods[] = {"get", "post", "put", "delete"};
	struct json_writer *w = d->w;
	const struct op_route *r = &operation->op.routes[route];
	struct str tag, rest, id = str_of(operation->symbol);
	if (route)
		id = arena_printf(&d->m->arena, "%s_%zu", operation->symbol, route + 1);
	str_cut(str_of(operation->op.name), '/', &tag, &rest);
	json_put_name(w, methods[r->method]);
	json_open(w, '{');
	json_member_str(w, "operationId", id);
	json_member_str(w, "summary", str_of(operation->op.title));
	if (operation->description)
		json_member_str(w, "description", str_of(operation->description));
	json_put_name(w, "tags");
	json_open(w, '[');
	json_put_str(w, tag);
	json_close(w, ']');
	json_put_name(w, "security");
	json_put_raw(w, security_of(&operation->op, r));
	json_put_name(w, "parameters");
	json_open(w, '[');
	put_path_parameters(d, r->pattern);
	put_query_parameters(d, operation);
	json_close(w, ']');
	put_request(d, operation);
	put_replies(d, operation);
	put_ours(d, operation, route == 0);
	json_close(w, '}');
}

/* Whether an operation before this route has its path, which is then written already. */
static bool is_written(const struct mkops *m, size_t operation, size_t route)
{
	const char *path = m->operations[operation].op.routes[route].pattern;
	for (size_t i = 0; i <= operation; i++) {
		const struct op *op = &m->operations[i].op;
		size_t end = i == operation ? route : op->n_routes;
		for (size_t k = 0; k < end; k++)
			if (strcmp(op->routes[k].pattern, path) == 0)
				return true;
	}
	return false;
}

static void put_path(struct document *d, const char *path)
{
	openapi_name(d, str_of(path));
	json_open(d->w, '{');
	for (size_t i = 0; i < d->m->n; i++) {
		const struct op *op = &d->m->operations[i].op;
		for (size_t k = 0; k < op->n_routes; k++)
			if (strcmp(op->routes[k].pattern, path) == 0)
				put_operation(d, &d->m->operations[i], k);
	}
	json_close(d->w, '}');
}

static void put_paths(struct document *d)
{
	json_put_name(d->w, "paths");
	json_open(d->w, '{');
	for (size_t i = 0; i < d->m->n; i++) {
		const struct op *op = &d->m->operations[i].op;
		for (size_t k = 0; k < op->n_routes; k++)
			if (!is_written(d->m, i, k))
				put_path(d, op->routes[k].pattern);
	}
	json_close(d->w, '}');
}

struct str openapi_write(struct mkops *m)
{
	struct buf out = buf_make(&m->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	struct document d = {.m = m, .w = &w};
	json_open(&w, '{');
	json_member_str(&w, "openapi", STR("3.1.0"));
	json_put_name(&w, "info");
	json_open(&w, '{');
	json_member_str(&w, "title", STR("authlete-mock"));
	json_member_str(&w, "description",
		STR("A stand-in for the Authlete API, for development and tests. Operations under "
		    "/__admin control the mock itself."));
	json_member_str(&w, "version", str_of(m->version));
	json_close(&w, '}');
	put_paths(&d);
	openapi_components(&d);
	json_close(&w, '}');
	if (d.failed)
		return STR_NONE;
	if (out.failed || m->arena.failed) {
		mkops_fail("openapi", NULL, "no memory");
		return STR_NONE;
	}
	return buf_str(&out);
}
