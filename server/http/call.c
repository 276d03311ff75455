#include "http/call.h"

#include <errno.h>
#include <string.h>

#include "http/access.h"
#include "http/body.h"
#include "http/reply.h"
#include "http/route.h"
#include "log.h"

/* Beyond the body itself a call may take this much: the tree of the largest document, the reply. */
#define ARENA_BASE ((size_t)96 << 20)

void call_init(struct call *c, struct server *server, void *first, size_t first_size)
{
	*c = (struct call){.server = server, .silo = &server->silo};
	arena_init(&c->arena, first, first_size, ARENA_BASE + 8 * (size_t)server->config.max_body);
	c->body = buf_make(&c->arena, (size_t)server->config.max_body);
	c->now = clock_now(&c->silo->clock);
	c->started_us = clock_monotonic_us();
}

/* "GET, POST", and HEAD wherever GET is. */
static int refuse_method(struct call *c, unsigned methods)
{
	struct buf allow = buf_make(&c->arena, 64);
	for (int i = 0; i < OP_METHODS; i++)
		if (methods & 1u << i)
			buf_addf(&allow, "%s%s%s", allow.n ? ", " : "", op_method_names[i],
				i == OP_GET ? ", HEAD" : "");
	int r = refuse(c, 405, M_METHOD, "this path takes %.*s", STR_ARGS(buf_str(&allow)));
	c->reply.allow = buf_str(&allow);
	return r;
}

static int find_operation(struct call *c)
{
	struct route_match m;
	struct str path;
	str_cut(c->head.target, '?', &path, &c->query);
	int r = route_find(&c->arena, c->head.method, path, &m);
	if (r < 0)
		return r;
	if (m.op) {
		c->op = m.op;
		c->route = m.route;
		memcpy(c->params, m.params, sizeof c->params);
		return 0;
	}
	if (m.methods)
		return refuse_method(c, m.methods);
	if (m.service_segment_bad)
		return refuse(c, 404, M_SERVICE_SEGMENT,
			"after /api/ must come a service id, which is all digits, or a known path");
	return refuse(c, 404, M_NO_PATH,
		"nothing is served at this path; "
		"GET /__admin/openapi.json lists what is");
}

static int check_length(struct call *c)
{
	uint64_t length;
	if (!str_to_u64(c->head.content_length, &length) ||
		length <= (uint64_t)c->server->config.max_body)
		return 0;
	c->body_too_large = true;
	return body_refuse_size(c);
}

static int decide_early(struct call *c)
{
	int r = find_operation(c);
	if (r < 0 || c->reply.status)
		return r;
	r = check_length(c);
	if (r < 0 || c->reply.status)
		return r;
	if (c->op->access == OP_SERVICE) {
		r = access_check(c);
		if (r < 0 || c->reply.status)
			return r;
	}
	return body_check_type(c);
}

/* One line about a fault of ours; the caller learns only that there was one. */
static void fail_and_log(struct call *c, int r)
{
	log_line("authlete-mock: /%s failed: %s", c->op ? c->op->name : "", strerror(-r));
	fail(c);
}

void call_head(struct call *c)
{
	int r = decide_early(c);
	if (r < 0)
		fail_and_log(c, r);
}

static int run(struct call *c)
{
	int r = body_read(c);
	if (r < 0 || c->reply.status)
		return r;
	if (!c->op->run)
		return refuse(c, 501, M_NOT_BUILT, "this operation is not built yet");
	return c->op->run(c);
}

void call_run(struct call *c)
{
	if (c->reply.status)
		return;
	int r = run(c);
	if (r < 0)
		fail_and_log(c, r);
}

/* What a log line may show of a path: nothing that could be a ticket. */
static struct str shown_path(const struct call *c)
{
	size_t n = 0;
	while (n < c->head.target.n && n < 24 && c->head.target.p[n] > ' ' &&
		c->head.target.p[n] < 0x7F && c->head.target.p[n] != '?')
		n++;
	return (struct str){c->head.target.p, n};
}

void call_log(const struct call *c)
{
	char when[CLOCK_TEXT_SIZE];
	if (!log_calls())
		return;
	clock_text(c->now, when);
	struct str path = c->op ? str_of(c->op->name) : shown_path(c);
	log_line("%s %.*s %s%.*s%s service=%lld %d %s %s %lldus", when,
		(int)(c->head.method.n < 10 ? c->head.method.n : 10), c->head.method.p,
		c->op ? "/" : "", STR_ARGS(path), c->op ? "" : "...", (long long)c->service_id,
		c->reply.status, c->reply.result_code ? c->reply.result_code : "-",
		c->reply.action ? c->reply.action : "-",
		(long long)(clock_monotonic_us() - c->started_us));
}

struct str in_str(struct call *c, const char *name)
{
	const struct cJSON *item = json_get(c->in, name);
	return item && json_kind(item) == JSON_STRING ? json_text(&c->arena, item) : STR_NONE;
}

int64_t in_int(const struct cJSON *object, const char *name, int64_t otherwise)
{
	const struct cJSON *item = json_get(object, name);
	int64_t value;
	return item && json_int(item, &value) ? value : otherwise;
}
