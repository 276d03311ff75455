/* What an operation can answer. */
#include <string.h>

#include "schema/reading.h"

#define RESULTS_MAX 1024 /* of one operation */

static bool read_action_list(struct reading *r, const char *name, struct op_result *ret)
{
	const struct cJSON *actions = json_get(r->in, name);
	if (actions && json_kind(actions) != JSON_ARRAY)
		return reading_refuse(r, name, "must be a list of strings");
	const char **list = arena_calloc(&r->m->arena, json_count(actions) + 1, sizeof *list);
	size_t n = 0;
	if (!list)
		return reading_refuse(r, name, "no memory");
	json_each (item, actions) {
		if (json_kind(item) != JSON_STRING)
			return reading_refuse(r, name, "must be a list of strings");
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
	if (!reading_only(r, names, COUNT(names)) ||
		!reading_text(r, "resultCode", true, &ret->code) || !read_when(r, &ret->when) ||
		!read_action_list(r, "actions", ret))
		return false;
	struct str code = str_of(ret->code);
	if (code.n != 7 || !strchr("AM", code.p[0]) || !str_is_digits((struct str){code.p + 1, 6}))
		return reading_refuse(r, "resultCode", "must be A or M and six digits");
	if (json_get(r->in, "confidence") && !reading_confidence(r, &ret->confidence))
		return false;
	if (!reading_text(r, "unreachable", false, &ret->unreachable))
		return false;
	return true;
}

/* ---- Included lists ---- */

/* The actions for a code by its class, the third digit from the right: {"3": ["BAD_REQUEST"]}. */
static bool read_class_actions(struct reading *include, struct op_result *ret)
{
	const char class[] = {ret->code[4], '\0'};
	const struct cJSON *by_class = json_get(include->in, "actions");
	struct reading inner = *include;
	inner.in = by_class;
	if (by_class && json_kind(by_class) != JSON_OBJECT)
		return reading_refuse(include, "actions", "must be an object: lists by class");
	return read_action_list(&inner, class, ret);
}

struct list {
	struct op_result *results; /* with room for all */
	size_t n;
};

static bool add_result(struct reading *r, struct reading *include, struct list *list)
{
	struct op_result *fresh = &list->results[list->n];
	if (++list->n > RESULTS_MAX)
		return mkops_fail(r->operation->file, r->pointer, "are too many results");
	if (json_kind(r->in) != JSON_OBJECT)
		return mkops_fail(r->operation->file, r->pointer, "must be an object");
	if (!read_result(r, fresh))
		return false;
	for (struct op_result *known = list->results; known < fresh; known++)
		if (strcmp(known->code, fresh->code) == 0)
			return reading_refuse(r, "resultCode", "is there already");
	/* a list that several include knows the actions of none of them */
	bool own = json_get(r->in, "actions") != NULL;
	if (include && !own && json_get(r->in, "samples"))
		return reading_refuse(r, "samples", "are for a result with actions of its own");
	return (!include || own || read_class_actions(include, fresh)) &&
	       samples_read(r->m, r->operation, r->in, r->pointer, fresh);
}

/* One reason for all of the list that have none of their own. */
static bool mark_all(struct reading *include, struct list *list, size_t n)
{
	const char *reason = NULL;
	if (!reading_text(include, "unreachable", true, &reason))
		return false;
	for (size_t i = n; i < list->n; i++)
		if (!list->results[i].unreachable)
			list->results[i].unreachable = reason;
	return true;
}

/* Those of the list that this operation cannot answer, from the n-th result on: all of them, or
 * {"A157302": "A168311 answers."} */
static bool read_unreachable(struct reading *include, struct list *list, size_t n)
{
	const struct cJSON *by_code = json_get(include->in, "unreachable");
	struct reading inner = *include;
	inner.in = by_code;
	if (!by_code)
		return true;
	if (json_kind(by_code) == JSON_STRING)
		return mark_all(include, list, n);
	if (json_kind(by_code) != JSON_OBJECT)
		return reading_refuse(
			include, "unreachable", "must be a reason, or an object: reasons by code");
	json_each (item, by_code) {
		const char *code = json_name(item).p;
		size_t i = n;
		while (i < list->n && strcmp(list->results[i].code, code) != 0)
			i++;
		if (i == list->n)
			return reading_refuse(
				include, "unreachable", "names a code that is not included");
		if (!reading_text(&inner, code, true, &list->results[i].unreachable))
			return false;
	}
	return true;
}

/* {"include": "common/results/x.json", "actions": {"3": ["BAD_REQUEST"]}} */
static bool add_included(struct reading *r, const struct cJSON *items, struct list *list)
{
	static const char *const names[] = {"include", "actions", "unreachable"};
	const char *file = json_raw(json_get(r->in, "include")).p;
	size_t i = 0, n = list->n;
	if (!reading_only(r, names, COUNT(names)))
		return false;
	json_each (item, items) {
		struct str pointer = arena_printf(&r->m->arena, "%s/%s/%zu", r->pointer, file, i++);
		struct reading inner = {r->m, r->operation, item, pointer.p};
		if (!add_result(&inner, r, list))
			return false;
	}
	return read_unreachable(r, list, n);
}

/* The list that an item includes; the item itself as NULL when it is a result. */
static bool load_included(
	const struct reading *r, const struct cJSON *item, const struct cJSON **ret)
{
	const char *file = NULL, *why = NULL;
	*ret = NULL;
	if (json_kind(item) != JSON_OBJECT || !json_get(item, "include"))
		return true;
	struct reading inner = {r->m, r->operation, item, "/results"};
	if (!reading_text(&inner, "include", true, &file))
		return false;
	if (!str_starts(str_of(file), STR("common/results/")))
		return reading_refuse(&inner, "include", "must lie in common/results/");
	*ret = mkops_read(r->m, file, &why);
	if (!*ret)
		return reading_refuse(&inner, "include", why);
	return json_kind(*ret) == JSON_ARRAY ||
	       reading_refuse(&inner, "include", "must name a list of results");
}

static bool read_items(const struct reading *r, const struct cJSON *items, struct list *list)
{
	size_t i = 0;
	json_each (item, items) {
		struct str pointer = arena_printf(&r->m->arena, "/results/%zu", i++);
		struct reading inner = {r->m, r->operation, item, pointer.p};
		const struct cJSON *included = NULL;
		if (!load_included(r, item, &included))
			return false;
		if (included ? !add_included(&inner, included, list)
			     : !add_result(&inner, NULL, list))
			return false;
	}
	return true;
}

bool results_read(const struct reading *r)
{
	struct op *op = &r->operation->op;
	const struct cJSON *items = json_get(r->in, "results");
	if (!items) /* those of the operation it runs, or a control operation's, which lists none */
		return r->operation->runs || !op_wants_right(op) ||
		       reading_refuse(r, "results", "is missing");
	if (json_kind(items) != JSON_ARRAY)
		return reading_refuse(r, "results", "must be a list");
	struct list list = {
		.results = arena_calloc(&r->m->arena, RESULTS_MAX, sizeof *list.results)};
	if (!list.results)
		return mkops_fail(r->operation->file, NULL, "no memory");
	if (!read_items(r, items, &list))
		return false;
	op->results = list.results;
	op->n_results = list.n;
	return true;
}

/* ---- What the schemas refuse with codes of their own ---- */

static bool has_code(const struct op *op, struct str code)
{
	for (size_t i = 0; i < op->n_results; i++)
		if (str_eq(str_of(op->results[i].code), code))
			return true;
	return false;
}

static bool check_refusals(const struct operation *operation, const struct cJSON *refusals)
{
	json_each (refusal, refusals) {
		struct str code = json_raw(json_get(refusal, "resultCode"));
		if (!has_code(&operation->op, code))
			return mkops_fail(operation->file, NULL,
				"a member is refused with %.*s, which is none of the results",
				STR_ARGS(code));
	}
	return true;
}

static bool check_tree(const struct operation *operation, const struct cJSON *tree)
{
	json_each (child, tree) {
		bool named = json_kind(tree) == JSON_OBJECT;
		bool refusals = named && strcmp(json_name(child).p, "x-refusals") == 0;
		if (!(refusals ? check_refusals(operation, child) : check_tree(operation, child)))
			return false;
	}
	return true;
}

bool results_cover_refusals(const struct operation *operation)
{
	return check_tree(operation, json_get(operation->document, "request")) &&
	       check_tree(operation, json_get(operation->document, "query"));
}
