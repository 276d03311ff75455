/* One line about a finished call, as text or as JSON. */
#include <stdio.h>

#include "http/call.h"
#include "http/fault.h"
#include "log.h"

/* What a log line may show of a path that is no operation's: nothing that could be a ticket. */
static struct str shown_path(const struct call *c)
{
	size_t n = 0;
	while (n < c->head.target.n && n < 24 && c->head.target.p[n] > ' ' &&
		c->head.target.p[n] < 0x7F && c->head.target.p[n] != '?')
		n++;
	return (struct str){c->head.target.p, n};
}

static struct str shown_method(const struct call *c)
{
	return (struct str){c->head.method.p, c->head.method.n < 10 ? c->head.method.n : 10};
}

static void log_text(struct call *c, const char *when, int64_t us)
{
	char fault[40] = "";
	if (fault_id(c))
		snprintf(fault, sizeof fault, " fault=%llu", (unsigned long long)fault_id(c));
	struct str path = c->op ? str_of(c->op->name) : shown_path(c);
	log_line("%s %s%s%s %.*s %s%.*s%s service=%lld %d %s %s %lldus%s", when,
		c->held ? c->silo->name : "", c->held ? "/" : "", c->id, STR_ARGS(shown_method(c)),
		c->op ? "/" : "", STR_ARGS(path), c->op ? "" : "...", (long long)c->service_id,
		c->reply.status, c->reply.result_code ? c->reply.result_code : "-",
		c->reply.action ? c->reply.action : "-", (long long)us, fault);
}

static void log_json(struct call *c, const char *when, int64_t us)
{
	struct buf out = buf_make(&c->arena, 1900);
	struct json_writer w = json_writer(&out);
	json_open(&w, '{');
	json_member_str(&w, "time", str_of(when));
	json_member_str(&w, "silo", str_of(c->silo->name));
	json_member_str(&w, "id", str_of(c->id));
	json_member_str(&w, "method", shown_method(c));
	if (c->op)
		json_member_str(&w, "operation", str_of(c->op->name));
	else
		json_member_str(&w, "path", shown_path(c));
	if (c->service_id)
		json_member_int(&w, "serviceId", c->service_id);
	json_member_int(&w, "status", c->reply.status);
	if (c->reply.result_code)
		json_member_str(&w, "resultCode", str_of(c->reply.result_code));
	if (c->reply.action)
		json_member_str(&w, "action", str_of(c->reply.action));
	json_member_int(&w, "durationUs", us);
	if (fault_id(c))
		json_member_int(&w, "fault", (int64_t)fault_id(c));
	json_close(&w, '}');
	struct str line = buf_str(&out);
	if (line.p)
		log_line("%.*s", STR_ARGS(line));
}

void log_call(struct call *c)
{
	char when[CLOCK_TEXT_SIZE];
	if (!log_calls())
		return;
	clock_text(c->now, when);
	int64_t us = clock_monotonic_us() - c->started_us;
	if (c->server->config.log == LOG_JSON)
		log_json(c, when, us);
	else
		log_text(c, when, us);
}
