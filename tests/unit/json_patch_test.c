/* JSON Patch by the examples of RFC 6902 appendix A and beyond them, and indentation. */
#define ARENA_CEILING ((size_t)64 << 20)
#include "check_arena.h"

#include <errno.h>
#include <string.h>

#include "core/json_patch.h"

static struct cJSON *tree_of(const char *text)
{
	struct json_fault fault;
	struct cJSON *tree;
	check(text, json_parse(&a, str_of(text), &tree, &fault) == 0);
	return tree;
}

static struct str text_of(const struct cJSON *tree)
{
	struct buf b = buf_make(&a, SIZE_MAX);
	struct json_writer w = json_writer(&b);
	json_put_tree(&w, tree);
	return buf_str(&b);
}

static void applies(void **state)
{
	static const struct {
		const char *document, *patch, *wanted;
	} rows[] = {
		/* A.1 to A.17 */
		{"{\"foo\":\"bar\"}", "[{\"op\":\"add\",\"path\":\"/baz\",\"value\":\"qux\"}]",
			"{\"foo\":\"bar\",\"baz\":\"qux\"}"},
		{"{\"foo\":[\"bar\",\"baz\"]}",
			"[{\"op\":\"add\",\"path\":\"/foo/1\",\"value\":\"qux\"}]",
			"{\"foo\":[\"bar\",\"qux\",\"baz\"]}"},
		{"{\"baz\":\"qux\",\"foo\":\"bar\"}", "[{\"op\":\"remove\",\"path\":\"/baz\"}]",
			"{\"foo\":\"bar\"}"},
		{"{\"foo\":[\"bar\",\"qux\",\"baz\"]}", "[{\"op\":\"remove\",\"path\":\"/foo/1\"}]",
			"{\"foo\":[\"bar\",\"baz\"]}"},
		{"{\"foo\":\"bar\",\"baz\":\"qux\"}",
			"[{\"op\":\"replace\",\"path\":\"/baz\",\"value\":\"boo\"}]",
			"{\"foo\":\"bar\",\"baz\":\"boo\"}"},
		{"{\"foo\":{\"bar\":\"baz\",\"waldo\":\"fred\"},\"qux\":{\"corge\":\"grault\"}}",
			"[{\"op\":\"move\",\"from\":\"/foo/waldo\",\"path\":\"/qux/thud\"}]",
			"{\"foo\":{\"bar\":\"baz\"},\"qux\":{\"corge\":\"grault\",\"thud\":"
			"\"fred\"}}"},
		{"{\"foo\":[\"all\",\"grass\",\"cows\",\"eat\"]}",
			"[{\"op\":\"move\",\"from\":\"/foo/1\",\"path\":\"/foo/3\"}]",
			"{\"foo\":[\"all\",\"cows\",\"eat\",\"grass\"]}"},
		{"{\"baz\":\"qux\",\"foo\":[\"a\",2,\"c\"]}",
			"[{\"op\":\"test\",\"path\":\"/baz\",\"value\":\"qux\"},"
			"{\"op\":\"test\",\"path\":\"/foo/1\",\"value\":2}]",
			"{\"baz\":\"qux\",\"foo\":[\"a\",2,\"c\"]}"},
		{"{\"foo\":\"bar\"}",
			"[{\"op\":\"add\",\"path\":\"/child\",\"value\":{\"grandchild\":{}}}]",
			"{\"foo\":\"bar\",\"child\":{\"grandchild\":{}}}"},
		{"{\"foo\":\"bar\"}",
			"[{\"op\":\"add\",\"path\":\"/baz\",\"value\":\"qux\",\"xyz\":123}]",
			"{\"foo\":\"bar\",\"baz\":\"qux\"}"},
		{"{\"/\":9,\"~1\":10}", "[{\"op\":\"test\",\"path\":\"/~01\",\"value\":10}]",
			"{\"/\":9,\"~1\":10}"},
		{"{\"foo\":[\"bar\"]}",
			"[{\"op\":\"add\",\"path\":\"/foo/-\",\"value\":[\"abc\",\"def\"]}]",
			"{\"foo\":[\"bar\",[\"abc\",\"def\"]]}"},
		/* the whole document, null, copies, names with U+0000 */
		{"{\"a\":1}", "[{\"op\":\"replace\",\"path\":\"\",\"value\":{\"b\":null}}]",
			"{\"b\":null}"},
		{"{\"a\":[1]}",
			"[{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/b\"},"
			"{\"op\":\"add\",\"path\":\"/b/0\",\"value\":0}]",
			"{\"a\":[1],\"b\":[0,1]}"},
		{"{\"a\":[1,2]}", "[{\"op\":\"replace\",\"path\":\"/a/1\",\"value\":3}]",
			"{\"a\":[1,3]}"},
		{"{\"a\":{\"b\":1}}", "[{\"op\":\"move\",\"from\":\"/a/b\",\"path\":\"/a\"}]",
			"{\"a\":1}"},
		{"{\"a\":1}", "[{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/a\"}]", "{\"a\":1}"},
		{"{\"a\":1}", "[{\"op\":\"add\",\"path\":\"/\\u0000/\",\"value\":2}]", NULL},
		{"{\"a\":1}", "[{\"op\":\"add\",\"path\":\"/\\u0000\",\"value\":2}]",
			"{\"a\":1,\"\\u0000\":2}"},
		{"{\"a\":1,\"b\":{\"c\":[1],\"d\":2}}",
			"[{\"op\":\"test\",\"path\":\"/b\",\"value\":{\"d\":2,\"c\":[1]}}]",
			"{\"a\":1,\"b\":{\"c\":[1],\"d\":2}}"},
		{"{}", "[]", "{}"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cJSON *document = tree_of(rows[i].document);
		const char *why = "";
		int r = json_patch(&a, &document, tree_of(rows[i].patch), &why);
		check(rows[i].patch, r == (rows[i].wanted ? 0 : -EINVAL));
		if (rows[i].wanted)
			check_str(rows[i].patch, text_of(document), rows[i].wanted);
		arena_reset(&a);
	}
}

static void refuses(void **state)
{
	static const struct {
		const char *patch, *says;
	} rows[] = {
		{"{}", "no array"},
		{"[1]", "operation 1: it is no object"},
		{"[{\"op\":\"Add\",\"path\":\"\",\"value\":1}]", "operation 1: its \"op\""},
		{"[{\"path\":\"\",\"value\":1}]", "its \"op\""},
		{"[{\"op\":\"add\",\"value\":1}]", "no \"path\""},
		{"[{\"op\":\"add\",\"path\":1,\"value\":1}]", "no \"path\""},
		{"[{\"op\":\"add\",\"path\":\"/a\"}]", "no \"value\""},
		{"[{\"op\":\"copy\",\"path\":\"/a\"}]", "no \"from\""},
		{"[{\"op\":\"add\",\"path\":\"a\",\"value\":1}]", "slash"},
		{"[{\"op\":\"add\",\"path\":\"/~2\",\"value\":1}]", "~"},
		{"[{\"op\":\"add\",\"path\":\"/~\",\"value\":1}]", "~"},
		{"[{\"op\":\"add\",\"path\":\"/no/b\",\"value\":1}]", "what is not there"},
		{"[{\"op\":\"add\",\"path\":\"/s/b\",\"value\":1}]", "neither object nor array"},
		{"[{\"op\":\"add\",\"path\":\"/l/3\",\"value\":1}]", "behind the end"},
		{"[{\"op\":\"add\",\"path\":\"/l/01\",\"value\":1}]", "no index"},
		{"[{\"op\":\"add\",\"path\":\"/l/-1\",\"value\":1}]", "no index"},
		{"[{\"op\":\"remove\",\"path\":\"/l/-\"}]", "nothing at that place"},
		{"[{\"op\":\"remove\",\"path\":\"\"}]", "cannot be removed"},
		{"[{\"op\":\"remove\",\"path\":\"/no\"}]", "nothing at that place"},
		{"[{\"op\":\"replace\",\"path\":\"/no\",\"value\":1}]", "nothing at that place"},
		{"[{\"op\":\"move\",\"from\":\"/o\",\"path\":\"/o/p\"}]", "into itself"},
		{"[{\"op\":\"move\",\"from\":\"\",\"path\":\"/o\"}]", "into itself"},
		{"[{\"op\":\"test\",\"path\":\"/s\",\"value\":\"other\"}]", "another"},
		{"[{\"op\":\"test\",\"path\":\"/s\",\"value\":\"t\"},"
		 "{\"op\":\"test\",\"path\":\"/s\",\"value\":1}]",
			"operation 2"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cJSON *document = tree_of("{\"s\":\"t\",\"l\":[1,2],\"o\":{}}");
		const char *why = "";
		int r = json_patch(&a, &document, tree_of(rows[i].patch), &why);
		check(rows[i].patch, r == -EINVAL);
		check(rows[i].patch, strstr(why, rows[i].says) != NULL);
		arena_reset(&a);
	}
}

/* A copy of the whole in itself doubles it. */
static void growth_has_an_end(void **state)
{
	static const char *const steps[] = {"{\"op\":\"copy\",\"from\":\"\",\"path\":\"/a\"}",
		"{\"op\":\"copy\",\"from\":\"\",\"path\":\"/a/-\"}"};
	(void)state;
	for (size_t kind = 0; kind < COUNT(steps); kind++) {
		struct buf patch = buf_make(&a, SIZE_MAX);
		const char *why = "";
		buf_add_char(&patch, '[');
		for (int i = 0; i < 100; i++)
			buf_addf(&patch, "%s%s", i ? "," : "", steps[kind]);
		buf_add_char(&patch, ']');
		buf_add_char(&patch, '\0');
		struct cJSON *document = tree_of("{\"a\":[1,2,3]}");
		assert_int_equal(json_patch(&a, &document, tree_of(patch.p), &why), -EINVAL);
		assert_non_null(strstr(why, "too large"));
		arena_reset(&a);
	}
}

static void indents(void **state)
{
	static const struct {
		const char *compact, *wanted;
	} rows[] = {
		{"{}", "{}"},
		{"[]", "[]"},
		{"1", "1"},
		{"\"a:{[,\\\"\\\\\"", "\"a:{[,\\\"\\\\\""},
		{"{\"a\":{},\"b\":[1,[],\"x,y\"]}",
			"{\n  \"a\": {},\n  \"b\": [\n    1,\n    [],\n    \"x,y\"\n  ]\n}"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf out = buf_make(&a, SIZE_MAX);
		json_pretty(&out, str_of(rows[i].compact));
		check_str(rows[i].compact, buf_str(&out), rows[i].wanted);
	}
}

static void memory_runs_out(void **state)
{
	static const char patch[] = "[{\"op\":\"add\",\"path\":\"/b~0\",\"value\":{\"c\":[1]}},"
				    "{\"op\":\"copy\",\"from\":\"/b~0\",\"path\":\"/d\"},"
				    "{\"op\":\"add\",\"path\":\"/d/c/0\",\"value\":2},"
				    "{\"op\":\"test\",\"path\":\"/d\",\"value\":1}]";
	int r = -ENOMEM;
	(void)state;
	for (unsigned long n = 1; r == -ENOMEM; n++) {
		struct cJSON *document = tree_of("{\"a\":1}"), *operations = tree_of(patch);
		const char *why = "";
		arena_fail_at(n);
		r = json_patch(&a, &document, operations, &why);
		arena_fail_at(0);
		assert_true(r == -ENOMEM || r == -EINVAL);
		arena_reset(&a);
		assert_true(n < 100);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(applies, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(growth_has_an_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(indents, set_up, tear_down),
		cmocka_unit_test_setup_teardown(memory_runs_out, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
