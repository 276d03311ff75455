/* Every code the server can say has a hint that fits into a header. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "http/hint.h"

static bool is_plain(const char *text)
{
	size_t n = 0;
	while (text[n] >= ' ' && text[n] <= '~')
		n++;
	return !text[n] && n > 10 && n <= HINT_MAX;
}

/* Of the codes in mcode.h none may be forgotten, so the file itself is read. */
static void every_code_of_ours(void **state)
{
	char path[4096], line[256], code[8];
	int n = 0;
	(void)state;
	snprintf(path, sizeof path, "%s/server/http/mcode.h", getenv("SOURCE_ROOT"));
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof line, file)) {
		const char *quote = strchr(line, '"');
		if (strncmp(line, "#define M_", 10) != 0 || !quote)
			continue;
		snprintf(code, sizeof code, "%s", quote + 1);
		check(code, hint_of(NULL, code) && is_plain(hint_of(NULL, code)));
		n++;
	}
	fclose(file);
	assert_true(n > 25);
}

static void every_code_of_the_api_level(void **state)
{
	static const char *const codes[] = {"A001101", "A001202", "A001203", "A002201", "A002205",
		"A003201", "A003204", "A126202", "A126203", "A258201", "A457101", "A458101"};
	(void)state;
	for (size_t i = 0; i < COUNT(codes); i++)
		check(codes[i], hint_of(NULL, codes[i]) && is_plain(hint_of(NULL, codes[i])));
	assert_null(hint_of(NULL, "A999999"));
}

static void every_listed_result(void **state)
{
	size_t n = 0;
	(void)state;
	for (size_t i = 0; i < n_ops; i++)
		for (size_t k = 0; k < ops[i].n_results; k++, n++) {
			const char *code = ops[i].results[k].code;
			check(code, hint_of(&ops[i], code) && is_plain(hint_of(&ops[i], code)));
		}
	assert_true(n > 0);
}

/* What the operation's file says goes before what is said in general. */
static void the_operation_knows_better(void **state)
{
	static const char *const none[] = {NULL};
	static const struct op_result results[] = {
		{.code = "A126202", .actions = none, .samples = none, .when = "The moon is full."}};
	static const struct op op = {.name = "x", .results = results, .n_results = 1};
	(void)state;
	assert_string_equal(hint_of(&op, "A126202"), "The moon is full.");
	assert_string_equal(hint_of(&op, "A126203"), hint_of(NULL, "A126203"));
}

static void given_where_due(void **state)
{
	static const struct {
		int status;
		const char *code;
		bool due;
	} rows[] = {
		{200, NULL, false},
		{204, NULL, false},
		{200, "A185001", false},
		{200, "A004001", false},
		{200, "A050101", true},
		{200, "A050201", true},
		{200, "A050301", true},
		{200, "A050401", false},
		{302, "A050301", true},
		{400, "A185001", true},
		{400, NULL, true},
		{599, "nonsense", true},
		{0, NULL, false},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct call c = {.reply = {.status = rows[i].status, .result_code = rows[i].code}};
		const char *hint = hint_for(&c);
		char row[40];
		snprintf(row, sizeof row, "%d %s", rows[i].status,
			rows[i].code ? rows[i].code : "-");
		check(row, (hint != NULL) == rows[i].due);
		check(row, !hint || is_plain(hint));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_of_ours),
		cmocka_unit_test(every_code_of_the_api_level),
		cmocka_unit_test(every_listed_result),
		cmocka_unit_test(the_operation_knows_better),
		cmocka_unit_test(given_where_due),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
