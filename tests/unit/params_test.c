#include "check_arena.h"

#include <errno.h>
#include <string.h>

#include "oauth/params.h"

static void parses(void **state)
{
	static const struct {
		struct str text;
		size_t n;
		const char *name, *value; /* of the last */
	} rows[] = {
		{BYTES(""), 0, NULL, NULL},
		{BYTES("&&"), 0, NULL, NULL},
		{BYTES("a=1"), 1, "a", "1"},
		{BYTES("a=1&b"), 2, "b", ""},
		{BYTES("&a==x&"), 1, "a", "=x"},
		{BYTES("=v"), 1, "", "v"},
		{BYTES("login_hint=a%2Bb+c%40d"), 1, "login_hint", "a+b c@d"},
		{BYTES("a=1&a=2&%61=3"), 3, "a", "3"},
		{BYTES("n=%E6%97%A5"), 1, "n", "\xE6\x97\xA5"},
		{BYTES("a=1;b=2"), 1, "a", "1;b=2"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct params p;
		check(rows[i].text.p, params_parse(&a, rows[i].text, &p) == 0);
		check(rows[i].text.p, p.n == rows[i].n);
		if (!rows[i].name)
			continue;
		check_str(rows[i].text.p, p.at[p.n - 1].name, rows[i].name);
		check_str(rows[i].text.p, p.at[p.n - 1].value, rows[i].value);
	}
}

static void refuses(void **state)
{
	static const char *const rows[] = {
		"a=%", "a=%4", "a=%zz", "%=1", "a=%FF", "a=\xC3", "ok=1&a=%C0%80", "a=%ED%A0%80"};
	char many[PARAMS_MAX * 2 + 3];
	struct params p;
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check(rows[i], params_parse(&a, str_of(rows[i]), &p) == -EINVAL);
	for (size_t i = 0; i < sizeof many; i++)
		many[i] = i % 2 ? '&' : 'a';
	struct str most = {many, (size_t)PARAMS_MAX * 2};
	check("most", params_parse(&a, most, &p) == 0 && p.n == PARAMS_MAX);
	most.n++;
	check("one more", params_parse(&a, most, &p) == -EINVAL);
}

static void looks_up(void **state)
{
	static const struct {
		const char *name;
		enum param_state state;
		const char *value; /* NULL: STR_NONE */
	} rows[] = {
		{"one", PARAM_ONE, "1"},
		{"empty", PARAM_EMPTY, ""},
		{"bare", PARAM_EMPTY, ""},
		{"twice", PARAM_REPEATED, NULL},
		{"twice-empty", PARAM_REPEATED, NULL},
		{"none", PARAM_ABSENT, NULL},
		{"ONE", PARAM_ABSENT, NULL},
		{"on", PARAM_ABSENT, NULL},
		{"zero\0", PARAM_ABSENT, NULL},
	};
	struct params p;
	struct str value;
	(void)state;
	struct str text = STR("one=1&empty=&bare&twice=1&twice=2&twice-empty=&twice-empty=&"
			      "zero%00=1");
	assert_int_equal(params_parse(&a, text, &p), 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		value = STR("untouched");
		check(rows[i].name, params_get(&p, rows[i].name, &value) == rows[i].state);
		check(rows[i].name, params_get(&p, rows[i].name, NULL) == rows[i].state);
		check(rows[i].name, (value.p != NULL) == (rows[i].value != NULL));
		check_str(rows[i].name, value, rows[i].value);
		value = params_one(&p, rows[i].name);
		check(rows[i].name, (value.n > 0) == (rows[i].state == PARAM_ONE));
	}
}

static void survives_lack_of_memory(void **state)
{
	struct params p;
	int r = -ENOMEM;
	(void)state;
	for (unsigned long n = 1; r == -ENOMEM; n++) {
		arena_fail_at(n);
		r = params_parse(&a, STR("a=1&b=2"), &p);
		assert_true(r == -ENOMEM || n > 5);
	}
	assert_int_equal(r, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(parses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(looks_up, set_up, tear_down),
		cmocka_unit_test_setup_teardown(survives_lack_of_memory, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
