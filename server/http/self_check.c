#include "http/self_check.h"

#include <errno.h>
#include <string.h>

#include "http/body.h"
#include "http/mask.h"
#include "http/reply.h"
#include "log.h"

#define LOOKED_AT_MAX ((size_t)1 << 20) /* bytes; a longer list repeats itself */
#define DESCRIPTION_MAX ((size_t)8192 * SCHEMA_REPORT_MAX)

static int mismatch(struct call *c, struct str what)
{
	if (!what.p)
		return -ENOMEM;
	struct str shown = mask_message(&c->arena, what);
	log_line("authlete-mock: --self-check: /%s, status %d: %.*s", c->op ? c->op->name : "",
		c->reply.status, STR_ARGS(shown));
	return refuse(c, 500, M_SELF_CHECK,
		"this reply, with the status %d, breaks its contract: %.*s", c->reply.status,
		STR_ARGS(what));
}

/* Every error has the same form. */
static int check_error(struct call *c, const struct cJSON *tree)
{
	struct str code = json_text(&c->arena, json_get(tree, "resultCode"));
	struct str message = json_text(&c->arena, json_get(tree, "resultMessage"));
	if (code.n != 7 || message.n < 12 || message.p[0] != '[' ||
		!str_eq((struct str){message.p + 1, 7}, code))
		return mismatch(c, STR("an error has a resultCode, and a resultMessage that begins "
				       "with it in brackets"));
	return 0;
}

static bool lists_result(const struct op *op, const char *code, const char *action)
{
	for (size_t i = 0; i < op->n_results; i++) {
		const struct op_result *result = &op->results[i];
		if (strcmp(result->code, code) != 0)
			continue;
		const char *const *a = result->actions;
		while (*a && action && strcmp(*a, action) != 0)
			a++;
		return *a || (!action && !result->actions[0]);
	}
	return false;
}

static int check_success(struct call *c, const struct cJSON *tree)
{
	struct schema_report report;
	if (!c->op->response)
		return mismatch(c, STR("the schema file promises no JSON"));
	if (!schema_check(
		    &c->arena, c->op->response, tree, SCHEMA_PUBLISHED | SCHEMA_STRICT, &report))
		return -ENOMEM;
	if (report.count) {
		struct buf text = buf_make(&c->arena, DESCRIPTION_MAX);
		body_describe(&text, &report);
		return mismatch(c, buf_str(&text));
	}
	const char *code = c->reply.result_code, *action = c->reply.action;
	if (code && !lists_result(c->op, code, action))
		return mismatch(
			c, arena_printf(&c->arena, "/resultCode: %s%s%s is no result of it", code,
				   action ? " with the action " : "", action ? action : ""));
	return 0;
}

int self_check(struct call *c)
{
	struct cJSON *tree = NULL;
	struct json_fault fault;
	if (!c->server->config.self_check || c->forced || !c->reply.body.n ||
		c->reply.body.n > LOOKED_AT_MAX || !c->reply.content_type ||
		strcmp(c->reply.content_type, "application/json") != 0)
		return 0;
	int r = json_parse(&c->arena, c->reply.body, &tree, &fault);
	if (r == -EINVAL)
		return mismatch(c, arena_printf(&c->arena, "at byte %zu it is no JSON: %s",
					   fault.at, fault.reason));
	if (r < 0)
		return r;
	return c->reply.status < 400 ? check_success(c, tree) : check_error(c, tree);
}
