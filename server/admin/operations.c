/* What there is of the API: the table of operations, for people and tools. */
#include "op.h"

#include "http/reply.h"
#include "http/route.h"

static void put_confidence(struct json_writer *w, enum op_confidence confidence)
{
	static const char *const words[] = {
		[OP_LIVE] = "live",
		[OP_DOCUMENTED] = "documented",
		[OP_INFERRED] = "inferred",
	};
	json_member_str(w, "confidence", str_of(words[confidence]));
}

static void put_routes(struct json_writer *w, const struct op *op)
{
	json_put_name(w, "routes");
	json_open(w, '[');
	for (size_t i = 0; i < op->n_routes; i++) {
		json_open(w, '{');
		json_member_str(w, "method", str_of(op_method_names[op->routes[i].method]));
		json_member_str(w, "path", str_of(op->routes[i].pattern));
		json_member_bool(w, "v2", op->routes[i].v2);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void put_results(struct json_writer *w, const struct op *op)
{
	json_put_name(w, "results");
	json_open(w, '[');
	for (size_t i = 0; i < op->n_results; i++) {
		const struct op_result *result = &op->results[i];
		json_open(w, '{');
		json_member_str(w, "resultCode", str_of(result->code));
		json_put_name(w, "actions");
		json_open(w, '[');
		for (const char *const *action = result->actions; *action; action++)
			json_put_str(w, str_of(*action));
		json_close(w, ']');
		json_member_str(w, "when", str_of(result->when));
		put_confidence(w, result->confidence);
		json_member_bool(w, "tested", result->covered);
		if (result->unreachable)
			json_member_str(w, "unreachable", str_of(result->unreachable));
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void put_operation(struct json_writer *w, const struct op *op)
{
	json_open(w, '{');
	json_member_str(w, "operation", str_of(op->name));
	json_member_str(w, "title", str_of(op->title));
	json_member_bool(w, "built", op->run != NULL);
	put_confidence(w, op->confidence);
	if (op->right)
		json_member_str(w, "right", str_of(op->right));
	put_routes(w, op);
	put_results(w, op);
	json_close(w, '}');
}

OPERATION(admin_operations)
{
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_open(&w, '{');
	json_put_name(&w, "operations");
	json_open(&w, '[');
	for (size_t i = 0; i < n_ops; i++)
		if (!op_is_control(&ops[i]))
			put_operation(&w, &ops[i]);
	json_close(&w, ']');
	json_close(&w, '}');
	return answer_json(c, 200, buf_str(&out));
}
