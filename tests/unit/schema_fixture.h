/* Schemas and documents from texts, for the tests of the checker. */
#ifndef SCHEMA_FIXTURE_H
#define SCHEMA_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/json.h"
#include "core/schema.h"
#include "schema/compile.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define CEILING ((size_t)1 << 30)

struct fixture {
	struct arena arena;
	const struct schema *schema;
};

/* With single quotes for double ones, so that tests can be read. */
static inline struct str fixture_text(struct arena *a, const char *text)
{
	struct str copy = arena_copy(a, str_of(text));
	char *p = arena_alloc(a, copy.n + 1);
	for (size_t i = 0; i <= copy.n; i++)
		p[i] = copy.p[i] == '\'' ? '"' : copy.p[i];
	return (struct str){p, copy.n};
}

static inline void fixture_open(struct fixture *f, const char *schema)
{
	struct str error;
	arena_init(&f->arena, NULL, 0, CEILING);
	f->schema = schema_compile_text(&f->arena, fixture_text(&f->arena, schema), &error);
	if (!f->schema)
		fail_msg("%s is refused: %.*s", schema, STR_ARGS(error));
}

static inline void fixture_close(struct fixture *f)
{
	arena_reset(&f->arena);
}

static inline struct cJSON *fixture_tree(struct fixture *f, const char *text)
{
	struct json_fault fault;
	struct cJSON *tree = NULL;
	if (json_parse(&f->arena, fixture_text(&f->arena, text), &tree, &fault) < 0)
		fail_msg("%s: %s", text, fault.reason);
	return tree;
}

static inline struct schema_report fixture_check(
	struct fixture *f, const char *text, unsigned flags)
{
	struct schema_report report;
	assert_true(schema_check(&f->arena, f->schema, fixture_tree(f, text), flags, &report));
	return report;
}

/* The normalised document as text, with single quotes. */
static inline const char *fixture_normal(struct fixture *f, const char *text, bool form)
{
	struct cJSON *tree = fixture_tree(f, text);
	struct buf out = buf_make(&f->arena, CEILING);
	struct json_writer w = json_writer(&out);
	assert_true(schema_normalise(&f->arena, f->schema, tree, form));
	json_put_tree(&w, tree);
	buf_add_char(&out, '\0');
	for (size_t i = 0; i < out.n; i++)
		out.p[i] = out.p[i] == '"' ? '\'' : out.p[i];
	return out.p;
}

#define assert_str(s, text)                                                                        \
	do {                                                                                       \
		struct str str_ = (s);                                                             \
		assert_int_equal(str_.n, strlen(text));                                            \
		assert_memory_equal(str_.p, text, str_.n);                                         \
	} while (0)

#endif
