/* Every listed result of every operation, hit or not. */
#include "http/coverage.h"

#include "http/reply.h"
#include "op.h"

struct totals {
	int64_t hit, total;
};

/* action NULL: the result has none. */
static void put_hits(struct json_writer *w, const char *code, const char *action, uint64_t hits,
	struct totals *totals)
{
	json_open(w, '{');
	json_member_str(w, "resultCode", str_of(code));
	if (action)
		json_member_str(w, "action", str_of(action));
	json_member_int(w, "hits", (int64_t)hits);
	json_close(w, '}');
	totals->total++;
	totals->hit += hits > 0;
}

static void put_results(struct json_writer *w, struct coverage *coverage, const struct op *op,
	struct totals *totals)
{
	for (size_t i = 0; i < op->n_results; i++) {
		const struct op_result *result = &op->results[i];
		size_t k = 0;
		do
			put_hits(w, result->code, result->actions[k],
				coverage_of(coverage, op, i, k), totals);
		while (result->actions[k] && result->actions[++k]);
	}
}

static void put_operation(struct json_writer *w, struct coverage *coverage, const struct op *op,
	struct totals *totals)
{
	json_open(w, '{');
	json_member_str(w, "operation", str_of(op->name));
	json_member_int(w, "calls", (int64_t)coverage_calls(coverage, op));
	json_member_int(w, "others", (int64_t)coverage_others(coverage, op));
	json_put_name(w, "results");
	json_open(w, '[');
	put_results(w, coverage, op, totals);
	json_close(w, ']');
	json_close(w, '}');
}

OPERATION(admin_coverage)
{
	struct totals totals = {0};
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_open(&w, '{');
	json_put_name(&w, "operations");
	json_open(&w, '[');
	for (size_t i = 0; i < n_ops; i++)
		if (!op_is_control(&ops[i]))
			put_operation(&w, c->silo->coverage, &ops[i], &totals);
	json_close(&w, ']');
	json_member_int(&w, "hit", totals.hit);
	json_member_int(&w, "total", totals.total);
	json_close(&w, '}');
	return answer_json(c, 200, buf_str(&out));
}
