/* Makes the table of operations from the schema files, at build time.
 *
 * mkops SCHEMA_DIR OUT.c FILE.json... [--built STEM...] [--version TEXT] [--covered FILE]
 *
 * FILEs are relative to SCHEMA_DIR. A STEM is a FILE without ".json" that has a C file,
 * server/STEM.c. Exit code 1 and one line on stderr when something is wrong with a file. */
#include "schema/mkops.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define CEILING ((size_t)1 << 30)

bool mkops_fail(const char *file, const char *pointer, const char *format, ...)
{
	va_list args;
	fprintf(stderr, "mkops: %s%s%s: ", file, pointer ? "#" : "", pointer ? pointer : "");
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return false;
}

/* ---- Files ---- */

static struct str read_whole(struct arena *a, const char *path)
{
	struct buf out = buf_make(a, CEILING);
	FILE *f = fopen(path, "rb");
	char chunk[8192];
	size_t n;
	if (!f)
		return STR_NONE;
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		buf_add(&out, (struct str){chunk, n});
	bool good = !ferror(f);
	fclose(f);
	return good ? buf_str(&out) : STR_NONE;
}

static const struct cJSON *read_document(struct mkops *m, const char *path, const char **ret_why)
{
	struct json_fault fault;
	struct cJSON *document;
	errno = 0;
	struct str text = path ? read_whole(&m->arena, path) : STR_NONE;
	if (!text.p) {
		*ret_why = errno ? strerror(errno) : "cannot be read";
		return NULL;
	}
	int r = json_parse(&m->arena, text, &document, &fault);
	if (r == 0)
		return document;
	size_t line = 1;
	for (size_t i = 0; r == -EINVAL && i < fault.at && i < text.n; i++)
		line += text.p[i] == '\n';
	struct str why = r == -EINVAL ? arena_printf(&m->arena, "line %zu: %s", line, fault.reason)
				      : STR("no memory");
	*ret_why = why.p ? why.p : "no memory";
	return NULL;
}

const struct cJSON *mkops_read(struct mkops *m, const char *file, const char **ret_why)
{
	return read_document(m, arena_printf(&m->arena, "%s/%s", m->directory, file).p, ret_why);
}

static const struct cJSON *load_shared(void *context, const char *file, const char **ret_why)
{
	struct mkops *m = context;
	for (const struct shared_file *known = m->shared; known; known = known->next)
		if (strcmp(known->name, file) == 0)
			return known->document;
	if (!str_starts(str_of(file), STR("common/"))) {
		*ret_why = "only files in common/ can be shared";
		return NULL;
	}
	struct shared_file *fresh = arena_calloc(&m->arena, 1, sizeof *fresh);
	const struct cJSON *document = fresh ? mkops_read(m, file, ret_why) : NULL;
	if (!document)
		return NULL;
	*fresh = (struct shared_file){.next = m->shared, .name = file, .document = document};
	m->shared = fresh;
	return document;
}

const struct schema *mkops_compile(
	struct mkops *m, const char *file, const struct cJSON *document, const char *pointer)
{
	const struct schema *s = schema_compile(&m->compiler, file, document, pointer);
	if (!s)
		fprintf(stderr, "mkops: %.*s\n", STR_ARGS(m->compiler.error));
	return s;
}

/* Compiles the common files whole, so that what nobody refers to yet is looked at too. That may
 * load further ones, at the head of the list. */
static bool compile_shared(struct mkops *m)
{
	struct shared_file *file = m->shared;
	while (file) {
		if (file->schema) {
			file = file->next;
			continue;
		}
		file->schema = mkops_compile(m, file->name, file->document, "");
		if (!file->schema)
			return false;
		file = m->shared;
	}
	return true;
}

const struct known_schema known_schemas[KNOWN_SCHEMAS] = {
	{"seed", "common/seed.json", ""},
	{"service", "common/service.json", "/definitions/service"},
	{"client", "common/client.json", "/definitions/client"},
};

static bool read_known(struct mkops *m)
{
	for (size_t i = 0; i < KNOWN_SCHEMAS; i++) {
		const struct known_schema *known = &known_schemas[i];
		const char *why = "no memory";
		const struct cJSON *document = load_shared(m, known->file, &why);
		if (!document)
			return mkops_fail(known->file, NULL, "%s", why);
		m->known[i] = mkops_compile(m, known->file, document, known->pointer);
		if (!m->known[i])
			return false;
	}
	return true;
}

/* ---- Arguments ---- */

enum list { FILES, BUILT };

static bool add_file(struct mkops *m, const char *file)
{
	struct str stem = str_of(file);
	if (stem.n <= 5 || strcmp(file + stem.n - 5, ".json") != 0)
		return mkops_fail(file, NULL, "a schema file's name ends in .json");
	stem.n -= 5;
	const char *symbol = envelope_symbol(&m->arena, stem);
	for (size_t i = 0; symbol && i < m->n; i++)
		if (strcmp(m->operations[i].symbol, symbol) == 0)
			return mkops_fail(file, NULL, "%s makes the function op_%s too",
				m->operations[i].file, symbol);
	m->operations[m->n++] = (struct operation){
		.file = file, .stem = stem, .symbol = symbol, .symbol_run = symbol};
	return symbol || mkops_fail(file, NULL, "no memory");
}

static bool add_built(struct mkops *m, const char *stem)
{
	for (size_t i = 0; i < m->n; i++) {
		if (!str_eq(m->operations[i].stem, str_of(stem)))
			continue;
		m->operations[i].built = true;
		return true;
	}
	fprintf(stderr, "mkops: server/%s.c has no schema file schema/%s.json\n", stem, stem);
	return false;
}

static bool read_arguments(struct mkops *m, int argc, char **argv)
{
	enum list list = FILES;
	m->operations = arena_calloc(&m->arena, (size_t)argc, sizeof *m->operations);
	if (!m->operations)
		return mkops_fail("arguments", NULL, "no memory");
	for (int i = 3; i < argc; i++) {
		if (strcmp(argv[i], "--built") == 0)
			list = BUILT;
		else if (strcmp(argv[i], "--version") == 0 && i + 1 < argc)
			m->version = argv[++i];
		else if (strcmp(argv[i], "--covered") == 0 && i + 1 < argc)
			m->covered = argv[++i];
		else if (!(list == BUILT ? add_built(m, argv[i]) : add_file(m, argv[i])))
			return false;
	}
	return m->n > 0 || mkops_fail("arguments", NULL, "no schema files");
}

/* ---- What several files must agree on ---- */

/* Equal but for the names of parameters, so that no request could tell them apart. */
static bool same_pattern(const char *a, const char *b)
{
	struct str left = str_of(a), right = str_of(b), x, y;
	for (bool more = true; more;) {
		more = str_cut(left, '/', &x, &left);
		if (str_cut(right, '/', &y, &right) != more)
			return false;
		bool parameters = str_starts(x, STR("{")) && str_starts(y, STR("{"));
		if (!parameters && !str_eq(x, y))
			return false;
	}
	return true;
}

static bool refuse_clash(const struct operation *a, const struct operation *b)
{
	for (size_t i = 0; i < a->op.n_routes; i++) {
		const struct op_route *x = &a->op.routes[i];
		for (size_t k = 0; k < (a == b ? i : b->op.n_routes); k++) {
			const struct op_route *y = &b->op.routes[k];
			if (x->method == y->method && same_pattern(x->pattern, y->pattern))
				return mkops_fail(a->file, NULL, "%s has the path %s too", b->file,
					y->pattern);
		}
	}
	return true;
}

/* An operation that runs another one's function has the results of that one unless it lists its
 * own. */
static bool follow_run(struct mkops *m, struct operation *operation)
{
	const struct operation *goal = m->operations;
	const struct operation *end = goal + m->n;
	while (goal < end && !str_eq(goal->stem, str_of(operation->runs)))
		goal++;
	if (goal == end || goal->runs)
		return mkops_fail(operation->file, "/runs",
			"must be the file, without .json, of an operation that runs itself");
	if (operation->built)
		return mkops_fail(operation->file, "/runs", "is for operations without a C file");
	operation->built = goal->built;
	operation->symbol_run = goal->symbol;
	if (!operation->op.results) {
		operation->op.results = goal->op.results;
		operation->op.n_results = goal->op.n_results;
	}
	return true;
}

static bool follow_runs(struct mkops *m)
{
	for (size_t i = 0; i < m->n; i++) {
		struct operation *operation = &m->operations[i];
		if (operation->runs && !follow_run(m, operation))
			return false;
		if (!op_is_control(&operation->op) && !results_cover_refusals(operation))
			return false;
	}
	return true;
}

static bool is_listed(const struct cJSON *codes, const char *code)
{
	json_each (item, codes)
		if (json_kind(item) == JSON_STRING && str_eq(json_raw(item), str_of(code)))
			return true;
	return false;
}

/* Marks the results that tests reach: {"POST x/go": ["A000001"]}. What it names beyond the schema
 * files is stale, and tests/run says so. */
static bool mark_covered(struct mkops *m)
{
	static const char *const methods[] = {"GET", "POST", "PUT", "DELETE"};
	const char *why = "no memory";
	const struct cJSON *covered = m->covered ? read_document(m, m->covered, &why) : NULL;
	if (m->covered && !covered)
		return mkops_fail(m->covered, NULL, "%s", why);
	for (size_t i = 0; covered && i < m->n; i++) {
		struct op *op = &m->operations[i].op;
		struct str key = arena_printf(
			&m->arena, "%s %s", methods[op->routes[0].method], op->name);
		struct op_result *own = arena_calloc(&m->arena, op->n_results + 1, sizeof *own);
		if (!key.p || !own)
			return mkops_fail(m->covered, NULL, "no memory");
		for (size_t k = 0; k < op->n_results; k++) {
			own[k] = op->results[k];
			own[k].covered = is_listed(json_get(covered, key.p), own[k].code);
		}
		op->results = own;
	}
	return true;
}

static bool read_all(struct mkops *m)
{
	for (size_t i = 0; i < m->n; i++) {
		if (!envelope_read(m, &m->operations[i]))
			return false;
		for (size_t k = 0; k <= i; k++)
			if (!refuse_clash(&m->operations[i], &m->operations[k]))
				return false;
	}
	return follow_runs(m) && mark_covered(m) && read_known(m) && compile_shared(m);
}

static bool run(struct mkops *m, int argc, char **argv)
{
	if (!read_arguments(m, argc, argv) || !read_all(m))
		return false;
	struct str openapi = openapi_write(m);
	return openapi.p && emit_file(m, argv[2], openapi);
}

int main(int argc, char **argv)
{
	if (argc < 4) {
		fprintf(stderr, "usage: mkops SCHEMA_DIR OUT.c FILE.json... [--built STEM...] "
				"[--version TEXT] [--covered FILE]\n");
		return 2;
	}
	struct mkops m = {.directory = argv[1], .version = "0"};
	arena_init(&m.arena, NULL, 0, CEILING);
	schema_compiler_init(
		&m.compiler, &m.arena, (struct schema_loader){.load = load_shared, .context = &m});
	bool good = run(&m, argc, argv);
	arena_reset(&m.arena);
	return good ? 0 : 1;
}
