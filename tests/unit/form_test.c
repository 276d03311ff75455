#include "check_arena.h"

#include <errno.h>
#include <string.h>

#include "core/clock.h"
#include "http/body.h"

static void reads_pairs(void **state)
{
	static const struct {
		struct str text;
		const char *wanted;
	} rows[] = {
		{BYTES(""), "{}"},
		{BYTES("&"), "{}"},
		{BYTES("&&&"), "{}"},
		{BYTES("a=1"), "{\"a\":\"1\"}"},
		{BYTES("a=1&b=2"), "{\"a\":\"1\",\"b\":\"2\"}"},
		{BYTES("&a=1&&b=2&"), "{\"a\":\"1\",\"b\":\"2\"}"},
		{BYTES("a"), "{\"a\":\"\"}"},
		{BYTES("a="), "{\"a\":\"\"}"},
		{BYTES("=1"), "{\"\":\"1\"}"},
		{BYTES("="), "{\"\":\"\"}"},
		{BYTES("a==b="), "{\"a\":\"=b=\"}"},
		{BYTES("a=1;b=2"), "{\"a\":\"1;b=2\"}"},
		{BYTES("a+b=c+d"), "{\"a b\":\"c d\"}"},
		{BYTES("%61%3D=%26%2B%25"), "{\"a=\":\"&+%\"}"},
		{BYTES("a=%C3%A4%f0%9f%98%80"), "{\"a\":\"\xC3\xA4\xF0\x9F\x98\x80\"}"},
		{BYTES("a=\xC3\xA4"), "{\"a\":\"\xC3\xA4\"}"},
		{BYTES("a%00b=%00"), "{\"a\\u0000b\":\"\\u0000\"}"},
		{BYTES("a\0b=\0"), "{\"a\\u0000b\":\"\\u0000\"}"},
		{BYTES("a=%0D%0A"), "{\"a\":\"\\r\\n\"}"},
		{BYTES("a=1&A=2"), "{\"a\":\"1\",\"A\":\"2\"}"},
		{BYTES("a[]=1"), "{\"a[]\":\"1\"}"},
		{BYTES("{\"a\":1}"), "{\"{\\\"a\\\":1}\":\"\"}"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cJSON *tree;
		struct json_fault fault;
		check(rows[i].text.p, form_parse(&a, rows[i].text, &tree, &fault) == 0);
		struct buf b = buf_make(&a, SIZE_MAX);
		struct json_writer w = json_writer(&b);
		json_put_tree(&w, tree);
		check_str(rows[i].text.p, buf_str(&b), rows[i].wanted);
	}
}

static void refuses(void **state)
{
	static const struct {
		struct str text;
		size_t at;
		const char *reason;
	} rows[] = {
		{BYTES("a=%"), 0, "percent"},
		{BYTES("a=%4"), 0, "percent"},
		{BYTES("ok=1&a=%GG"), 5, "percent"},
		{BYTES("ok=1&%=x"), 5, "percent"},
		{BYTES("a=%4&b=1"), 0, "percent"}, /* the digits are not taken from the next pair */
		{BYTES("a=%FF"), 0, "UTF-8"},
		{BYTES("%FF=a"), 0, "UTF-8"},
		{BYTES("a=\xFF"), 0, "UTF-8"},
		{BYTES("a=%C0%80"), 0, "UTF-8"},
		{BYTES("a=%ED%A0%80"), 0, "UTF-8"},
		{BYTES("ok&ok2&a=%C3"), 7, "UTF-8"},
		{BYTES("a=1&a=1"), 0, "\"a\" appears twice"},
		{BYTES("a=1&%61=2"), 0, "\"a\" appears twice"},
		{BYTES("a+b=1&a%20b"), 0, "\"a b\" appears twice"},
		{BYTES("=&="), 0, "\"\" appears twice"},
		{BYTES("a%00=1&a%00=2"), 0, "appears twice"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cJSON *tree;
		struct json_fault fault = {0};
		const char *row = rows[i].text.p;
		if (form_parse(&a, rows[i].text, &tree, &fault) != -EINVAL)
			fail_msg("%s: accepted", row);
		check(row, fault.at == rows[i].at);
		/* a name may hold U+0000, at which the text of the reason ends */
		check(row, strstr(fault.reason, rows[i].reason) || strstr(row, "%00"));
	}
}

static void limits_pairs(void **state)
{
	struct cJSON *tree;
	struct json_fault fault;
	(void)state;
	struct buf b = buf_make(&a, SIZE_MAX);
	for (int i = 0; i < JSON_VALUES_MAX; i++)
		buf_addf(&b, "&p%d=", i);
	int64_t started = clock_monotonic_us();
	assert_int_equal(form_parse(&a, buf_str(&b), &tree, &fault), 0);
	assert_true(clock_monotonic_us() - started < 10 * 1000000);
	assert_int_equal(json_count(tree), JSON_VALUES_MAX);
	buf_add(&b, STR("&last"));
	assert_int_equal(form_parse(&a, buf_str(&b), &tree, &fault), -EINVAL);
	assert_non_null(strstr(fault.reason, "131072"));
}

static void runs_out(void **state)
{
	struct cJSON *tree;
	struct json_fault fault;
	int r = -ENOMEM;
	unsigned long n;
	(void)state;
	for (n = 1; r == -ENOMEM; n++) {
		arena_reset(&a);
		arena_fail_at(n);
		r = form_parse(&a, STR("a=1&b=%00&c"), &tree, &fault);
	}
	assert_int_equal(r, 0);
	assert_true(n > 10);
	r = -ENOMEM;
	for (n = 1; r == -ENOMEM; n++) {
		arena_reset(&a);
		arena_fail_at(n);
		r = form_parse(&a, STR("a%00=1&a%00=2"), &tree, &fault);
	}
	assert_int_equal(r, -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_pairs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(limits_pairs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(runs_out, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
