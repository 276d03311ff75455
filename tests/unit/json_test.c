#include "check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/json.h"

static struct arena a;
static struct json_fault fault;

static int set_up(void **state)
{
	(void)state;
	arena_init(&a, NULL, 0, (size_t)256 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_reset(&a);
	return 0;
}

static int parse(struct str text, struct cJSON **ret)
{
	fault = (struct json_fault){0};
	return json_parse(&a, text, ret, &fault);
}

static void accepts(void **state)
{
	static const char *const texts[] = {"{}", "[]", "null", "true", "false", "0", "-0",
		"1.5e-3", "1E+2", "\"\"", " \t\r\n{ \"a\" : [ 1 , 2 ] } \n",
		"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u00e4\\u20AC\\uD83D\\uDE00\"",
		"\"\xC3\xA4\xF0\x9F\x98\x80\x7F\"", "{\"\":{\"\":[]}}", "{\"a\":1,\"A\":1}",
		"[{\"a\":1},{\"a\":1}]", "\"\\u0000\"", "\"\\uFFFF\\uFFFE\"",
		"123456789012345678901234567890", "1e400"};
	struct cJSON *tree;
	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		check(texts[i], parse(str_of(texts[i]), &tree) == 0);
}

static const struct {
	struct str text;
	size_t at;
	const char *reason; /* a part of it */
} refusals[] = {
	{BYTES(""), 0, "ends"},
	{BYTES(" "), 1, "ends"},
	{BYTES("{} x"), 3, "follow"},
	{BYTES("{}{}"), 2, "follow"},
	{BYTES("{}\0"), 2, "follow"},
	{BYTES("\xEF\xBB\xBF{}"), 0, "value"}, /* a byte order mark */
	{BYTES("nul"), 0, "value"},
	{BYTES("nulL"), 0, "value"},
	{BYTES("True"), 0, "value"},
	{BYTES("NaN"), 0, "value"},
	{BYTES("-Infinity"), 1, "digit"},
	{BYTES("'a'"), 0, "value"},
	{BYTES("[1,]"), 3, "value"},
	{BYTES("[,1]"), 1, "value"},
	{BYTES("[1 2]"), 3, "comma"},
	{BYTES("[1"), 2, "comma"},
	{BYTES("{\"a\":1,}"), 7, "name"},
	{BYTES("{\"a\" 1}"), 5, "colon"},
	{BYTES("{a:1}"), 1, "name"},
	{BYTES("{1:1}"), 1, "name"},
	{BYTES("{\"a\":}"), 5, "value"},
	{BYTES("{\"a\":1"), 6, "comma"},
	{BYTES("[1]/**/"), 3, "follow"},
	{BYTES("\f1"), 0, "value"},
	{BYTES("\xC2\xA0"
	       "1"),
		0, "value"}, /* a space, but none of JSON's */
	/* numbers */
	{BYTES("01"), 1, "follow"},
	{BYTES("-01"), 2, "follow"},
	{BYTES("+1"), 0, "value"},
	{BYTES(".5"), 0, "value"},
	{BYTES("5."), 2, "digit"},
	{BYTES("5.e1"), 2, "digit"},
	{BYTES("1e"), 2, "digit"},
	{BYTES("1e+"), 3, "digit"},
	{BYTES("-"), 1, "digit"},
	{BYTES("0x10"), 1, "follow"},
	{BYTES("1_000"), 1, "follow"},
	{BYTES("1000000000000000000000000000000000000000000000000000000000000"), 0, "longer"},
	/* strings */
	{BYTES("\""), 1, "inside a string"},
	{BYTES("\"abc"), 4, "inside a string"},
	{BYTES("\"\\"), 1, "inside a string"},
	{BYTES("\"\\\""), 3, "inside a string"},
	{BYTES("\"\\x41\""), 1, "escape"},
	{BYTES("\"\\\0\""), 1, "escape"},
	{BYTES("\"\\'\""), 1, "escape"},
	{BYTES("\"\\u12\""), 1, "hexadecimal"},
	{BYTES("\"\\u12G4\""), 1, "hexadecimal"},
	{BYTES("\"\\u 123\""), 1, "hexadecimal"},
	{BYTES("\"\\U0041\""), 1, "escape"},
	{BYTES("\"a\nb\""), 2, "control"},
	{BYTES("\"a\tb\""), 2, "control"},
	{BYTES("\"a\0b\""), 2, "control"},
	{BYTES("\"\x1F\""), 1, "control"},
	/* surrogates */
	{BYTES("\"\\uD800\""), 1, "high surrogate"},
	{BYTES("\"\\uDBFFx\""), 1, "high surrogate"},
	{BYTES("\"\\uD800\\n\""), 1, "high surrogate"},
	{BYTES("\"\\uD800\\u0041\""), 1, "high surrogate"},
	{BYTES("\"\\uD800\\uD800\""), 1, "high surrogate"},
	{BYTES("\"\\uDC00\""), 1, "low surrogate"},
	{BYTES("\"\\uDE00\\uD83D\""), 1, "low surrogate"},
	{BYTES("\"\xED\xA0\x80\""), 1, "UTF-8"},
	/* bytes */
	{BYTES("\"\xC0\x80\""), 1, "UTF-8"}, /* our own form of U+0000 */
	{BYTES("{\"\xC0\x80\":1}"), 2, "UTF-8"},
	{BYTES("\"\xFF\""), 1, "UTF-8"},
	{BYTES("\"\xE4\""), 1, "UTF-8"},
	{BYTES("\"\xC3\""), 1, "UTF-8"},
	{BYTES("\"\xF4\x90\x80\x80\""), 1, "UTF-8"},
	{BYTES("\x80"), 0, "value"},
	{BYTES("{\0}"), 1, "name"},
};

static void refuses(void **state)
{
	struct cJSON *tree;
	(void)state;
	for (size_t i = 0; i < COUNT(refusals); i++) {
		check(refusals[i].text.p, parse(refusals[i].text, &tree) == -EINVAL);
		check(refusals[i].text.p, strstr(fault.reason, refusals[i].reason));
		check(refusals[i].text.p, fault.at == refusals[i].at);
	}
}

/* Long strings are looked at some bytes at a time. */
static void looks_at_each_byte(void **state)
{
	static const struct {
		char byte;
		const char *reason; /* NULL: none */
	} rows[] = {{'\n', "control"}, {'\0', "control"}, {'\x1F', "control"}, {'\xFF', "UTF-8"},
		{'\\', "escape"}, {' ', NULL}, {'\x7F', NULL}, {'~', NULL}};
	struct cJSON *tree;
	(void)state;
	for (size_t row = 0; row < COUNT(rows); row++)
		for (size_t at = 1; at <= 26; at++) {
			char text[] = "\"abcdefghijklmnopqrstuvwxyz\"";
			text[at] = rows[row].byte;
			if (rows[row].byte == '\\')
				text[at + 1] = 'x'; /* begins no escape, and is not the end */
			int r = parse((struct str){text, sizeof text - 1}, &tree);
			if (!rows[row].reason) {
				assert_int_equal(r, 0);
				assert_int_equal(json_raw(tree).n, 26);
				continue;
			}
			assert_int_equal(r, -EINVAL);
			check(rows[row].reason, at == 26 || strstr(fault.reason, rows[row].reason));
			check(rows[row].reason, at == 26 || fault.at == at);
		}
}

static void refuses_duplicates(void **state)
{
	static const struct {
		struct str text;
		const char *name; /* NULL: no duplicate */
	} rows[] = {
		{BYTES("{\"a\":1,\"a\":1}"), "\"a\""},
		{BYTES("{\"a\":1,\"b\":2,\"\\u0061\":3}"), "\"a\""},
		{BYTES("{\"\":1,\"\":2}"), "\"\""},
		{BYTES("{\"x\":{\"y\":[{\"z\":1,\"z\":null}]}}"), "\"z\""},
		{BYTES("{\"\\u00e4\":1,\"\xC3\xA4\":2}"), "\"\xC3\xA4\""},
		{BYTES("{\"a\\u0000b\":1,\"a\\u0000b\":2}"), "\"a"},
		{BYTES("{\"a\\u0000b\":1,\"a\\u0000c\":2,\"a\":3}"), NULL},
		{BYTES("{\"a\":{\"a\":{\"a\":1}}}"), NULL},
		/* past the few that are compared pair by pair */
		{BYTES("{\"m\":0,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,"
		       "\"j\":1,\"k\":1,\"l\":1,\"a\":1,\"\\u006D\":1}"),
			"\"m\""},
		{BYTES("{\"m\":0,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,"
		       "\"j\":1,\"k\":1,\"l\":1,\"a\":1,\"M\":1}"),
			NULL},
	};
	struct cJSON *tree;
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int r = parse(rows[i].text, &tree);
		check(rows[i].text.p, r == (rows[i].name ? -EINVAL : 0));
		if (r == 0)
			continue;
		check(rows[i].text.p, strstr(fault.reason, "appears twice"));
		check(rows[i].text.p, strstr(fault.reason, rows[i].name));
		check(rows[i].text.p, str_is_utf8(str_of(fault.reason)));
	}
}

static void cuts_long_duplicates(void **state)
{
	struct buf text = buf_make(&a, SIZE_MAX);
	struct cJSON *tree;
	(void)state;
	buf_add(&text, STR("{"));
	for (int k = 0; k < 2; k++) {
		buf_add(&text, k ? STR(",\"") : STR("\""));
		for (int i = 0; i < 1000; i++)
			buf_add(&text, STR("\xE2\x82\xAC"));
		buf_add(&text, STR("\":1"));
	}
	buf_add(&text, STR("}"));
	assert_int_equal(parse(buf_str(&text), &tree), -EINVAL);
	assert_true(strlen(fault.reason) < 200);
	assert_true(str_is_utf8(str_of(fault.reason)));
}

static void restores_zeros(void **state)
{
	struct cJSON *tree;
	(void)state;
	assert_int_equal(parse(STR("{\"a\\u0000\":\"x\\u0000\\\\u0000\\u0000y\"}"), &tree), 0);
	struct cJSON *member = json_first(tree);
	assert_true(str_eq(json_raw(member), BYTES("x\xC0\x80\\u0000\xC0\x80y")));
	assert_true(str_eq(json_text(&a, member), BYTES("x\0\\u0000\0y")));
	assert_true(str_eq(json_decode(&a, json_name(member)), BYTES("a\0")));
	assert_ptr_equal(json_get(tree, "a\xC0\x80"), member);
	assert_null(json_get(tree, "a"));
	assert_true(str_eq(json_encode(&a, BYTES("\0z\0")), BYTES("\xC0\x80z\xC0\x80")));
	assert_true(str_eq(json_decode(&a, json_encode(&a, BYTES("\0z\0"))), BYTES("\0z\0")));
	/* without a zero nothing is copied */
	assert_int_equal(parse(STR("\"plain\""), &tree), 0);
	assert_ptr_equal(json_text(&a, tree).p, json_raw(tree).p);
}

/* n levels of open, a middle, n of close */
static struct str nested(size_t n, const char *open, const char *middle, const char *close)
{
	struct buf b = buf_make(&a, SIZE_MAX);
	for (size_t i = 0; i < n; i++)
		buf_add(&b, str_of(open));
	buf_add(&b, str_of(middle));
	for (size_t i = 0; i < n; i++)
		buf_add(&b, str_of(close));
	return buf_str(&b);
}

static void limits_depth(void **state)
{
	struct cJSON *tree;
	(void)state;
	assert_int_equal(parse(nested(64, "[", "1", "]"), &tree), 0);
	assert_int_equal(parse(nested(65, "[", "1", "]"), &tree), -EINVAL);
	assert_non_null(strstr(fault.reason, "64"));
	assert_int_equal(parse(nested(64, "{\"a\":", "1", "}"), &tree), 0);
	assert_int_equal(parse(nested(65, "{\"a\":", "1", "}"), &tree), -EINVAL);
	assert_int_equal(parse(nested(100000, "[", "", ""), &tree), -EINVAL);
	assert_int_equal(parse(nested(1000000, "{\"\":", "", ""), &tree), -EINVAL);
}

static void limits_values(void **state)
{
	struct buf b = buf_make(&a, SIZE_MAX);
	struct cJSON *tree;
	(void)state;
	buf_add(&b, STR("[0"));
	for (size_t i = 2; i < JSON_VALUES_MAX; i++)
		buf_add(&b, STR(",0"));
	buf_add(&b, STR("]"));
	assert_int_equal(parse(buf_str(&b), &tree), 0); /* the array is a value too */
	assert_int_equal(json_count(tree), JSON_VALUES_MAX - 1);
	b.n--;
	buf_add(&b, STR(",0]"));
	assert_int_equal(parse(buf_str(&b), &tree), -EINVAL);
	assert_non_null(strstr(fault.reason, "131072"));
}

static void is_quick_with_many_members(void **state)
{
	struct buf b = buf_make(&a, SIZE_MAX);
	struct cJSON *tree;
	(void)state;
	buf_add(&b, STR("{"));
	for (int i = 0; i < 100000; i++)
		buf_addf(&b, "%s\"member%d\":%d", i ? "," : "", i * 7919 % 100000, i);
	buf_add(&b, STR("}"));
	int64_t started = clock_monotonic_us();
	assert_int_equal(parse(buf_str(&b), &tree), 0);
	/* pairs would take minutes; the bound allows for sanitizers and valgrind */
	assert_true(clock_monotonic_us() - started < 10 * 1000000);
	assert_int_equal(json_count(tree), 100000);
	b.n--;
	buf_add(&b, STR(",\"member77\":0}"));
	assert_int_equal(parse(buf_str(&b), &tree), -EINVAL);
	assert_non_null(strstr(fault.reason, "member77"));
}

static void reads_integers(void **state)
{
	static const struct {
		const char *text;
		bool whole;
		int64_t value;
	} rows[] = {
		{"0", true, 0},
		{"-0", true, 0},
		{"42", true, 42},
		{"4.2e1", true, 42},
		{"42.0", true, 42},
		{"42.5", false, 0},
		{"-42.5", false, 0},
		{"9007199254740990", true, 9007199254740990},
		{"9007199254740991", true, 9007199254740991},
		{"-9007199254740991", true, -9007199254740991},
		{"9007199254740992", false, 0},
		{"9007199254740993", false, 0},
		{"-9007199254740992", false, 0},
		{"1e300", false, 0},
		{"1e999", false, 0},
		{"-1e999", false, 0},
		{"1e-999", true, 0},
		{"\"42\"", false, 0},
		{"true", false, 0},
		{"null", false, 0},
	};
	struct cJSON *tree;
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t value = 99;
		check(rows[i].text, parse(str_of(rows[i].text), &tree) == 0);
		check(rows[i].text, json_int(tree, &value) == rows[i].whole);
		check(rows[i].text, value == (rows[i].whole ? rows[i].value : 99));
	}
}

static void walks_trees(void **state)
{
	static const enum json_kind kinds[] = {
		JSON_NULL, JSON_BOOL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT};
	struct cJSON *tree;
	size_t i = 0;
	(void)state;
	assert_int_equal(parse(STR("[null,true,false,1.5,\"s\",[],{\"k\":1,\"K\":2}]"), &tree), 0);
	json_each (item, tree)
		assert_int_equal(json_kind(item), kinds[i++]);
	assert_int_equal(i, COUNT(kinds));
	struct cJSON *yes = json_next(json_first(tree));
	assert_true(json_true(yes));
	assert_false(json_true(json_next(yes)));
	assert_true(json_double(json_next(json_next(yes))) > 1.4);
	struct cJSON *object = json_next(json_next(json_next(json_next(json_next(yes)))));
	int64_t n;
	assert_true(json_int(json_get(object, "K"), &n) && n == 2);
	assert_null(json_get(object, "kk"));
	assert_null(json_get(NULL, "k"));
	assert_null(json_first(NULL));
	assert_int_equal(json_count(NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(accepts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(looks_at_each_byte, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_duplicates, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cuts_long_duplicates, set_up, tear_down),
		cmocka_unit_test_setup_teardown(restores_zeros, set_up, tear_down),
		cmocka_unit_test_setup_teardown(limits_depth, set_up, tear_down),
		cmocka_unit_test_setup_teardown(limits_values, set_up, tear_down),
		cmocka_unit_test_setup_teardown(is_quick_with_many_members, set_up, tear_down),
		cmocka_unit_test_setup_teardown(reads_integers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(walks_trees, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
