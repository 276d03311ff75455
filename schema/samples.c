/* The samples of a result: what the reply of each action needs beside the three members that all
 * have, so that a fault can force any of them. */
#include <string.h>

#include "schema/mkops.h"

struct sampling {
	struct mkops *m;
	const struct operation *operation;
	const char *pointer; /* of the result */
	struct op_result *result;
};

static bool refuse(const struct sampling *s, const char *name, const char *message)
{
	struct str pointer = arena_printf(
		&s->m->arena, "%s/samples%s%s", s->pointer, *name ? "/" : "", name);
	return mkops_fail(s->operation->file, pointer.p, "%s", message);
}

static bool lists_action(const struct op_result *result, const char *name)
{
	for (const char *const *action = result->actions; *action; action++)
		if (strcmp(*action, name) == 0)
			return true;
	return false;
}

/* The reply as a fault would send it must be what the schema of replies promises. */
static bool keeps_to_response(const struct sampling *s, const char *action, struct str members)
{
	struct arena *a = &s->m->arena;
	struct schema_report report;
	struct json_fault fault;
	struct cJSON *tree;
	if (!s->operation->op.response)
		return true;
	struct str reply = arena_printf(a,
		"{\"resultCode\":\"%s\",\"resultMessage\":\"[%s]\",\"action\":\"%s\"%s%.*s}",
		s->result->code, s->result->code, action, members.n ? "," : "", STR_ARGS(members));
	if (!reply.p || json_parse(a, reply, &tree, &fault) < 0)
		return refuse(s, action, "cannot be made a reply");
	if (!schema_check(
		    a, s->operation->op.response, tree, SCHEMA_PUBLISHED | SCHEMA_STRICT, &report))
		return refuse(s, action, "no memory");
	if (!report.first)
		return true;
	struct str message = arena_printf(a, "the reply would break the response at %.*s: %.*s",
		STR_ARGS(report.first->pointer), STR_ARGS(report.first->expected));
	return refuse(s, action, message.p);
}

/* The members as JSON without the braces around them. */
static bool read_sample(
	const struct sampling *s, const struct cJSON *samples, const char *action, const char **ret)
{
	const struct cJSON *sample = json_get(samples, action);
	*ret = "";
	if (sample && json_kind(sample) != JSON_OBJECT)
		return refuse(s, action, "must be an object");
	if (sample) {
		struct buf text = buf_make(&s->m->arena, SIZE_MAX);
		struct json_writer w = json_writer(&text);
		json_put_tree(&w, sample);
		if (text.failed)
			return refuse(s, action, "no memory");
		*ret = arena_copy(&s->m->arena, (struct str){text.p + 1, text.n - 2}).p;
	}
	return *ret && keeps_to_response(s, action, str_of(*ret));
}

bool samples_read(struct mkops *m, const struct operation *operation, const struct cJSON *in,
	const char *pointer, struct op_result *ret)
{
	const struct sampling s = {m, operation, pointer, ret};
	const struct cJSON *samples = json_get(in, "samples");
	size_t n = 0;
	if (samples && json_kind(samples) != JSON_OBJECT)
		return refuse(&s, "", "must be an object");
	json_each (sample, samples)
		if (!lists_action(ret, json_name(sample).p))
			return refuse(&s, json_name(sample).p, "is none of the result's actions");
	while (ret->actions[n])
		n++;
	const char **list = arena_calloc(&m->arena, n + 1, sizeof *list);
	if (!list)
		return refuse(&s, "", "no memory");
	for (size_t i = 0; i < n; i++)
		if (!read_sample(&s, samples, ret->actions[i], &list[i]))
			return false;
	ret->samples = list;
	return true;
}
