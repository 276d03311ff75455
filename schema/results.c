/* What an operation can answer. */
#include <string.h>

#include "schema/reading.h"

static bool read_actions(struct reading *r, struct op_result *ret)
{
	const struct cJSON *actions = json_get(r->in, "actions");
	if (actions && json_kind(actions) != JSON_ARRAY)
		return reading_refuse(r, "actions", "must be a list of strings");
	const char **list = arena_calloc(&r->m->arena, json_count(actions) + 1, sizeof *list);
	size_t n = 0;
	if (!list)
		return reading_refuse(r, "actions", "no memory");
	json_each (item, actions) {
		if (json_kind(item) != JSON_STRING)
			return reading_refuse(r, "actions", "must be a list of strings");
		list[n++] = json_raw(item).p;
	}
	ret->actions = list;
	return true;
}

/* It becomes the value of a header. */
static bool read_when(const struct reading *r, const char **ret)
{
	if (!reading_text(r, "when", true, ret))
		return false;
	size_t n = 0;
	while ((*ret)[n] >= ' ' && (*ret)[n] <= '~')
		n++;
	if ((*ret)[n])
		return reading_refuse(r, "when", "must be plain ASCII");
	return n <= OP_WHEN_MAX || reading_refuse(r, "when", "must have at most 300 bytes");
}

static bool read_result(struct reading *r, struct op_result *ret)
{
	static const char *const names[] = {
		"resultCode", "actions", "when", "confidence", "samples", "unreachable"};
	ret->confidence = r->operation->op.confidence;
	if (!reading_only(r, names, COUNT(names)) || !reading_text(r, "resultCode", true, &ret->code) ||
		!read_when(r, &ret->when) || !read_actions(r, ret))
		return false;
	struct str code = str_of(ret->code);
	if (code.n != 7 || !strchr("AM", code.p[0]) || !str_is_digits((struct str){code.p + 1, 6}))
		return reading_refuse(r, "resultCode", "must be A or M and six digits");
	if (json_get(r->in, "confidence") && !reading_confidence(r, &ret->confidence))
		return false;
	if (!reading_text(r, "unreachable", false, &ret->unreachable))
		return false;
	return samples_read(r->m, r->operation, r->in, r->pointer, ret);
}

bool results_read(const struct reading *r)
{
	const struct cJSON *list = json_get(r->in, "results");
	if (!list) /* those of the operation it runs, or a control operation's, which lists none */
		return r->operation->runs || !op_wants_right(&r->operation->op) ||
		       reading_refuse(r, "results", "is missing");
	if (json_kind(list) != JSON_ARRAY)
		return reading_refuse(r, "results", "must be a list");
	struct op_result *results = arena_calloc(
		&r->m->arena, json_count(list) + 1, sizeof *results);
	size_t n = 0;
	if (!results)
		return reading_refuse(r, "results", "no memory");
	json_each (item, list) {
		struct str pointer = arena_printf(&r->m->arena, "/results/%zu", n);
		struct reading inner = {r->m, r->operation, item, pointer.p};
		if (json_kind(item) != JSON_OBJECT)
			return mkops_fail(r->operation->file, pointer.p, "must be an object");
		if (!read_result(&inner, &results[n++]))
			return false;
		for (size_t i = 0; i + 1 < n; i++)
			if (strcmp(results[i].code, results[n - 1].code) == 0)
				return reading_refuse(&inner, "resultCode", "is there already");
	}
	r->operation->op.results = results;
	r->operation->op.n_results = n;
	return true;
}
