/* Changing trees, and running out of memory on the way. */
#define ARENA_CEILING ((size_t)16 << 20)
#include "check_arena.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/json.h"

static struct cJSON *tree_of(const char *text)
{
	struct json_fault fault;
	struct cJSON *tree;
	check(text, json_parse(&a, str_of(text), &tree, &fault) == 0);
	return tree;
}

static void check_tree(const struct cJSON *tree, const char *wanted)
{
	struct buf b = buf_make(&a, SIZE_MAX);
	struct json_writer w = json_writer(&b);
	json_put_tree(&w, tree);
	check_str("tree", buf_str(&b), wanted);
}

static void builds(void **state)
{
	struct cJSON *object = json_new_object(&a);
	(void)state;
	assert_non_null(object);
	assert_true(json_add(&a, object, BYTES("k\0"), json_new_string(&a, BYTES("v\0"))));
	assert_true(json_add(&a, object, STR(""), json_new_string(&a, STR_NONE)));
	assert_true(json_add(&a, object, STR("o"), json_new_object(&a)));
	check_tree(object, "{\"k\\u0000\":\"v\\u0000\",\"\":\"\",\"o\":{}}");
	assert_null(json_find_duplicate(&a, object));
	assert_true(json_add(&a, object, STR("o"), json_new_string(&a, STR("x"))));
	const struct cJSON *twice = json_find_duplicate(&a, object);
	assert_non_null(twice);
	check_str("twice", json_name(twice), "o");
	assert_false(json_add(&a, object, STR("n"), NULL));
}

static void removes(void **state)
{
	static const struct {
		const char *name, *left;
	} rows[] = {
		{"a", "{\"b\":2,\"c\":3}"},
		{"b", "{\"a\":1,\"c\":3}"},
		{"c", "{\"a\":1,\"b\":2}"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cJSON *tree = tree_of("{\"a\":1,\"b\":2,\"c\":3}");
		json_remove(tree, json_get(tree, rows[i].name));
		check_tree(tree, rows[i].left);
		/* the list is still whole at its end */
		assert_true(json_add(&a, tree, STR("z"), json_new_object(&a)));
		assert_int_equal(json_count(tree), 3);
	}
	struct cJSON *tree = tree_of("{\"a\":1}");
	json_remove(tree, json_first(tree));
	check_tree(tree, "{}");
}

static void becomes_others(void **state)
{
	struct cJSON *tree = tree_of(
		"{\"b\":\"true\",\"f\":\"false\",\"n\":\"42\",\"w\":\"  x  y \","
		"\"e\":\"\",\"z\":\"-9007199254740991\"}");
	(void)state;
	json_become_bool(json_get(tree, "b"), true);
	json_become_bool(json_get(tree, "f"), false);
	json_become_int(json_get(tree, "n"), 42);
	json_become_int(json_get(tree, "z"), -JSON_INT_MAX);
	assert_true(json_become_words(&a, json_get(tree, "w")));
	assert_true(json_become_words(&a, json_get(tree, "e")));
	check_tree(tree, "{\"b\":true,\"f\":false,\"n\":42,\"w\":[\"x\",\"y\"],\"e\":[],"
			 "\"z\":-9007199254740991}");
	assert_true(json_true(json_get(tree, "b")));
	assert_int_equal(json_kind(json_get(tree, "w")), JSON_ARRAY);
}

/* Every allocation of a parse fails once: -ENOMEM each time, never a wrong answer. */
static void parse_runs_out(void **state)
{
	static const char text[] =
		"{\"a\":[1,true,null,\"x\\u0000\"],\"b\":{\"c\":\"d\"},\"1\":1,\"2\":2,\"3\":3,"
		"\"4\":4,"
		"\"5\":5,\"6\":6,\"7\":7,\"8\":8,\"9\":9,\"10\":10,\"11\":11,\"12\":12}";
	struct cJSON *tree;
	struct json_fault fault;
	unsigned long n;
	int r;
	(void)state;
	for (n = 1;; n++) {
		arena_reset(&a);
		arena_fail_at(n);
		r = json_parse(&a, STR(text), &tree, &fault);
		if (r == 0)
			break;
		assert_int_equal(r, -ENOMEM);
	}
	arena_fail_at(0);
	assert_true(n > 30);
	check_tree(tree,
		"{\"a\":[1,true,null,\"x\\u0000\"],\"b\":{\"c\":\"d\"},\"1\":1,\"2\":2,"
		"\"3\":3,\"4\":4,\"5\":5,\"6\":6,\"7\":7,\"8\":8,\"9\":9,\"10\":10,\"11\":11,"
		"\"12\":12}");
}

static void refusal_runs_out(void **state)
{
	static const char *const texts[] = {"{\"a\":1,\"a\":2}", "{\"a\\u0000\":1,\"a\\u0000\":2}"};
	struct cJSON *tree;
	struct json_fault fault;
	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		int r = -ENOMEM;
		for (unsigned long n = 1; r == -ENOMEM; n++) {
			arena_reset(&a);
			arena_fail_at(n);
			r = json_parse(&a, str_of(texts[i]), &tree, &fault);
		}
		check(texts[i], r == -EINVAL);
	}
}

/* With many members and with none; as quick to find, and the same tree to everybody else. */
static void indexes(void **state)
{
	struct buf text = buf_make(&a, SIZE_MAX);
	char name[40];
	(void)state;
	static const char *const few[] = {
		"{}", "{\"b\":1}", "{\"b\":1,\"c\":2}", "{\"b\":1,\"c\":2,\"d\":3,\"e\":4}"};
	for (size_t i = 0; i < sizeof few / sizeof few[0]; i++)
		assert_null(json_get(json_copy_indexed(&a, tree_of(few[i])), "a"));
	buf_add(&text, STR("{\"\":-1"));
	for (int i = 0; i < 300; i++) /* names of 1 to 27 bytes */
		buf_addf(&text, ",\"%.*s%d\":%d", i % 25, "the same beginning for all", i, i);
	buf_addf(&text, ",\"inner\":{\"a\":1}}");
	struct str json = buf_str(&text);
	assert_non_null(json.p);
	const struct cJSON *tree = tree_of(arena_copy(&a, json).p);
	const struct cJSON *indexed = json_copy_indexed(&a, tree);
	assert_non_null(indexed);
	assert_int_equal(json_kind(indexed), JSON_OBJECT);
	assert_true(json_equal(tree, indexed));
	for (int i = 0; i < 300; i++) {
		int64_t value;
		snprintf(name, sizeof name, "%.*s%d", i % 25, "the same beginning for all", i);
		check(name, json_int(json_get(indexed, name), &value) && value == i);
	}
	assert_non_null(json_get(indexed, ""));
	assert_null(json_get(indexed, "the same beginning"));
	assert_null(json_get(indexed, "300"));
	assert_non_null(json_get(json_get(indexed, "inner"), "a"));
	/* a copy of it is like any other, and may be changed */
	struct cJSON *copy = json_copy(&a, indexed);
	json_remove(copy, json_get(copy, "inner"));
	assert_null(json_get(copy, "inner"));
	assert_true(json_add(&a, copy, STR("new"), json_new_object(&a)));
	assert_non_null(json_get(copy, "new"));
	tree = tree_of("{\"a\":1}");
	for (unsigned long n = 1; n <= 4; n++) { /* two values, a name, the index */
		arena_fail_at(n);
		assert_null(json_copy_indexed(&a, tree));
	}
}

static void makers_run_out(void **state)
{
	(void)state;
	struct cJSON *words = tree_of("\"x y\"");
	for (unsigned long n = 1; n <= 2; n++) {
		arena_fail_at(n);
		assert_null(json_new_string(&a, STR("x")));
	}
	arena_fail_at(1);
	assert_null(json_new_object(&a));
	struct cJSON *object = json_new_object(&a), *value = json_new_object(&a);
	for (unsigned long n = 1; n <= 2; n++) {
		arena_fail_at(n);
		assert_false(json_add(&a, object, STR("k"), value));
		assert_int_equal(json_count(object), 0);
	}
	arena_fail_at(4);
	assert_false(json_become_words(&a, words));
	arena_fail_at(1);
	assert_null(json_decode(&a, STR("x\xC0\x80")).p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(builds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(removes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(becomes_others, set_up, tear_down),
		cmocka_unit_test_setup_teardown(parse_runs_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refusal_runs_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(indexes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(makers_run_out, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
