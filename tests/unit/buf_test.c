#define ARENA_CEILING ((size_t)4 << 20)
#include "check_arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"

static void starts_empty(void **state)
{
	struct buf b = buf_make(&a, 10);
	(void)state;
	/* empty is not failed: there is a pointer */
	assert_non_null(buf_str(&b).p);
	assert_int_equal(buf_str(&b).n, 0);
	buf_add(&b, STR_NONE);
	assert_false(b.failed);
	assert_int_equal(a.used, 0);
}

static void grows(void **state)
{
	struct buf b = buf_make(&a, SIZE_MAX);
	(void)state;
	for (int i = 0; i < 10000; i++) {
		buf_add_char(&b, (char)('a' + i % 26));
		buf_add(&b, STR("12"));
		buf_addf(&b, "%03d", i % 1000);
	}
	struct str all = buf_str(&b);
	assert_int_equal(all.n, 60000);
	for (size_t i = 0; i < 10000; i++) {
		char wanted[8];
		snprintf(wanted, sizeof wanted, "%c12%03d", (char)('a' + i % 26), (int)(i % 1000));
		assert_memory_equal(all.p + 6 * i, wanted, 6);
	}
}

static void writes_numbers(void **state)
{
	static const struct {
		int64_t value;
		const char *text;
	} rows[] = {
		{0, "0"},
		{-1, "-1"},
		{INT64_MAX, "9223372036854775807"},
		{INT64_MIN, "-9223372036854775808"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b = buf_make(&a, 100);
		buf_add_i64(&b, rows[i].value);
		check_str(rows[i].text, buf_str(&b), rows[i].text);
	}
}

static void stops_at_its_maximum(void **state)
{
	struct buf b = buf_make(&a, 5);
	(void)state;
	buf_add(&b, STR("abc"));
	buf_add(&b, STR("de"));
	check_str("exactly full", buf_str(&b), "abcde");
	buf_add(&b, STR_NONE);
	assert_false(b.failed);
	buf_add_char(&b, 'f');
	assert_true(b.failed);
	assert_true(b.overflowed);
	assert_null(buf_str(&b).p);
	/* sticky */
	buf_add(&b, STR_NONE);
	buf_add_char(&b, 'x');
	buf_addf(&b, "x");
	assert_false(buf_reserve(&b, 0));
	assert_int_equal(b.n, 5);

	b = buf_make(&a, 5);
	buf_add(&b, STR("abcdef"));
	assert_true(b.overflowed);
	b = buf_make(&a, 5);
	buf_addf(&b, "%s", "abcdef");
	assert_true(b.overflowed);
	b = buf_make(&a, 5);
	assert_false(buf_reserve(&b, SIZE_MAX));
	assert_true(b.overflowed);
}

static void tells_memory_from_maximum(void **state)
{
	struct buf b = buf_make(&a, 1000);
	(void)state;
	arena_fail_at(1);
	buf_add(&b, STR("x"));
	assert_true(b.failed);
	assert_false(b.overflowed);
	assert_null(buf_str(&b).p);
}

static void keeps_what_was_reserved(void **state)
{
	struct buf b = buf_make(&a, 100000);
	(void)state;
	assert_true(buf_reserve(&b, 5000));
	const char *p = b.p;
	for (int i = 0; i < 5000; i++)
		buf_add_char(&b, 'x');
	assert_ptr_equal(b.p, p);
	assert_int_equal(buf_str(&b).n, 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(starts_empty, set_up, tear_down),
		cmocka_unit_test_setup_teardown(grows, set_up, tear_down),
		cmocka_unit_test_setup_teardown(writes_numbers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(stops_at_its_maximum, set_up, tear_down),
		cmocka_unit_test_setup_teardown(tells_memory_from_maximum, set_up, tear_down),
		cmocka_unit_test_setup_teardown(keeps_what_was_reserved, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
