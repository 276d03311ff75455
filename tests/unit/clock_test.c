#include "check.h"

#include <string.h>

#include "core/clock.h"

static void writes_rfc3339(void **state)
{
	static const struct {
		int64_t ms;
		const char *text;
	} rows[] = {
		{0, "1970-01-01T00:00:00.000Z"},
		{1, "1970-01-01T00:00:00.001Z"},
		{951782399999, "2000-02-28T23:59:59.999Z"},
		{951782400000, "2000-02-29T00:00:00.000Z"},
		{1795470220123, "2026-11-23T21:43:40.123Z"},
		{4102444800000, "2100-01-01T00:00:00.000Z"},
		{253402300799999, "9999-12-31T23:59:59.999Z"},
	};
	char out[CLOCK_TEXT_SIZE];
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t n = clock_text(rows[i].ms, out);
		assert_string_equal(out, rows[i].text);
		assert_int_equal(n, strlen(out));
	}
}

static void goes_forward(void **state)
{
	struct clock ahead = {0}, none = {0};
	clock_advance(&ahead, 3600000);
	int64_t before = clock_now(&none), us = clock_monotonic_us();
	(void)state;
	assert_true(before > 1700000000000); /* November 2023 */
	int64_t later = clock_now(&ahead) - 3600000;
	assert_true(later >= before && later < before + 60000);
	assert_true(clock_now(NULL) >= before);
	assert_true(clock_monotonic_us() >= us);
}

static void stands_still(void **state)
{
	struct clock c = {0};
	(void)state;
	assert_true(clock_is_real(&c) && !clock_is_frozen(&c));
	clock_set(&c, 951782399999, true);
	assert_true(clock_is_frozen(&c) && !clock_is_real(&c));
	assert_int_equal(clock_now(&c), 951782399999);
	clock_advance(&c, 1);
	assert_int_equal(clock_now(&c), 951782400000);
	int64_t saved = clock_save(&c);
	clock_set(&c, 0, false);
	assert_false(clock_is_frozen(&c));
	assert_true(clock_now(&c) >= 0 && clock_now(&c) < 60000);
	clock_restore(&c, saved);
	assert_int_equal(clock_now(&c), 951782400000);
}

static void stays_within_bounds(void **state)
{
	static const int64_t wrong[] = {
		INT64_MIN, -CLOCK_MAX * 2 - 2, -1, CLOCK_MAX * 2, CLOCK_MAX * 2 + 3, INT64_MAX};
	static const int64_t right[] = {0, 1, 2, CLOCK_MAX * 2 + 1, -1000000};
	struct clock c = {0};
	(void)state;
	clock_set(&c, CLOCK_MAX - 5, true);
	assert_false(clock_advance(&c, 6));
	assert_false(clock_advance(&c, INT64_MAX));
	assert_int_equal(clock_now(&c), CLOCK_MAX - 5);
	assert_true(clock_advance(&c, 5));
	assert_int_equal(clock_now(&c), CLOCK_MAX);
	assert_true(clock_can_restore(clock_save(&c)));
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_false(clock_can_restore(wrong[i]));
	for (size_t i = 0; i < COUNT(right); i++)
		assert_true(clock_can_restore(right[i]));
}

static void reads_rfc3339(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} rows[] = {
		{"1970-01-01T00:00:00Z", 0},
		{"2000-02-29T00:00:00.000Z", 951782400000},
		{"2000-02-29t02:00:00.0009+02:00", 951782400000},
		{"2000-02-28 22:30:00.5-01:30", 951782400500},
		{"9999-12-31T23:59:59.999Z", 253402300799999},
	};
	static const char *const wrong[] = {"", "2000", "2000-02-30T00:00:00Z",
		"2000-13-01T00:00:00Z", "2000-02-29T24:00:00Z", "2000-02-29T00:60:00Z",
		"2000-02-29T00:00:00", "2000-02-29T00:00:00.Z", "2000-02-29T00:00:00Zx",
		"1969-12-31T23:59:59Z", "1970-01-01T00:00:00+00:01", "2000-02-29T00:00:00+2:00",
		"2000-02-29T00:00:00+24:00", "10000-01-01T00:00:00Z", "2000-2-29T00:00:00Z",
		"-200-02-29T00:00:00Z"};
	int64_t ms;
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_true(clock_parse(rows[i].text, strlen(rows[i].text), &ms));
		assert_int_equal(ms, rows[i].ms);
	}
	for (size_t i = 0; i < COUNT(wrong); i++)
		if (clock_parse(wrong[i], strlen(wrong[i]), &ms))
			fail_msg("%s is taken", wrong[i]);
}

static void writes_http_dates(void **state)
{
	char out[CLOCK_TEXT_SIZE];
	(void)state;
	assert_int_equal(clock_http_date(1795470220123, out), 29);
	assert_string_equal(out, "Mon, 23 Nov 2026 21:43:40 GMT");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_rfc3339),
		cmocka_unit_test(goes_forward),
		cmocka_unit_test(stands_still),
		cmocka_unit_test(stays_within_bounds),
		cmocka_unit_test(reads_rfc3339),
		cmocka_unit_test(writes_http_dates),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
