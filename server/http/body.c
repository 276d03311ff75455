#include "http/body.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "http/reply.h"

#define MESSAGE_MAX 8192

enum media { MEDIA_NONE, MEDIA_JSON, MEDIA_FORM, MEDIA_OTHER };

static struct str media_type(const struct call *c)
{
	struct str type, parameters;
	str_cut(c->head.content_type, ';', &type, &parameters);
	return str_trim(type);
}

static enum media media_of(const struct call *c)
{
	struct str type = media_type(c);
	if (type.n == 0)
		return MEDIA_NONE;
	if (str_eq_nocase(type, STR("application/json")))
		return MEDIA_JSON;
	if (str_eq_nocase(type, STR("application/x-www-form-urlencoded")) && c->op->forms)
		return MEDIA_FORM;
	return MEDIA_OTHER;
}

/* Control calls are ours, so their refusals carry our code. */
static const char *code_for(const struct call *c, const char *api_code)
{
	return op_is_control(c->op) ? M_CONTROL : api_code;
}

int body_check_type(struct call *c)
{
	static const char *const findings[] = {[MEDIA_NONE] = "there is none",
		[MEDIA_JSON] = "JSON",
		[MEDIA_FORM] = "a form",
		[MEDIA_OTHER] = NULL};
	if (c->op->body == OP_BODY_NONE || media_of(c) != MEDIA_OTHER) {
		found(c, findings[media_of(c)]);
		return 0;
	}
	if (c->op->body == OP_BODY_BYTES) {
		if (str_eq_nocase(media_type(c), STR("application/octet-stream")))
			return 0;
		return refuse(
			c, 415, M_MEDIA_TYPE, "the Content-Type must be application/octet-stream");
	}
	return refuse(c, 415, M_MEDIA_TYPE, "the Content-Type must be application/json%s",
		c->op->forms ? " or application/x-www-form-urlencoded" : "");
}

size_t body_limit(const struct call *c)
{
	const struct config *config = &c->server->config;
	return (size_t)(c->op->body == OP_BODY_BYTES ? config->max_snapshot : config->max_body);
}

int body_refuse_size(struct call *c)
{
	return refuse(c, 413, M_TOO_LARGE, "the body is larger than the %zu bytes of --max-%s",
		c->body.max, c->op && c->op->body == OP_BODY_BYTES ? "snapshot" : "body");
}

/* One "name=value" of a form, decoded and added to the object. */
static int add_pair(
	struct arena *a, struct cJSON *object, struct str pair, struct json_fault *fault)
{
	struct str name, value;
	str_cut(pair, '=', &name, &value);
	char *names = arena_alloc(a, name.n), *values = arena_alloc(a, value.n);
	if (!names || !values)
		return -ENOMEM;
	ptrdiff_t name_n = percent_decode(name, true, names);
	ptrdiff_t value_n = percent_decode(value, true, values);
	if (name_n < 0 || value_n < 0) {
		fault->reason = "a percent sign is not followed by two hexadecimal digits";
		return -EINVAL;
	}
	name = (struct str){names, (size_t)name_n};
	value = (struct str){values, (size_t)value_n};
	if (!str_is_utf8(name) || !str_is_utf8(value)) {
		fault->reason = "the text is not well-formed UTF-8";
		return -EINVAL;
	}
	return json_add(a, object, name, json_new_string(a, value)) ? 0 : -ENOMEM;
}

static size_t count_pairs(struct str text)
{
	size_t n = 0;
	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] != '&' && (i == 0 || text.p[i - 1] == '&');
	return n;
}

int form_parse(struct arena *a, struct str text, struct cJSON **ret, struct json_fault *ret_fault)
{
	struct cJSON *object = json_new_object(a);
	struct str rest = text, pair;
	if (!object)
		return -ENOMEM;
	if (count_pairs(text) > JSON_VALUES_MAX) {
		*ret_fault = (struct json_fault){.reason = "it holds more than 131072 values"};
		return -EINVAL;
	}
	while (rest.n) {
		size_t at = (size_t)(rest.p - text.p);
		str_cut(rest, '&', &pair, &rest);
		if (pair.n == 0)
			continue;
		*ret_fault = (struct json_fault){.at = at};
		int r = add_pair(a, object, pair, ret_fault);
		if (r < 0)
			return r;
	}
	const struct cJSON *twice = json_find_duplicate(a, object);
	if (a->failed)
		return -ENOMEM;
	if (twice) {
		struct str name = str_prefix(json_decode(a, json_name(twice)), 80);
		struct str reason = arena_printf(
			a, "the parameter \"%.*s\" appears twice", STR_ARGS(name));
		*ret_fault = (struct json_fault){.reason = reason.p};
		return reason.p ? -EINVAL : -ENOMEM;
	}
	*ret = object;
	return 0;
}

void body_describe(struct buf *out, const struct schema_report *report)
{
	const char *separator = "";
	for (const struct schema_violation *v = report->first; v; v = v->next) {
		buf_addf(out, "%s%.*s: expected %.*s, came %.*s", separator,
			v->pointer.n ? (int)v->pointer.n : 8,
			v->pointer.n ? v->pointer.p : "the body", STR_ARGS(v->expected),
			STR_ARGS(v->came));
		separator = "; ";
	}
	if (report->count > SCHEMA_REPORT_MAX)
		buf_addf(out, "; and %zu more", report->count - SCHEMA_REPORT_MAX);
}

/* Which violation decides the answer: what the service cannot bind at all comes before a refusal
 * with a code of its own, and that before what only strict mode minds. */
static const struct schema_violation *deciding(const struct schema_report *report)
{
	const struct schema_violation *own = NULL;
	for (const struct schema_violation *v = report->first; v; v = v->next) {
		if (!v->strict_only && !v->refusal)
			return v;
		if (!v->strict_only && !own)
			own = v;
	}
	return own ? own : report->first;
}

static int refuse_report(struct call *c, const struct schema_report *report)
{
	const struct schema_violation *v = deciding(report);
	/* a control call takes whole API objects, whose own codes do not say where in it they are
	 */
	bool foreign = v->refusal && op_is_control(c->op) && v->refusal->result_code[0] != 'M';
	if (v->refusal && !v->strict_only && !foreign)
		return refuse_as(c, v->refusal);
	struct buf text = buf_make(&c->arena, (size_t)MESSAGE_MAX * SCHEMA_REPORT_MAX);
	body_describe(&text, report);
	struct str all = buf_str(&text);
	if (!all.p)
		return -ENOMEM;
	const char *code = v->strict_only && !op_is_control(c->op) ? M_STRICT
								   : code_for(c, "A126202");
	return refuse(c, 400, code, "%.*s", STR_ARGS(all));
}

static int check(struct call *c, const struct schema *s, struct cJSON *tree, bool form)
{
	struct schema_report report;
	unsigned flags = 0;
	if (op_is_control(c->op))
		flags = SCHEMA_PUBLISHED | SCHEMA_STRICT | SCHEMA_CLOSED;
	else if (c->server->config.mode == MODE_STRICT)
		flags = SCHEMA_PUBLISHED | SCHEMA_STRICT;
	if (!schema_normalise(&c->arena, s, tree, form) ||
		!schema_check(&c->arena, s, tree, flags, &report))
		return -ENOMEM;
	if (report.count && c->op->further && s == c->op->request) {
		c->report = report;
		return 0;
	}
	return report.count ? refuse_report(c, &report) : 0;
}

static int refuse_fault(struct call *c, const char *what, const struct json_fault *fault)
{
	return refuse(c, 400, code_for(c, "A126202"), "the %s is unusable at byte %zu: %s", what,
		fault->at, fault->reason);
}

static int read_query(struct call *c)
{
	struct json_fault fault;
	struct cJSON *tree;
	if (!c->op->query)
		return 0;
	int r = form_parse(&c->arena, c->query, &tree, &fault);
	if (r == -EINVAL)
		return refuse_fault(c, "query", &fault);
	if (r == 0)
		r = check(c, c->op->query, tree, true);
	if (r == 0)
		c->in_query = tree;
	return r;
}

static int parse_body(struct call *c, struct str body, enum media media, struct cJSON **ret)
{
	struct json_fault fault;
	int r = media == MEDIA_FORM ? form_parse(&c->arena, body, ret, &fault)
				    : json_parse(&c->arena, body, ret, &fault);
	if (r == -EINVAL)
		return refuse_fault(c, "body", &fault);
	bool list = schema_wants_array(c->op->request);
	if (r == 0 && json_kind(*ret) != (list ? JSON_ARRAY : JSON_OBJECT))
		return refuse(c, 400, code_for(c, "A126202"), "the body must be a JSON %s",
			list ? "array" : "object");
	return r;
}

int body_read(struct call *c)
{
	struct cJSON *tree = NULL;
	if (c->op->query)
		checking(c, "query");
	int r = read_query(c);
	if (r < 0 || c->reply.status || c->op->body == OP_BODY_NONE)
		return r;
	checking(c, "body");
	if (c->body_too_large)
		return body_refuse_size(c);
	if (c->body_refused)
		return refuse(c, 503, M_BUSY, "too many large bodies are under way; try again");
	if (c->body.failed)
		return -ENOMEM;
	if (c->op->body == OP_BODY_BYTES)
		return 0;
	struct str body = buf_str(&c->body);
	enum media media = media_of(c);
	if (body.n && media == MEDIA_NONE)
		return refuse(c, 400, code_for(c, "A258201"),
			"the Content-Type header is missing; send application/json");
	if (body.n == 0 && c->op->body == OP_BODY_REQUIRED)
		return refuse(c, 400, code_for(c, "A126203"), "the body is missing or empty");
	if (body.n)
		r = parse_body(c, body, media, &tree);
	else if (!(tree = json_new_object(&c->arena)))
		r = -ENOMEM;
	if (r < 0 || c->reply.status)
		return r;
	found(c, body.n ? "it is well formed" : "it is empty, which counts as {}");
	checking(c, "schema");
	r = check(c, c->op->request, tree, media == MEDIA_FORM);
	if (r < 0 || c->reply.status)
		return r;
	found(c, "the members are of the right types and values");
	c->in = tree;
	return 0;
}
