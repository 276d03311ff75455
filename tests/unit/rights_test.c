#include "check.h"

#include "http/rights.h"

static void names_rights(void **state)
{
	static const char *const names[] = {"VIEW_CLIENT", "MODIFY_CLIENT", "USE_INTROSPECTION",
		"VIEW_SERVICE", "USE_SERVICE", "CREATE_CLIENT", "MODIFY_SERVICE", "DELETE_SERVICE",
		"VIEW_AUDIT_LOG", "VIEW_DEFAULT_SERVICE", "CREATE_SERVICE"};
	uint32_t all = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		uint32_t bit = right_bit(str_of(names[i]));
		check(names[i], bit == 1u << i); /* bits stand in databases: they never move */
		check(names[i], rights_of(str_of(names[i])) & bit);
		all |= bit;
	}
	assert_int_equal(all, (1u << COUNT(names)) - 1);
	assert_int_equal(rights_of(STR("ADMIN")), RIGHTS_ALL);
	assert_int_equal(rights_of(STR("use_Service")), rights_of(STR("USE_SERVICE")));
	assert_int_equal(rights_of(STR("USE_SERVICES")), 0);
	assert_int_equal(rights_of(STR_NONE), 0);
	assert_int_equal(right_bit(STR_NONE), 0);
	assert_int_equal(right_bit(STR("NOTHING")), 0);
}

static void includes_lesser_rights(void **state)
{
	static const struct {
		const char *greater, *lesser;
		bool included;
	} rows[] = {
		{"MODIFY_CLIENT", "VIEW_CLIENT", true},
		{"VIEW_CLIENT", "MODIFY_CLIENT", false},
		{"VIEW_SERVICE", "VIEW_CLIENT", true},
		{"VIEW_SERVICE", "USE_SERVICE", false},
		{"USE_SERVICE", "USE_INTROSPECTION", true},
		{"USE_SERVICE", "VIEW_SERVICE", true},
		{"USE_SERVICE", "CREATE_CLIENT", false},
		{"USE_INTROSPECTION", "USE_SERVICE", false},
		{"CREATE_CLIENT", "USE_SERVICE", true},
		{"CREATE_CLIENT", "MODIFY_CLIENT", true},
		{"MODIFY_SERVICE", "CREATE_CLIENT", true},
		{"MODIFY_SERVICE", "USE_SERVICE", true},
		{"MODIFY_SERVICE", "DELETE_SERVICE", false},
		{"DELETE_SERVICE", "MODIFY_SERVICE", false},
		{"DELETE_SERVICE", "USE_SERVICE", false},
		{"CREATE_SERVICE", "VIEW_DEFAULT_SERVICE", true},
		{"CREATE_SERVICE", "USE_SERVICE", false},
		{"ADMIN", "DELETE_SERVICE", true},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool included = rights_of(str_of(rows[i].greater)) &
				right_bit(str_of(rows[i].lesser));
		check(rows[i].greater, included == rows[i].included);
	}
}

static void allows(void **state)
{
	(void)state;
	uint32_t views = rights_of(STR("VIEW_SERVICE"));
	assert_true(rights_allow(views, STR("VIEW_CLIENT")));
	assert_false(rights_allow(views, STR("USE_SERVICE")));
	assert_false(rights_allow(0, STR("VIEW_CLIENT")));
	/* the last one takes all rights, not just any */
	assert_true(rights_allow(RIGHTS_ALL, STR("ADMIN")));
	assert_false(rights_allow(views, STR("ADMIN")));
	assert_false(rights_allow(RIGHTS_ALL & ~right_bit(STR("DELETE_SERVICE")), STR("ADMIN")));
	/* what nobody knows is allowed to nobody */
	assert_false(rights_allow(RIGHTS_ALL, STR("NOTHING")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_rights),
		cmocka_unit_test(includes_lesser_rights),
		cmocka_unit_test(allows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
