/* The rest of the C file: the table of operations, and the OpenAPI document. */
#include <errno.h>
#include <string.h>

#include "schema/emit.h"
#include "schema/mkops.h"

static void put_routes(FILE *f, const struct op *op)
{
	static const char *const methods[] = {"OP_GET", "OP_POST", "OP_PUT", "OP_DELETE"};
	fputs("\t\t.routes = (const struct op_route[]){\n", f);
	for (size_t i = 0; i < op->n_routes; i++) {
		fprintf(f, "\t\t\t{%s, %d, ", methods[op->routes[i].method], op->routes[i].v2);
		emit_text(f, op->routes[i].pattern);
		fputs("},\n", f);
	}
	fprintf(f, "\t\t}, .n_routes = %zu,\n", op->n_routes);
}

static const char *confidence_word(enum op_confidence confidence)
{
	static const char *const words[] = {"OP_LIVE", "OP_DOCUMENTED", "OP_INFERRED"};
	return words[confidence];
}

static void put_texts(FILE *f, const char *const *texts)
{
	fputs("(const char *const[]){", f);
	for (; *texts; texts++) {
		emit_text(f, *texts);
		fputs(", ", f);
	}
	fputs("NULL}, ", f);
}

static void put_results(FILE *f, const struct op *op)
{
	if (op->n_results == 0)
		return;
	fputs("\t\t.results = (const struct op_result[]){\n", f);
	for (size_t i = 0; i < op->n_results; i++) {
		const struct op_result *result = &op->results[i];
		fputs("\t\t\t{", f);
		emit_text(f, result->code);
		fputs(", ", f);
		put_texts(f, result->actions);
		put_texts(f, result->samples);
		emit_text(f, result->when);
		fputs(", ", f);
		emit_text(f, result->unreachable);
		fprintf(f, ", %s, %d},\n", confidence_word(result->confidence), result->covered);
	}
	fprintf(f, "\t\t}, .n_results = %zu,\n", op->n_results);
}

static void put_member(FILE *f, const char *name, const char *text)
{
	fprintf(f, "\t\t.%s = ", name);
	emit_text(f, text);
	fputs(",\n", f);
}

static void put_schema_member(FILE *f, const char *name, const struct schema *s)
{
	fprintf(f, "\t\t.%s = ", name);
	emit_node(f, s);
	fputs(",\n", f);
}

static void put_op(FILE *f, const struct operation *operation)
{
	static const char *const access[] = {
		"OP_OPEN", "OP_SERVICE", "OP_ORGANIZATION", "OP_ADMIN", "OP_PROCESS"};
	static const char *const body[] = {
		"OP_BODY_NONE", "OP_BODY_OPTIONAL", "OP_BODY_REQUIRED", "OP_BODY_BYTES"};
	const struct op *op = &operation->op;
	fputs("\t{\n", f);
	put_member(f, "name", op->name);
	put_member(f, "title", op->title);
	put_member(f, "right", op->right);
	fprintf(f,
		"\t\t.access = %s, .body = %s, .forms = %d, .further = %d,\n\t\t.confidence = "
		"%s,\n",
		access[op->access], body[op->body], op->forms, op->further,
		confidence_word(op->confidence));
	put_schema_member(f, "request", op->request);
	put_schema_member(f, "query", op->query);
	put_schema_member(f, "response", op->response);
	put_routes(f, op);
	put_results(f, op);
	if (operation->built)
		fprintf(f, "\t\t.run = op_%s,\n", operation->symbol_run);
	fputs("\t},\n", f);
}

static void put_ops(FILE *f, const struct mkops *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->operations[i].built && !m->operations[i].runs)
			fprintf(f, "extern int op_%s(struct call *c);\n", m->operations[i].symbol);
	fputs("\nconst struct op ops[] = {\n", f);
	for (size_t i = 0; i < m->n; i++)
		put_op(f, &m->operations[i]);
	fprintf(f, "};\nconst size_t n_ops = %zu;\n\n", m->n);
}

/* Broken into short literals, which every compiler and reader can bear. */
static void put_document(FILE *f, struct arena *a, struct str text)
{
	enum { WIDTH = 80 };
	fputs("const char openapi_document[] =", f);
	for (size_t i = 0; i < text.n; i += WIDTH) {
		size_t n = text.n - i < WIDTH ? text.n - i : WIDTH;
		struct str piece = arena_copy(a, (struct str){text.p + i, n});
		fputs("\n\t", f);
		emit_text(f, piece.p);
	}
	fputs(";\nconst size_t openapi_document_size = sizeof openapi_document - 1;\n", f);
}

bool emit_file(struct mkops *m, const char *path, struct str openapi)
{
	FILE *f = fopen(path, "w");
	if (!f)
		return mkops_fail(path, NULL, "cannot write it: %s", strerror(errno));
	fputs("/* Made by schema/mkops from the schema files. Not to be edited. */\n"
	      "#include <math.h>\n\n"
	      "#include \"core/schema_node.h\"\n"
	      "#include \"op.h\"\n\n"
	      "/* The OpenAPI document is one long literal, and nodes refer to later ones. */\n"
	      "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n"
	      "#pragma GCC diagnostic ignored \"-Wredundant-decls\"\n\n",
		f);
	emit_schemas(f, &m->compiler);
	for (size_t i = 0; i < KNOWN_SCHEMAS; i++) {
		fprintf(f, "const struct schema *const schema_%s = ", known_schemas[i].name);
		emit_node(f, m->known[i]);
		fputs(";\n\n", f);
	}
	put_ops(f, m);
	put_document(f, &m->arena, openapi);
	bool good = !ferror(f);
	good = fclose(f) == 0 && good;
	return good || mkops_fail(path, NULL, "cannot write it: %s", strerror(errno));
}
