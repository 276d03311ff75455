#define ARENA_CEILING ((size_t)16 << 20)
#include "check_arena.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"

static void escapes(void **state)
{
	static const struct {
		struct str bytes;
		const char *wanted;
	} rows[] = {
		{BYTES(""), "\"\""},
		{BYTES("plain"), "\"plain\""},
		{BYTES("\"\\/"), "\"\\\"\\\\/\""},
		{BYTES("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\""},
		{BYTES("\0\x01\x1F\x7F"), "\"\\u0000\\u0001\\u001f\x7F\""},
		{BYTES("a\0b\0"), "\"a\\u0000b\\u0000\""},
		{BYTES("\xC3\xA4\xF0\x9F\x98\x80"), "\"\xC3\xA4\xF0\x9F\x98\x80\""},
		{BYTES("</script>"), "\"</script>\""},
		{BYTES("\n"), "\"\\n\""},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b = buf_make(&a, SIZE_MAX);
		struct json_writer w = json_writer(&b);
		json_put_str(&w, rows[i].bytes);
		check_str(rows[i].wanted, buf_str(&b), rows[i].wanted);
	}
}

/* Every byte below 0x80 survives the way out and in. */
static void keeps_every_byte(void **state)
{
	char bytes[128];
	struct buf b = buf_make(&a, SIZE_MAX);
	struct json_writer w = json_writer(&b);
	struct cJSON *tree;
	struct json_fault fault;
	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)i;
	struct str all = {bytes, sizeof bytes};
	json_put_str(&w, all);
	assert_int_equal(json_parse(&a, buf_str(&b), &tree, &fault), 0);
	assert_true(str_eq(json_text(&a, tree), all));
}

static void places_commas(void **state)
{
	struct buf b = buf_make(&a, SIZE_MAX);
	struct json_writer w = json_writer(&b);
	(void)state;
	json_open(&w, '{');
	json_member_str(&w, "s", STR("x"));
	json_member_int(&w, "i", INT64_MIN);
	json_member_bool(&w, "t", true);
	json_member_bool(&w, "f", false);
	json_put_name(&w, "a");
	json_open(&w, '[');
	json_open(&w, '[');
	json_close(&w, ']');
	json_open(&w, '{');
	json_close(&w, '}');
	json_put_int(&w, 0);
	json_put_raw(&w, STR("null"));
	json_put_bool(&w, true);
	json_close(&w, ']');
	json_put_name(&w, "e");
	json_put_str(&w, STR_NONE);
	json_close(&w, '}');
	check_str("document", buf_str(&b),
		"{\"s\":\"x\",\"i\":-9223372036854775808,\"t\":true,\"f\":false,"
		"\"a\":[[],{},0,null,true],\"e\":\"\"}");
}

static struct str rewritten(struct str text)
{
	struct cJSON *tree;
	struct json_fault fault;
	check(text.p, json_parse(&a, text, &tree, &fault) == 0);
	struct buf b = buf_make(&a, SIZE_MAX);
	struct json_writer w = json_writer(&b);
	json_put_tree(&w, tree);
	return buf_str(&b);
}

static void writes_trees(void **state)
{
	static const struct {
		const char *text, *wanted; /* NULL: the same */
	} rows[] = {
		{"{}", NULL},
		{"[]", NULL},
		{"null", NULL},
		{"[true,false,null,0,-1,\"x\"]", NULL},
		{"{\"a\":{\"b\":[{\"c\":\"\"}]},\"d\":1}", NULL},
		{" { \"a\" : 1 } ", "{\"a\":1}"},
		{"\"\\u00e4\\uD83D\\uDE00\\u0000\\/\"", "\"\xC3\xA4\xF0\x9F\x98\x80\\u0000/\""},
		{"{\"\\u0000\":\"\\u0000\"}", NULL},
		{"{\"a\\nb\":1}", NULL},
		/* numbers */
		{"[-0,1.0,1e2,9007199254740991,-9007199254740991]",
			"[0,1,100,9007199254740991,-9007199254740991]"},
		{"[0.5,-2.25]", NULL},
		{"0.1", "0.10000000000000001"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_str(rows[i].text, rewritten(str_of(rows[i].text)),
			rows[i].wanted ? rows[i].wanted : rows[i].text);
}

/* Whatever a number was, its text is a number again, and the same one. */
static void keeps_numbers(void **state)
{
	static const char *const numbers[] = {"0.1", "1e21", "9007199254740993",
		"-1.7976931348623157e308", "5e-324", "1e400", "-1e400", "3.141592653589793",
		"123456789012345678901234567890"};
	(void)state;
	for (size_t i = 0; i < COUNT(numbers); i++) {
		struct str once = rewritten(str_of(numbers[i]));
		struct str copy = arena_copy(&a, once), again = rewritten(once);
		check(numbers[i], str_eq(once, again));
		check(numbers[i], !(strtod(copy.p, NULL) < strtod(numbers[i], NULL)));
		check(numbers[i], !(strtod(copy.p, NULL) > strtod(numbers[i], NULL)));
	}
}

static void is_sticky(void **state)
{
	struct cJSON *tree;
	struct json_fault fault;
	(void)state;
	struct buf b = buf_make(&a, 10);
	struct json_writer w = json_writer(&b);
	json_open(&w, '{');
	json_member_str(&w, "name", STR("far too long"));
	json_close(&w, '}');
	assert_true(b.failed);
	assert_null(buf_str(&b).p);

	/* a string that cannot be decoded must not come out cut */
	assert_int_equal(json_parse(&a, STR("[\"a\\u0000\"]"), &tree, &fault), 0);
	b = buf_make(&a, SIZE_MAX);
	buf_reserve(&b, 100);
	w = json_writer(&b);
	arena_fail_at(1);
	json_put_tree(&w, tree);
	assert_true(b.failed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(escapes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(keeps_every_byte, set_up, tear_down),
		cmocka_unit_test_setup_teardown(places_commas, set_up, tear_down),
		cmocka_unit_test_setup_teardown(writes_trees, set_up, tear_down),
		cmocka_unit_test_setup_teardown(keeps_numbers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(is_sticky, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
