/* A schema, a line of three hyphens, a document: compiled, normalised, checked in every mode. */
#include <errno.h>
#include <string.h>

#include "core/schema.h"
#include "fuzz.h"
#include "schema/compile.h"

static void must_be_printable(struct str text)
{
	must(text.p && str_is_utf8(text));
	for (size_t i = 0; i < text.n; i++)
		must((unsigned char)text.p[i] >= 0x20 && text.p[i] != 0x7F);
}

static size_t check(
	struct arena *a, const struct schema *s, const struct cJSON *tree, unsigned flags)
{
	struct schema_report report;
	must(schema_check(a, s, tree, flags, &report));
	must((report.count == 0) == (report.first == NULL));
	size_t listed = 0;
	for (const struct schema_violation *v = report.first; v; v = v->next) {
		listed++;
		must(v->keyword);
		must_be_printable(v->pointer);
		must_be_printable(v->expected);
		must_be_printable(v->came);
		must(flags || !v->strict_only);
	}
	must(listed == (report.count < SCHEMA_REPORT_MAX ? report.count : SCHEMA_REPORT_MAX));
	return report.count;
}

static void check_document(struct arena *a, const struct schema *s, struct str text)
{
	struct json_fault fault;
	for (int form = 0; form < 2; form++) {
		struct cJSON *tree;
		if (json_parse(a, text, &tree, &fault) < 0)
			return;
		for (unsigned flags = 0; flags < 4; flags++)
			must(check(a, s, tree, flags) == check(a, s, tree, flags));
		must(schema_normalise(a, s, tree, form));
		fuzz_write(a, tree);
		for (unsigned flags = 0; flags < 4; flags++)
			check(a, s, tree, flags);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct str text = fuzz_str(data, size), document = STR_NONE, error = STR_NONE;
	const char *line = size ? memmem(data, size, "\n---\n", 5) : NULL;
	if (line) {
		document = (struct str){line + 5, size - (size_t)(line + 5 - text.p)};
		text.n = (size_t)(line - text.p);
	}
	arena_init(&a, NULL, 0, FUZZ_CEILING);
	const struct schema *s = schema_compile_text(&a, text, &error);
	must(s || error.n);
	must(!a.failed);
	if (s)
		check_document(&a, s, document);
	must(!a.failed);
	arena_reset(&a);
	return 0;
}
