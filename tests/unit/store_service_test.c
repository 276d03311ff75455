#include "check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "store/store.h"
#include "store_rows.h"

static struct arena a;
static struct store *store;

static int set_up(void **state)
{
	bool fresh;
	const char *why;
	(void)state;
	arena_init(&a, NULL, 0, (size_t)16 << 20);
	return store_open(NULL, &store, &fresh, &why);
}

static int tear_down(void **state)
{
	(void)state;
	store_close(store);
	arena_reset(&a);
	return 0;
}

static int put(int64_t id)
{
	return store_service_put(store, &SERVICE(id, STR("s"), 5));
}

static int get(int64_t id, struct store_service *ret)
{
	return store_service_get(store, &a, id, ret);
}

static void keeps_services(void **state)
{
	struct store_service made = {
		.service_id = INT64_MAX,
		.api_secret = STR("secret"),
		.created_at = 5,
		.modified_at = 6,
		.number = 99,
		.clients = 99,
		.document = BYTES("\"d\":\"\\u0000\xC3\xA4\""),
	};
	struct store_service found = {.number = -1};
	(void)state;
	assert_int_equal(get(INT64_MAX, &found), -ENOENT);
	assert_int_equal(found.number, -1);
	assert_int_equal(store_service_put(store, &made), 0);
	assert_int_equal(store_service_put(store, &made), -EEXIST);
	assert_int_equal(get(INT64_MAX, &found), 0);
	assert_true(found.service_id == INT64_MAX && found.created_at == 5);
	assert_true(found.modified_at == 6 && found.number == 1 && found.clients == 0);
	assert_true(str_eq(found.api_secret, made.api_secret));
	assert_true(str_eq(found.document, made.document));
	assert_int_equal(put(1), 0);
	assert_int_equal(get(1, &found), 0);
	assert_int_equal(found.number, 2); /* that which failed took none */
	assert_true(found.document.p && found.document.n == 0);
}

static void changes_documents(void **state)
{
	struct store_service found;
	(void)state;
	assert_int_equal(put(1), 0);
	assert_int_equal(put(2), 0);
	assert_int_equal(store_service_update(store, 1, STR("\"new\":1"), 9), 0);
	assert_int_equal(store_service_update(store, 3, STR("\"new\":1"), 9), -ENOENT);
	assert_int_equal(get(1, &found), 0);
	check_str("document", found.document, "\"new\":1");
	assert_true(found.modified_at == 9 && found.created_at == 5 && found.number == 1);
	check_str("secret", found.api_secret, "s");
	assert_int_equal(get(2, &found), 0);
	check_str("another's", found.document, "");
	assert_int_equal(found.modified_at, 5);
	assert_int_equal(store_service_update(store, 1, STR("\"new\":1"), 9), 0); /* the same */
}

/* ids as "1 3 5" */
static void check_page(int64_t start, int64_t limit, const char *wanted, int64_t wanted_total)
{
	struct store_service *rows;
	size_t n;
	int64_t total;
	char got[256] = "";
	assert_int_equal(store_service_list(store, &a, start, limit, &rows, &n, &total), 0);
	for (size_t i = 0; i < n; i++) {
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s%d", i ? " " : "",
			(int)rows[i].service_id);
		check(wanted, str_eq(rows[i].api_secret, STR("s")) && rows[i].created_at == 5);
	}
	check_str(wanted, str_of(got), wanted);
	assert_int_equal(total, wanted_total);
}

static void lists_in_order_of_creation(void **state)
{
	static const int64_t ids[] = {30, 10, 50, 20, 40};
	(void)state;
	check_page(0, 9, "", 0);
	for (size_t i = 0; i < COUNT(ids); i++)
		assert_int_equal(put(ids[i]), 0);
	check_page(0, 100, "30 10 50 20 40", 5);
	check_page(0, 2, "30 10", 5);
	check_page(3, 2, "20 40", 5);
	check_page(4, 9, "40", 5);
	check_page(4, INT64_MAX, "40", 5);
	check_page(5, 9, "", 5);
	check_page(INT64_MAX, INT64_MAX, "", 5);
	check_page(0, 0, "", 5);
	assert_int_equal(store_service_delete(store, 50), 0);
	check_page(1, 2, "10 20", 4);
	assert_int_equal(put(50), 0); /* made again: the newest */
	check_page(3, 9, "40 50", 5);
}

static int put_client(int64_t service_id, int64_t id)
{
	struct store_client c = {
		.client_id = id,
		.alias = STR("alias"),
		.secret = STR("s"),
		.extension = STR(""),
		.document = STR(""),
	};
	return store_client_put(store, service_id, &c);
}

static void fill(int64_t id, const unsigned char hash[SHA256_SIZE])
{
	assert_int_equal(put(id), 0);
	assert_int_equal(put_client(id, 11), 0);
	assert_int_equal(store_ticket_put(store, id, &(struct ticket){STR("t"), 0, 0, 9}), 0);
	assert_int_equal(store_ticket_put(store, id, &(struct ticket){STR("u"), 11, 0, 9}), 0);
	assert_int_equal(store_token_put(store, hash, id, 7, 0, STR("")), 0);
}

static void check_filled(int64_t id, const unsigned char hash[SHA256_SIZE], bool is)
{
	struct store_service service;
	struct store_client client;
	struct ticket t;
	struct store_token token;
	int wanted = is ? 0 : -ENOENT;
	assert_int_equal(get(id, &service), wanted);
	assert_int_equal(store_service_find(store, NULL, id, NULL), wanted);
	assert_int_equal(store_client_get(store, &a, id, STR("alias"), &client), wanted);
	assert_int_equal(store_ticket_get(store, &a, id, STR("t"), &t), wanted);
	assert_int_equal(store_ticket_get(store, &a, id, STR("u"), &t), wanted);
	assert_int_equal(store_token_find(store, hash, id, &token), 0);
	assert_true(token.known == is && token.reaches == is);
	if (is)
		assert_int_equal(service.clients, 1);
}

static const unsigned char ONE[SHA256_SIZE] = {1}, TWO[SHA256_SIZE] = {2}, ALL[SHA256_SIZE] = {3};

static void deletes_what_hangs_on_it(void **state)
{
	struct store_token token;
	struct store_service service;
	(void)state;
	fill(1, ONE);
	fill(2, TWO);
	assert_int_equal(store_token_put(store, ALL, STORE_ORGANIZATION, 7, 0, STR("")), 0);
	uint64_t before = store_generation(store);
	assert_int_equal(store_service_delete(store, 1), 0);
	assert_true(store_generation(store) != before);
	check_filled(1, ONE, false);
	check_filled(2, TWO, true);
	assert_int_equal(store_service_delete(store, 1), -ENOENT);
	assert_int_equal(store_token_find(store, ALL, 1, &token), 0);
	assert_true(token.known && !token.reaches);
	assert_int_equal(store_token_find(store, ALL, 2, &token), 0);
	assert_true(token.reaches);
	/* the same id begins anew */
	assert_int_equal(put(1), 0);
	assert_int_equal(get(1, &service), 0);
	assert_true(service.clients == 0 && service.number == 3);
	assert_int_equal(put_client(1, 12), 0);
}

static int delete_and_fail(struct store *s, void *arg)
{
	const int64_t *id = arg;
	int r = store_service_delete(s, *id);
	return r < 0 ? r : -EIO;
}

static void takes_deletion_back(void **state)
{
	int64_t id = 1;
	(void)state;
	fill(1, ONE);
	assert_int_equal(store_transaction(store, false, delete_and_fail, &id), -EIO);
	check_filled(1, ONE, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(keeps_services, set_up, tear_down),
		cmocka_unit_test_setup_teardown(changes_documents, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lists_in_order_of_creation, set_up, tear_down),
		cmocka_unit_test_setup_teardown(deletes_what_hangs_on_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(takes_deletion_back, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
