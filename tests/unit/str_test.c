#include "check.h"

#include <string.h>

static void compares(void **state)
{
	(void)state;
	assert_true(str_eq(STR_NONE, STR("")));
	assert_true(str_eq(str_of(NULL), STR_NONE));
	assert_true(str_eq(BYTES("a\0b"), BYTES("a\0b")));
	assert_false(str_eq(BYTES("a\0b"), BYTES("a\0c")));
	assert_false(str_eq(STR("a"), STR("ab")));

	assert_true(str_eq_nocase(STR("Bearer"), STR("bEARER")));
	assert_false(str_eq_nocase(STR("Bearer"), STR("Bearer ")));
	/* letters only: these differ by the same bit as a letter's two cases */
	assert_false(str_eq_nocase(STR("@["), STR("`{")));
	assert_false(str_eq_nocase(STR("\xC3\x84"), STR("\xC3\xA4")));

	assert_true(str_starts(STR("abc"), STR("ab")));
	assert_true(str_starts(STR("abc"), STR_NONE));
	assert_false(str_starts(STR("a"), STR("ab")));

	assert_true(str_cmp(STR("a"), STR("b")) < 0);
	assert_true(str_cmp(STR("b"), STR("ab")) > 0);
	assert_true(str_cmp(STR("a"), STR("ab")) < 0);
	assert_true(str_cmp(STR("ab"), STR("a")) > 0);
	assert_int_equal(str_cmp(STR("ab"), STR("ab")), 0);
	assert_int_equal(str_cmp(STR_NONE, STR_NONE), 0);
	assert_true(str_cmp(STR("\x7F"), STR("\x80")) < 0);
}

static void compares_secrets(void **state)
{
	(void)state;
	assert_true(str_eq_secret(STR("s3cret"), STR("s3cret")));
	assert_true(str_eq_secret(STR_NONE, STR("")));
	assert_false(str_eq_secret(STR("s3cret"), STR("s3creT")));
	assert_false(str_eq_secret(STR("S3cret"), STR("s3cret")));
	assert_false(str_eq_secret(STR("s3cret"), STR("s3cre")));
	/* differences must not cancel out */
	assert_false(str_eq_secret(STR("ab"), STR("ba")));
	assert_false(str_eq_secret(STR("aa"), STR("bb")));
}

static void cuts_and_trims(void **state)
{
	struct str head, tail;
	(void)state;
	assert_true(str_cut(STR("a=b=c"), '=', &head, &tail));
	check_str("head", head, "a");
	check_str("tail", tail, "b=c");
	assert_true(str_cut(STR("="), '=', &head, &tail));
	assert_int_equal(head.n, 0);
	assert_int_equal(tail.n, 0);
	assert_false(str_cut(STR("abc"), '=', &head, &tail));
	check_str("whole", head, "abc");
	assert_null(tail.p);
	assert_false(str_cut(STR_NONE, '=', &head, &tail));
	/* the outputs may be the input */
	head = STR("x/y");
	assert_true(str_cut(head, '/', &tail, &head));
	check_str("rest", head, "y");

	check_str("both ends", str_trim(STR(" \t a b\t ")), "a b");
	check_str("only blanks", str_trim(STR(" \t ")), "");
	check_str("a newline stays", str_trim(STR("\na\n")), "\na\n");
	assert_int_equal(str_trim(STR_NONE).n, 0);
}

static void reads_numbers(void **state)
{
	static const struct {
		const char *text;
		bool u64, i64;
		uint64_t value;
		int64_t signed_value;
	} rows[] = {
		{"0", true, true, 0, 0}, {"7", true, true, 7, 7},
		{"00000000000000000000000012", true, true, 12, 12},
		{"9223372036854775807", true, true, INT64_MAX, INT64_MAX},
		{"9223372036854775808", true, false, (uint64_t)INT64_MAX + 1, 0},
		{"18446744073709551615", true, false, UINT64_MAX, 0},
		{"18446744073709551616", false, false, 0, 0},
		{"99999999999999999999", false, false, 0, 0}, {"-0", false, true, 0, 0},
		{"-1", false, true, 0, -1}, {"-9223372036854775808", false, true, 0, INT64_MIN},
		{"-9223372036854775809", false, false, 0, 0}, {"", false, false, 0, 0},
		{"-", false, false, 0, 0}, {"--1", false, false, 0, 0}, {"+1", false, false, 0, 0},
		{" 1", false, false, 0, 0}, {"1 ", false, false, 0, 0},
		{"0x10", false, false, 0, 0}, {"1.0", false, false, 0, 0},
		{"\xD9\xA1", false, false, 0, 0}, /* an Arabic digit */
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t u = 99;
		int64_t n = 99;
		struct str text = str_of(rows[i].text);
		check(rows[i].text, str_to_u64(text, &u) == rows[i].u64);
		check(rows[i].text, u == (rows[i].u64 ? rows[i].value : 99));
		check(rows[i].text, str_to_i64(text, &n) == rows[i].i64);
		check(rows[i].text, n == (rows[i].i64 ? rows[i].signed_value : 99));
	}
	assert_false(str_is_digits(STR_NONE));
	assert_true(str_is_digits(STR("0123456789")));
	assert_false(str_is_digits(STR("12a")));
	assert_false(str_is_digits(BYTES("1\0")));
}

static void judges_utf8(void **state)
{
	static const struct {
		const char *name;
		struct str text;
		bool good;
		size_t points;
	} rows[] = {
		{"empty", BYTES(""), true, 0},
		{"ASCII", BYTES("a\0~\x7F"), true, 4},
		{"two bytes, first", BYTES("\xC2\x80"), true, 1},
		{"two bytes, last", BYTES("\xDF\xBF"), true, 1},
		{"three bytes, first", BYTES("\xE0\xA0\x80"), true, 1},
		{"below the surrogates", BYTES("\xED\x9F\xBF"), true, 1},
		{"above the surrogates", BYTES("\xEE\x80\x80"), true, 1},
		{"three bytes, last", BYTES("\xEF\xBF\xBF"), true, 1},
		{"four bytes, first", BYTES("\xF0\x90\x80\x80"), true, 1},
		{"four bytes, last", BYTES("\xF4\x8F\xBF\xBF"), true, 1},
		{"mixed", BYTES("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80z"), true, 5},
		{"U+0000 overlong", BYTES("\xC0\x80"), false, 0},
		{"slash overlong in two", BYTES("\xC0\xAF"), false, 0},
		{"U+007F overlong", BYTES("\xC1\xBF"), false, 0},
		{"three overlong", BYTES("\xE0\x9F\xBF"), false, 0},
		{"four overlong", BYTES("\xF0\x8F\xBF\xBF"), false, 0},
		{"high surrogate", BYTES("\xED\xA0\x80"), false, 0},
		{"low surrogate", BYTES("\xED\xBF\xBF"), false, 0},
		{"past the end", BYTES("\xF4\x90\x80\x80"), false, 0},
		{"F5", BYTES("\xF5\x80\x80\x80"), false, 0},
		{"FF", BYTES("\xFF"), false, 0},
		{"continuation alone", BYTES("\x80"), false, 0},
		{"cut after one of two", BYTES("\xC3"), false, 0},
		{"cut after two of three", BYTES("\xE2\x82"), false, 0},
		{"cut after three of four", BYTES("\xF0\x9F\x98"), false, 0},
		{"second byte is ASCII",
			BYTES("\xC3("
			      "a"),
			false, 0},
		{"third byte is ASCII", BYTES("\xE2\x82("), false, 0},
		{"fourth byte is ASCII", BYTES("\xF0\x9F\x98("), false, 0},
		{"bad after good", BYTES("abc\xFE"), false, 0},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		check(rows[i].name, str_is_utf8(rows[i].text) == rows[i].good);
		if (rows[i].good)
			check(rows[i].name, str_code_points(rows[i].text) == rows[i].points);
	}
	assert_int_equal(utf8_length("", 0), 0);
	assert_int_equal(utf8_length("\xE2\x82\xAC", 3), 3);
	assert_int_equal(utf8_length("\xE2\x82\xAC", 2), 0);
}

static void cuts_prefixes(void **state)
{
	static const struct {
		const char *text;
		size_t max;
		const char *wanted;
	} rows[] = {
		{"abc", 5, "abc"},
		{"abc", 3, "abc"},
		{"abc", 2, "ab"},
		{"abc", 0, ""},
		{"a\xC3\xA4z", 2, "a"},
		{"a\xC3\xA4z", 3, "a\xC3\xA4"},
		{"\xF0\x9F\x98\x80z", 3, ""},
		{"\xF0\x9F\x98\x80z", 4, "\xF0\x9F\x98\x80"},
		{"\xE2\x82\xAC\xE2\x82\xAC", 5, "\xE2\x82\xAC"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_str(rows[i].text, str_prefix(str_of(rows[i].text), rows[i].max),
			rows[i].wanted);
}

static void decodes_percents(void **state)
{
	static const struct {
		const char *text;
		bool plus;
		ptrdiff_t n;
		const char *wanted;
	} rows[] = {
		{"", false, 0, ""},
		{"abc", false, 3, "abc"},
		{"a+b", false, 3, "a+b"},
		{"a+b", true, 3, "a b"},
		{"%2B+", true, 2, "+ "},
		{"%41%6a%6A", false, 3, "Ajj"},
		{"%00", false, 1, "\0"},
		{"%25%32%35", false, 3, "%25"},
		{"%fF", false, 1, "\xFF"},
		{"%", false, -1, NULL},
		{"%4", false, -1, NULL},
		{"ab%", false, -1, NULL},
		{"%g0", false, -1, NULL},
		{"%0g", false, -1, NULL},
		{"%%41", false, -1, NULL},
		{"% 1", true, -1, NULL},
		{"%+1", true, -1, NULL},
		{"%2%41", false, -1, NULL},
	};
	char out[32];
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		ptrdiff_t n = percent_decode(str_of(rows[i].text), rows[i].plus, out);
		check(rows[i].text, n == rows[i].n);
		if (n >= 0)
			check(rows[i].text, memcmp(out, rows[i].wanted, (size_t)n) == 0);
	}
	/* the bytes after the string are not looked at */
	assert_int_equal(percent_decode((struct str){"%41", 2}, false, out), -1);
}

static void measures_distance(void **state)
{
	char longer[90] = {0};
	(void)state;
	memset(longer, 'a', sizeof longer - 1);
	assert_int_equal(str_distance(STR("port"), STR("port")), 0);
	assert_int_equal(str_distance(STR("prot"), STR("port")), 2);
	assert_int_equal(str_distance(STR("por"), STR("port")), 1);
	assert_int_equal(str_distance(STR("sport"), STR("port")), 1);
	assert_int_equal(str_distance(STR("port"), STR("pork")), 1);
	assert_int_equal(str_distance(STR_NONE, STR("abc")), 3);
	assert_int_equal(str_distance(STR("a"), str_of(longer)), 80);
}

static void writes_numbers(void **state)
{
	static const struct {
		int64_t value;
		const char *text;
	} rows[] = {
		{0, "0"},
		{-1, "-1"},
		{1234567890123, "1234567890123"},
		{INT64_MAX, "9223372036854775807"},
		{INT64_MIN, "-9223372036854775808"},
	};
	char room[STR_I64_SIZE];
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		check_str(rows[i].text, str_from_i64(rows[i].value, room), rows[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compares),
		cmocka_unit_test(compares_secrets),
		cmocka_unit_test(cuts_and_trims),
		cmocka_unit_test(reads_numbers),
		cmocka_unit_test(writes_numbers),
		cmocka_unit_test(judges_utf8),
		cmocka_unit_test(cuts_prefixes),
		cmocka_unit_test(decodes_percents),
		cmocka_unit_test(measures_distance),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
