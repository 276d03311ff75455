/* A fault from JSON, and all that its schema cannot say of it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "http/body.h"
#include "http/fault_private.h"

#define HEADERS_BYTES_MAX 2048 /* a connection's memory must hold them beside the request */

struct reading {
	struct arena *arena; /* of the request; what the fault keeps is in its own */
	const struct cJSON *in, *effect;
	struct fault *fault;
	struct buf why; /* every complaint */
};

static void complain(struct reading *r, const char *pointer, const char *message)
{
	buf_addf(&r->why, "%s%s: %s", r->why.n ? "; " : "", pointer, message);
}

static struct str keep(struct reading *r, struct str s)
{
	return arena_copy(&r->fault->arena, s);
}

static struct str keep_text(struct reading *r, const struct cJSON *item)
{
	return item ? keep(r, json_text(r->arena, item)) : STR_NONE;
}

static struct str keep_tree(struct reading *r, const struct cJSON *item)
{
	struct buf out = buf_make(r->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_put_tree(&w, item);
	return keep(r, buf_str(&out));
}

/* ---- The operation and its actions ---- */

/* 0: it is the very one; 1: part of its name, such as the end. */
static size_t distance(struct str name, const struct op *op)
{
	size_t edits = str_distance(name, str_of(op->name));
	return edits && strstr(op->name, name.p) ? 1 : edits;
}

static const struct op *nearest_operation(struct str name, size_t *ret_distance)
{
	const struct op *best = NULL;
	*ret_distance = SIZE_MAX;
	for (size_t i = 0; i < n_ops; i++) {
		if (op_is_control(&ops[i]) || distance(name, &ops[i]) >= *ret_distance)
			continue;
		best = &ops[i];
		*ret_distance = distance(name, best);
	}
	return best;
}

/* False when there is no such operation. */
static bool read_operation(struct reading *r)
{
	size_t far;
	const struct cJSON *operation = json_get(r->in, "operation");
	if (!operation) /* as the schema has said */
		return false;
	struct str name = json_raw(operation);
	if (str_eq(name, STR("*")))
		return true;
	const struct op *nearest = nearest_operation(name, &far);
	if (far == 0) {
		r->fault->op = nearest;
		return true;
	}
	struct str message = arena_printf(r->arena,
		"is neither \"*\" nor an operation of the API, as its path after the service id; "
		"is \"%s\" meant?",
		nearest ? nearest->name : "*");
	complain(r, "/operation", message.p);
	return false;
}

static bool force(struct effect *e, const struct op_result *result, struct str action)
{
	for (size_t i = 0; result->actions[i]; i++) {
		if (!str_eq(action, str_of(result->actions[i])))
			continue;
		e->result_code = result->code;
		e->result_when = result->when;
		e->action = result->actions[i];
		e->sample = result->samples[i];
		return true;
	}
	return false;
}

static bool is_listed(const struct buf *list, const char *word)
{
	struct str rest = buf_str(list), head;
	for (bool more = rest.n > 0; more;) {
		more = str_cut(rest, ' ', &head, &rest);
		if (str_eq(head, str_of(word)))
			return true;
	}
	return false;
}

static void refuse_action(struct reading *r, const struct op *op)
{
	struct buf list = buf_make(r->arena, SIZE_MAX);
	for (size_t i = 0; i < op->n_results; i++)
		for (const char *const *a = op->results[i].actions; *a; a++)
			if (!is_listed(&list, *a))
				buf_addf(&list, "%s%s", list.n ? " " : "", *a);
	struct str message = arena_printf(r->arena, "is no action of %s; it has %.*s", op->name,
		list.n ? (int)list.n : 4, list.n ? list.p : "none");
	complain(r, "/effect/action", message.p);
}

static void read_action(struct reading *r, bool operation_known)
{
	const struct op *op = r->fault->op;
	const struct cJSON *action = json_get(r->effect, "action");
	if (!action || !operation_known)
		return;
	if (!op) {
		complain(r, "/effect/action", "needs one operation, not \"*\"");
		return;
	}
	for (size_t i = 0; i < op->n_results; i++)
		if (force(&r->fault->effect, &op->results[i], json_raw(action)))
			return;
	refuse_action(r, op);
}

/* ---- Headers ---- */

static bool is_token(struct str s) /* RFC 9110 section 5.6.2 */
{
	static const char others[] = "!#$%&'*+-.^_`|~";
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (!letter && !(c >= '0' && c <= '9') && !(c && strchr(others, c)))
			return false;
	}
	return s.n > 0;
}

/* Those that say where a reply ends, and those that tell of this server. */
static bool is_ours(struct str name)
{
	static const struct str names[] = {STR("Content-Length"), STR("Transfer-Encoding"),
		STR("Connection"), STR("Keep-Alive"), STR("Date"), STR("TE"), STR("Trailer"),
		STR("Upgrade"), STR("X-Mock-Request-Id"), STR("X-Mock-Hint")};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (str_eq_nocase(name, names[i]))
			return true;
	return false;
}

static bool is_repeated(const struct effect *e, struct str name)
{
	for (size_t i = 0; i < e->n_headers; i++)
		if (str_eq_nocase(str_of(e->headers[i].name), name))
			return true;
	return false;
}

static const char *why_not_header(const struct effect *e, struct str name)
{
	if (!is_token(name))
		return "a name may have letters, digits and !#$%&'*+-.^_`|~ only";
	if (is_ours(name))
		return "a fault may not set Content-Length, Transfer-Encoding, Connection, "
		       "Keep-Alive, Date, TE, Trailer, Upgrade or X-Mock-…";
	return is_repeated(e, name) ? "two names differ in capitals only" : NULL;
}

static void read_headers(struct reading *r)
{
	struct effect *e = &r->fault->effect;
	const struct cJSON *headers = json_get(r->effect, "headers");
	size_t bytes = 0;
	e->headers = arena_calloc(&r->fault->arena, json_count(headers) + 1, sizeof *e->headers);
	if (!headers || !e->headers)
		return;
	json_each (item, headers) {
		struct str name = json_decode(r->arena, json_name(item));
		struct str value = keep_text(r, item);
		const char *why = why_not_header(e, name);
		bytes += name.n + value.n;
		if (why)
			complain(r, "/effect/headers", why);
		else
			e->headers[e->n_headers++] = (struct header){keep(r, name).p, value.p};
	}
	if (bytes > HEADERS_BYTES_MAX)
		complain(r, "/effect/headers", "all names and values may have 2048 bytes together");
}

/* ---- The rest of the effect ---- */

static void read_body(struct reading *r)
{
	struct effect *e = &r->fault->effect;
	const struct cJSON *body = json_get(r->effect, "body");
	if (!body)
		return;
	bool is_text = json_kind(body) == JSON_STRING;
	e->body = is_text ? keep_text(r, body) : keep_tree(r, body);
	e->body_type = is_text ? "text/plain" : "application/json";
}

static void read_drop(struct reading *r)
{
	const struct cJSON *drop = json_get(r->effect, "drop");
	if (!drop)
		return;
	bool before = str_eq(json_raw(drop), STR("before"));
	r->fault->effect.drop = before ? DROP_BEFORE : DROP_AFTER;
}

static bool has(const struct reading *r, const char *name)
{
	return json_get(r->effect, name);
}

static void refuse_contradictions(struct reading *r)
{
	static const char *const of_reply[] = {
		"status", "headers", "body", "action", "truncate", "corrupt"};
	const int status = r->fault->effect.status;
	for (size_t i = 0; i < sizeof of_reply / sizeof of_reply[0]; i++) {
		if (!has(r, "drop") || !has(r, of_reply[i]))
			continue;
		struct str message = arena_printf(
			r->arena, "no reply comes, so %s has no meaning", of_reply[i]);
		complain(r, "/effect/drop", message.p);
	}
	if (has(r, "action") && (has(r, "status") || has(r, "body")))
		complain(r, "/effect/action", "is the whole reply; status and body exclude it");
	bool of_body = has(r, "body") || has(r, "truncate") || has(r, "corrupt");
	if (of_body && (status == 204 || status == 205 || status == 304))
		complain(r, "/effect/status", "204, 205 and 304 never have a body");
}

static void read_effect(struct reading *r, bool operation_known)
{
	struct effect *e = &r->fault->effect;
	e->delay_ms = in_int(r->effect, "delayMs", 0);
	e->status = (int)in_int(r->effect, "status", 0);
	e->truncate = in_int(r->effect, "truncate", -1);
	e->corrupt = has(r, "corrupt");
	read_body(r);
	read_headers(r);
	read_drop(r);
	read_action(r, operation_known);
	refuse_contradictions(r);
}

/* ---- The fault ---- */

static void read_client(struct reading *r)
{
	const struct cJSON *client = json_get(r->in, "clientId");
	if (client)
		r->fault->client = json_kind(client) == JSON_STRING ? keep_text(r, client)
								    : keep_tree(r, client);
}

static void read_all(struct reading *r)
{
	struct fault *fault = r->fault;
	const struct cJSON *probability = json_get(r->in, "probability");
	bool known = read_operation(r);
	fault->service_id = in_int(r->in, "serviceId", 0);
	fault->after = (uint64_t)in_int(r->in, "after", 0);
	fault->times = (uint64_t)in_int(r->in, "times", 0);
	fault->probability = probability ? json_double(probability) : 1;
	read_client(r);
	read_effect(r, known);
	fault->given = keep_tree(r, r->in);
	if (fault->given.p)
		fault->given = (struct str){fault->given.p + 1, fault->given.n - 2};
}

/* What the schema minds is taken out, so that the rest can be looked at. Its members lie one or two
 * levels deep; what lies deeper goes with them. */
static bool prune(struct arena *a, struct cJSON *in, const struct schema_report *report)
{
	for (const struct schema_violation *v = report->first; v; v = v->next) {
		struct str none, outer, inner, deeper;
		str_cut(v->pointer, '/', &none, &inner);
		str_cut(inner, '/', &outer, &inner);
		str_cut(inner, '/', &inner, &deeper);
		outer = arena_copy(a, outer);
		inner = arena_copy(a, inner);
		if (a->failed)
			return false;
		struct cJSON *parent = json_get(in, outer.p);
		struct cJSON *item = parent && inner.n ? json_get(parent, inner.p) : NULL;
		if (item)
			json_remove(parent, item);
		else if (parent && !inner.n)
			json_remove(in, parent);
	}
	return true;
}

int fault_read(struct arena *a, struct cJSON *in, const struct schema_report *report,
	struct fault **ret, struct str *ret_why)
{
	if (!prune(a, in, report))
		return -ENOMEM;

	struct fault *fault = calloc(1, sizeof *fault);
	if (!fault)
		return -ENOMEM;
	fault->holders = 1;
	arena_init(&fault->arena, NULL, 0, FAULTS_BYTES_MAX);
	struct reading r = {a, in, json_get(in, "effect"), fault, buf_make(a, SIZE_MAX)};
	body_describe(&r.why, report);
	if (report->count <= SCHEMA_REPORT_MAX) /* else not all of it is pruned */
		read_all(&r);
	int result = fault->arena.failed || a->failed || r.why.failed ? -ENOMEM : 0;
	if (result == 0 && r.why.n) {
		*ret_why = buf_str(&r.why);
		result = -EINVAL;
	}
	if (result < 0)
		fault_release(fault);
	else
		*ret = fault;
	return result;
}
