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
	struct clock ahead = {.offset_ms = 3600000}, none = {0};
	int64_t before = clock_now(&none), us = clock_monotonic_us();
	(void)state;
	assert_true(before > 1700000000000); /* November 2023 */
	int64_t later = clock_now(&ahead) - 3600000;
	assert_true(later >= before && later < before + 60000);
	assert_true(clock_now(NULL) >= before);
	assert_true(clock_monotonic_us() >= us);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_rfc3339),
		cmocka_unit_test(goes_forward),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
