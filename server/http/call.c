#include "http/call.h"

#include <errno.h>
#include <string.h>

#include "healthcheck.h"
#include "http/access.h"
#include "http/body.h"
#include "http/coverage.h"
#include "http/fault.h"
#include "http/hint.h"
#include "http/journal.h"
#include "http/reply.h"
#include "http/route.h"
#include "http/self_check.h"
#include "log.h"
#include "oauth/definition.h"
#include "silos.h"
#include "snapshot.h"

/* A body of bytes may be as large as its own setting says; while it grows, twice and more. */
#define UPLOAD_SHARE 3

/* Beyond the body itself a call may take this much: the tree of the largest document, the reply. */
#define ARENA_BASE ((size_t)96 << 20)
#define TOO_MUCH_SPARE ((size_t)256 << 10) /* for the reply that says that it was too much */

void call_init(struct call *c, struct server *server, void *first, size_t first_size)
{
	*c = (struct call){.server = server, .silo = &server->silo};
	arena_init(&c->arena, first, first_size, ARENA_BASE + 8 * (size_t)server->config.max_body);
	c->body = buf_make(&c->arena, (size_t)server->config.max_body);
	c->started_us = clock_monotonic_us();
}

void checking(struct call *c, const char *check)
{
	if (c->n_steps < CALL_STEPS_MAX)
		c->steps[c->n_steps++] = (struct step){.check = check};
}

void found(struct call *c, const char *finding)
{
	if (c->n_steps)
		c->steps[c->n_steps - 1].finding = finding;
}

void decided(struct call *c, const char *check, const char *finding)
{
	checking(c, check);
	found(c, finding);
	if (c->n_steps)
		c->steps[c->n_steps - 1].decided = true;
}

/* "GET, POST", and HEAD wherever GET is. */
static int refuse_method(struct call *c, unsigned methods)
{
	struct buf allow = buf_make(&c->arena, 64);
	checking(c, "method");
	for (int i = 0; i < OP_METHODS; i++)
		if (methods & 1u << i)
			buf_addf(&allow, "%s%s%s", allow.n ? ", " : "", op_method_names[i],
				i == OP_GET ? ", HEAD" : "");
	int r = refuse(c, 405, M_METHOD, "this path takes %.*s", STR_ARGS(buf_str(&allow)));
	c->reply.allow = buf_str(&allow);
	return r;
}

static int refuse_path(struct call *c, const struct route_match *m)
{
	if (m->service_segment_bad)
		return refuse(c, 404, M_SERVICE_SEGMENT,
			"after /api/ must come a service id, which is all digits, or a known path");
	return refuse(c, 404, M_NO_PATH,
		"nothing is served at this path; "
		"GET /__admin/openapi.json lists what is");
}

/* "/s/{name}/api/…": the name, and the path without both. Elsewhere the silo is the default one. */
static void split_silo(struct str *path, struct str *ret_name)
{
	struct str rest;
	*ret_name = STR_NONE;
	if (!str_starts(*path, STR("/s/")))
		return;
	str_cut((struct str){path->p + 3, path->n - 3}, '/', ret_name, &rest);
	*path = rest.p ? (struct str){rest.p - 1, rest.n + 1} : STR("/");
}

/* Process-wide operations make no silo, nor do paths that lead nowhere. */
static int enter_silo(struct call *c, struct str name)
{
	if (!name.p)
		return 0;
	checking(c, "silo");
	if (!silo_name_ok(name))
		return refuse(c, 404, M_SILO_NAME,
			"after /s/ must come the name of a silo: 1 to 64 letters, digits, dots, "
			"hyphens and underscores");
	if (c->op && c->op->access == OP_PROCESS)
		return 0;
	if (!c->op) {
		c->held = silo_find(c->server, name);
		c->silo = c->held ? c->held : c->silo;
		return 0;
	}
	int r = silo_take(c->server, name, &c->held);
	if (r == -ENOSPC)
		return refuse(c, 503, M_SILOS_FULL,
			"there is no room for another silo: --max-silos or --max-memory is "
			"reached");
	if (r < 0)
		return r;
	c->silo = c->held;
	found(c, "there is a silo of this name");
	return 0;
}

static int find_operation(struct call *c)
{
	struct route_match m;
	struct str path, silo;
	checking(c, "path");
	str_cut(c->head.target, '?', &path, &c->query);
	split_silo(&path, &silo);
	int r = route_find(&c->arena, c->head.method, path, &m);
	if (r < 0)
		return r;
	if (m.control && c->server->config.no_admin)
		m = (struct route_match){0};
	c->op = m.op;
	c->route = m.route;
	memcpy(c->params, m.params, sizeof c->params);
	c->probe = c->op && strcmp(c->op->name, "lifecycle/healthcheck") == 0 &&
		   str_eq(c->head.user_agent, STR(PROBE_AGENT));
	if (c->op)
		found(c, "it is an operation of the API");
	r = enter_silo(c, silo);
	silo_touch(c->silo);
	c->now = clock_now(&c->silo->clock);
	if (r < 0 || c->reply.status || m.op)
		return r;
	return m.methods ? refuse_method(c, m.methods) : refuse_path(c, &m);
}

static int check_length(struct call *c)
{
	uint64_t length;
	checking(c, "length");
	if (!str_to_u64(c->head.content_length, &length) || length <= (uint64_t)c->body.max) {
		found(c, "the declared length is within the limit");
		return 0;
	}
	c->body_too_large = true;
	return body_refuse_size(c);
}

static int check_access(struct call *c)
{
	if (op_wants_right(c->op))
		return access_check(c);
	return op_is_control(c->op) ? access_check_control(c) : 0;
}

/* What makes a silo larger is refused once all of them are too large. */
static int check_memory(struct call *c)
{
	if (!c->held || c->held == &c->server->silo || !silos_full(c->server))
		return 0;
	if (op_is_control(c->op) && !str_eq(c->head.method, STR("POST")) &&
		!str_eq(c->head.method, STR("PUT")))
		return 0;
	if (strcmp(c->op->name, "__admin/reset") == 0)
		return 0;
	checking(c, "memory");
	return refuse(c, 503, M_MEMORY_FULL,
		"the silos have reached --max-memory; drop some, or reset this one");
}

static int decide_early(struct call *c)
{
	int r = find_operation(c);
	if (r < 0 || c->reply.status)
		return r;
	c->body.max = body_limit(c);
	if (c->op->body == OP_BODY_BYTES)
		c->arena.ceiling += UPLOAD_SHARE * c->body.max;
	r = check_length(c);
	if (r < 0 || c->reply.status)
		return r;
	r = check_access(c);
	if (r < 0 || c->reply.status)
		return r;
	r = check_memory(c);
	if (r < 0 || c->reply.status || c->op->body == OP_BODY_NONE)
		return r;
	checking(c, "contentType");
	return body_check_type(c);
}

/* A call that wants too much is told so: nothing is wrong with us. */
static int refuse_too_much(struct call *c)
{
	size_t most = c->arena.ceiling >> 20;
	c->arena.ceiling += TOO_MUCH_SPARE;
	c->arena.failed = false;
	checking(c, "memory");
	return refuse(c, 400, M_TOO_MUCH,
		"the call takes more than the %zu MiB of memory that one call may; nothing was "
		"changed",
		most);
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

/* What has expired long ago goes now and then. A failure is none of the caller's. */
static void purge(struct call *c)
{
	if (!store_purge_due(c->silo->store, c->now))
		return;
	int r = store_purge(c->silo->store, &c->silo->clock);
	if (r < 0)
		log_line("authlete-mock: what has expired could not be removed: %s", strerror(-r));
}

static int operate(struct call *c)
{
	if (!c->op->run) {
		checking(c, "built");
		return refuse(c, 501, M_NOT_BUILT, "this operation is not built yet");
	}
	purge(c);
	return c->op->run(c);
}

/* Goes on from c->stage until the reply is there, or the call has to wait. */
static int run(struct call *c)
{
	int r = 0;
	c->wake_at_us = 0;
	if (c->stage == CALL_FRESH) {
		r = body_read(c);
		if (r < 0 || c->reply.status)
			return r;
		c->stage = CALL_CHECKED;
		r = fault_find(c);
		if (r < 0 || c->wake_at_us)
			return r;
	}
	if (c->stage == CALL_CHECKED) {
		c->stage = CALL_READY;
		r = fault_before(c);
		if (r < 0 || c->reply.status)
			return r;
	}
	r = operate(c);
	if (r < 0 || c->wake_at_us)
		return r;
	fault_after(c);
	return 0;
}

void call_run(struct call *c)
{
	if (c->reply.status)
		return;
	int r = run(c);
	if (r == -ENOMEM && c->arena.full)
		r = refuse_too_much(c);
	if (r < 0)
		fail_and_log(c, r);
}

/* One control call can make a silo much larger, or smaller again, before the next look at all. */
static bool is_worth_measuring(const struct call *c)
{
	return c->op && c->held && op_is_control(c->op) && !str_eq(c->head.method, STR("GET"));
}

void call_finish(struct call *c)
{
	c->stage = CALL_DONE;
	if (!c->now) /* it was refused before its silo was known */
		c->now = clock_now(&c->silo->clock);
	if (self_check(c) < 0)
		fail_and_log(c, -ENOMEM);
	c->hint = hint_for(c);
	if (c->op && !op_is_control(c->op) && !c->probe)
		coverage_hit(
			c->silo->coverage, c->op, c->reply.result_code, c->reply.action, c->forced);
	journal_add(c);
	if (!c->probe || c->reply.status != 200)
		log_call(c);
	if (is_worth_measuring(c))
		silos_measure(c->server, c->silo);
}

void call_end(struct call *c)
{
	if (c->waiter)
		journal_unwait(c);
	definitions_release(c);
	image_release(c->image);
	fault_end(c);
	silo_release(c->held);
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

const struct cJSON *call_member(const struct call *c, const char *name)
{
	const struct cJSON *item = c->in ? json_get(c->in, name) : NULL;
	return item || !c->in_query ? item : json_get(c->in_query, name);
}
