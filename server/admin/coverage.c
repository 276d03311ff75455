/* Every listed result of every operation, hit or not. */
#include "http/coverage.h"

#include "http/reply.h"
#include "http/route.h"
#include "op.h"

struct totals {
	int64_t hit, total;
};

struct listing {
	struct json_writer *w;
	struct coverage *coverage;
	struct totals totals;
};

/* The action may be NULL: the result has none. */
static void put_hits(struct listing *l, const struct op *op, size_t result, size_t action)
{
	const struct op_result *r = &op->results[result];
	uint64_t hits = coverage_of(l->coverage, op, result, action);
	uint64_t forced = coverage_forced(l->coverage, op, result, action);
	json_open(l->w, '{');
	json_member_str(l->w, "resultCode", str_of(r->code));
	if (r->actions[action])
		json_member_str(l->w, "action", str_of(r->actions[action]));
	json_member_int(l->w, "hits", (int64_t)hits);
	json_member_int(l->w, "forced", (int64_t)forced);
	json_close(l->w, '}');
	l->totals.total++;
	l->totals.hit += hits > 0;
}

/* What cannot be reached is listed only when a fault has forced it. */
static bool is_worth_listing(struct listing *l, const struct op *op, size_t result, size_t action)
{
	return !op->results[result].unreachable || coverage_of(l->coverage, op, result, action) > 0;
}

static void put_results(struct listing *l, const struct op *op)
{
	for (size_t i = 0; i < op->n_results; i++) {
		size_t k = 0;
		do
			if (is_worth_listing(l, op, i, k))
				put_hits(l, op, i, k);
		while (op->results[i].actions[k] && op->results[i].actions[++k]);
	}
}

static void put_operation(struct listing *l, const struct op *op)
{
	json_open(l->w, '{');
	json_member_str(l->w, "operation", str_of(op->name));
	json_member_str(l->w, "method", str_of(op_method_names[op->routes[0].method]));
	json_member_int(l->w, "calls", (int64_t)coverage_calls(l->coverage, op));
	json_member_int(l->w, "others", (int64_t)coverage_others(l->coverage, op));
	json_put_name(l->w, "results");
	json_open(l->w, '[');
	put_results(l, op);
	json_close(l->w, ']');
	json_close(l->w, '}');
}

OPERATION(admin_coverage)
{
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	struct listing l = {.w = &w, .coverage = c->silo->coverage};
	json_open(&w, '{');
	json_put_name(&w, "operations");
	json_open(&w, '[');
	for (size_t i = 0; i < n_ops; i++)
		if (!op_is_control(&ops[i]))
			put_operation(&l, &ops[i]);
	json_close(&w, ']');
	json_member_int(&w, "hit", l.totals.hit);
	json_member_int(&w, "total", l.totals.total);
	json_close(&w, '}');
	return answer_json(c, 200, buf_str(&out));
}
