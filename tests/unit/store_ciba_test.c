/* Rows of CIBA: each step has one winner, and no service sees another's. */
#include "check.h"

#include <errno.h>

#include "store/store.h"
#include "store_rows.h"

static struct store *s;
static struct arena a;

static int set_up(void **state)
{
	const char *why;
	bool fresh;
	(void)state;
	arena_init(&a, NULL, 0, SIZE_MAX);
	if (store_open(NULL, &s, &fresh, &why) < 0)
		return -1;
	struct store_service one = SERVICE(1, STR("secret"), 5), two = SERVICE(2, STR("secret"), 5);
	return store_service_put(s, &one) < 0 || store_service_put(s, &two) < 0 ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	store_close(s);
	arena_reset(&a);
	return 0;
}

static void put(int64_t service_id, struct str ticket)
{
	const struct store_ciba row = {.ticket = ticket,
		.service_id = service_id,
		.client_id = 7,
		.created_at = 10,
		.expires_at = 20,
		.request = STR("\"scopes\":[]")};
	assert_int_equal(store_ciba_put(s, &row), 0);
}

static void test_whole_life(void **state)
{
	struct store_ciba row;
	struct str text = STR("\"subject\":\"\xC3\xBC\"");
	(void)state;
	put(1, STR("t"));
	assert_int_equal(store_ciba_by_ticket(s, &a, 1, STR("t"), &row), 0);
	assert_true(row.state == CIBA_OPEN && !row.auth_req_id.p && row.expires_at == 20);
	assert_true(row.client_id == 7 && row.created_at == 10 && row.polled_at == 0);
	assert_true(str_eq(row.request, STR("\"scopes\":[]")) && row.result.n == 0);

	assert_int_equal(store_ciba_complete(s, 1, STR("t"), CIBA_DENIED, text), -EALREADY);
	assert_int_equal(store_ciba_issue(s, 1, STR("t"), STR("id"), 99), 0);
	assert_int_equal(store_ciba_issue(s, 1, STR("t"), STR("other"), 100), -EALREADY);
	assert_int_equal(store_ciba_by_auth_req_id(s, &a, 1, STR("other"), &row), -ENOENT);
	assert_int_equal(store_ciba_by_auth_req_id(s, &a, 1, STR("id"), &row), 0);
	assert_true(row.state == CIBA_ISSUED && row.expires_at == 99);
	assert_true(str_eq(row.ticket, STR("t")) && str_eq(row.auth_req_id, STR("id")));

	assert_int_equal(store_ciba_polled(s, 1, STR("id"), 50), 0);
	assert_int_equal(store_ciba_take(s, 1, STR("t"), CIBA_AUTHORIZED), -ENOENT);
	assert_int_equal(store_ciba_complete(s, 1, STR("t"), CIBA_AUTHORIZED, text), 0);
	assert_int_equal(store_ciba_complete(s, 1, STR("t"), CIBA_DENIED, STR("")), -EALREADY);
	assert_int_equal(store_ciba_by_ticket(s, &a, 1, STR("t"), &row), 0);
	assert_true(row.state == CIBA_AUTHORIZED && row.polled_at == 50);
	assert_true(str_eq(row.result, text));

	assert_int_equal(store_ciba_take(s, 1, STR("t"), CIBA_AUTHORIZED), 0);
	assert_int_equal(store_ciba_take(s, 1, STR("t"), CIBA_AUTHORIZED), -ENOENT);
	assert_int_equal(store_ciba_by_ticket(s, &a, 1, STR("t"), &row), -ENOENT);
	assert_int_equal(store_ciba_polled(s, 1, STR("id"), 51), -ENOENT);
}

static void test_services_apart(void **state)
{
	struct store_ciba row;
	(void)state;
	put(1, STR("t"));
	assert_int_equal(store_ciba_by_ticket(s, &a, 2, STR("t"), &row), -EACCES);
	assert_int_equal(store_ciba_issue(s, 2, STR("t"), STR("id"), 99), -EALREADY);
	put(2, STR("t"));
	for (int64_t id = 1; id <= 2; id++) {
		assert_int_equal(store_ciba_by_ticket(s, &a, id, STR("t"), &row), 0);
		assert_int_equal(row.service_id, id);
		assert_int_equal(store_ciba_issue(s, id, STR("t"), STR("id"), 99), 0);
	}
	assert_int_equal(store_ciba_take(s, 2, STR("t"), CIBA_ISSUED), 0);
	assert_int_equal(store_ciba_by_ticket(s, &a, 2, STR("t"), &row), -EACCES);
	assert_int_equal(store_ciba_by_auth_req_id(s, &a, 1, STR("id"), &row), 0);
}

static void test_names_are_bytes(void **state)
{
	struct store_ciba row;
	(void)state;
	put(1, STR("a\0b"));
	assert_int_equal(store_ciba_by_ticket(s, &a, 1, STR("a"), &row), -ENOENT);
	assert_int_equal(store_ciba_by_ticket(s, &a, 1, STR("a\0B"), &row), -ENOENT);
	assert_int_equal(store_ciba_by_ticket(s, &a, 1, STR("a\0b"), &row), 0);
	const struct store_ciba again = {.ticket = STR("a\0b"), .service_id = 1};
	assert_int_equal(store_ciba_put(s, &again), -EEXIST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_whole_life, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_services_apart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_names_are_bytes, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
