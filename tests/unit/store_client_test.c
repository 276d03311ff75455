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
	if (store_open(NULL, &store, &fresh, &why) < 0)
		return -1;
	return store_service_put(store, &SERVICE(1, STR("s"), 0)) ||
	       store_service_put(store, &SERVICE(2, STR("s"), 0));
}

static int tear_down(void **state)
{
	(void)state;
	store_close(store);
	arena_reset(&a);
	return 0;
}

static struct store_client client(int64_t id, const char *alias, const char *developer)
{
	return (struct store_client){
		.client_id = id,
		.alias = str_of(alias),
		.developer = str_of(developer),
		.secret = STR("secret"),
		.created_at = 5,
		.modified_at = 6,
		.extension = STR("\"e\":1"),
		.document = STR("\"d\":2"),
	};
}

static int put(int64_t service_id, int64_t id, const char *alias, const char *developer)
{
	struct store_client c = client(id, alias, developer);
	return store_client_put(store, service_id, &c);
}

static int get(int64_t service_id, const char *identifier, struct store_client *ret)
{
	return store_client_get(store, &a, service_id, str_of(identifier), ret);
}

static int remove_client(int64_t service_id, const char *identifier)
{
	return store_client_delete(store, &a, service_id, str_of(identifier));
}

static int64_t count(int64_t service_id)
{
	struct store_service s;
	assert_int_equal(store_service_get(store, &a, service_id, &s), 0);
	return s.clients;
}

static void keeps_clients(void **state)
{
	struct store_client c = client(77, "alias", NULL), found;
	(void)state;
	c.locked = c.alias_enabled = true;
	c.document = BYTES("\"d\":\"\\u0000\xC3\xA4\"");
	assert_int_equal(store_client_put(store, 1, &c), 0);
	assert_int_equal(c.number, 1);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(get(1, i ? "alias" : "77", &found), 0);
		assert_true(found.client_id == 77 && found.number == 1 && found.locked);
		assert_true(found.alias_enabled && found.created_at == 5 && found.modified_at == 6);
		assert_true(str_eq(found.alias, STR("alias")) && !found.developer.p);
		assert_true(str_eq(found.secret, c.secret) && str_eq(found.document, c.document));
		assert_true(str_eq(found.extension, c.extension));
	}
	assert_int_equal(get(2, "77", &found), -ENOENT);
	assert_int_equal(get(2, "alias", &found), -ENOENT);
	assert_int_equal(get(1, "Alias", &found), -ENOENT);
	assert_int_equal(put(3, 77, NULL, NULL), -ENOENT);
}

static void knows_ids_of_all_services(void **state)
{
	bool known = true;
	(void)state;
	assert_int_equal(put(2, 77, NULL, NULL), 0);
	assert_int_equal(store_client_is_known(store, 77, &known), 0);
	assert_true(known);
	assert_int_equal(store_client_is_known(store, 78, &known), 0);
	assert_false(known);
}

static void keeps_names_apart(void **state)
{
	struct store_client found, changed = client(12, "one", NULL);
	(void)state;
	assert_int_equal(put(1, 11, "one", NULL), 0);
	assert_int_equal(put(1, 11, NULL, NULL), -EEXIST);
	assert_int_equal(put(1, 12, "one", NULL), -ENOTUNIQ);
	assert_int_equal(put(1, 12, "11", NULL), -ENOTUNIQ);
	assert_int_equal(put(1, 12, "13", NULL), 0);
	assert_int_equal(put(1, 13, NULL, NULL), -EEXIST);
	assert_int_equal(put(2, 11, "one", NULL), 0);
	assert_int_equal(store_client_update(store, 1, &changed), -ENOTUNIQ);
	changed.alias = STR("11");
	assert_int_equal(store_client_update(store, 1, &changed), -ENOTUNIQ);
	changed.alias = STR("12");
	assert_int_equal(store_client_update(store, 1, &changed), 0);
	changed.client_id = 99;
	changed.alias = STR_NONE;
	assert_int_equal(store_client_update(store, 1, &changed), -ENOENT);
	assert_int_equal(put(1, 13, NULL, NULL), 0);
	assert_int_equal(get(1, "13", &found), 0);
	assert_int_equal(found.client_id, 13);
	assert_int_equal(found.number, 3); /* those that failed took none */
	assert_int_equal(count(1), 3);
}

static void changes_in_place(void **state)
{
	struct store_client found, changed = client(11, NULL, "dev");
	struct str old;
	(void)state;
	assert_int_equal(put(1, 11, "one", NULL), 0);
	changed.document = STR("\"new\":1");
	changed.extension = STR("not by an update");
	changed.secret = STR("not by an update");
	changed.locked = true;
	changed.modified_at = 9;
	assert_int_equal(store_client_update(store, 1, &changed), 0);
	assert_int_equal(get(1, "11", &found), 0);
	assert_true(!found.alias.p && str_eq(found.developer, STR("dev")));
	assert_true(str_eq(found.document, changed.document) && found.modified_at == 9);
	assert_true(str_eq(found.extension, STR("\"e\":1")) && !found.locked);
	assert_true(str_eq(found.secret, STR("secret")));

	assert_int_equal(store_client_set_secret(store, &a, 1, STR("11"), STR("new"), 10, &old), 0);
	check_str("old", old, "secret");
	assert_int_equal(
		store_client_set_secret(store, &a, 1, STR("5"), STR("new"), 10, &old), -ENOENT);
	assert_int_equal(store_client_set_lock(store, &a, 1, STR("11"), false, 11), -EALREADY);
	assert_int_equal(store_client_set_lock(store, &a, 1, STR("11"), true, 12), 0);
	assert_int_equal(store_client_set_lock(store, &a, 1, STR("5"), true, 12), -ENOENT);
	assert_int_equal(store_client_set_extension(store, 1, 11, STR("x")), 0);
	assert_int_equal(store_client_set_extension(store, 1, 5, STR("x")), -ENOENT);
	assert_int_equal(get(1, "11", &found), 0);
	check_str("secret", found.secret, "new");
	check_str("extension", found.extension, "x");
	assert_true(found.locked && found.modified_at == 12);
}

/* ids as "1 3 5", of all or one developer */
static void check_page(const char *developer, int64_t start, int64_t limit, const char *wanted,
	int64_t wanted_total)
{
	struct store_client *rows;
	size_t n;
	int64_t total;
	char got[256] = "";
	assert_int_equal(
		store_client_list(store, &a, 1, str_of(developer), start, limit, &rows, &n, &total),
		0);
	for (size_t i = 0; i < n; i++)
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s%d", i ? " " : "",
			(int)rows[i].client_id);
	check_str(wanted, str_of(got), wanted);
	assert_int_equal(total, wanted_total);
}

static void lists_from_both_ends(void **state)
{
	(void)state;
	for (int id = 20; id < 30; id++)
		assert_int_equal(put(1, id, NULL, id % 2 ? "odd" : NULL), 0);
	assert_int_equal(put(2, 99, NULL, "odd"), 0);
	assert_int_equal(remove_client(1, "20"), 0);
	assert_int_equal(remove_client(1, "25"), 0);
	assert_int_equal(remove_client(1, "28"), 0);
	check_page(NULL, 0, 100, "21 22 23 24 26 27 29", 7);
	check_page(NULL, 0, 2, "21 22", 7);
	check_page(NULL, 3, 2, "24 26", 7);
	check_page(NULL, 4, 2, "26 27", 7);
	check_page(NULL, 5, 2, "27 29", 7);
	check_page(NULL, 6, 2, "29", 7);
	check_page(NULL, 6, INT64_MAX, "29", 7);
	check_page(NULL, 7, 2, "", 7);
	check_page(NULL, INT64_MAX, 2, "", 7);
	check_page(NULL, 0, 0, "", 7);
	check_page("odd", 0, 100, "21 23 27 29", 4);
	check_page("odd", 1, 2, "23 27", 4);
	check_page("odd", 3, 9, "29", 4);
	check_page("nobody", 0, 9, "", 0);
	assert_int_equal(put(1, 20, NULL, NULL), 0); /* made again: the newest */
	check_page(NULL, 5, 9, "27 29 20", 8);
	assert_int_equal(store_service_delete(store, 1), 0);
	check_page(NULL, 0, 9, "", 0);
}

static int put_two(struct store *s, void *arg)
{
	struct store_client one = client(1, "one", NULL), two = client(2, arg, NULL);
	int r = store_client_put(s, 1, &one);
	return r < 0 ? r : store_client_put(s, 1, &two);
}

static void nests_in_transactions(void **state)
{
	struct store_client found;
	(void)state;
	assert_int_equal(store_transaction(store, false, put_two, (char[]){"one"}), -ENOTUNIQ);
	assert_int_equal(get(1, "1", &found), -ENOENT);
	assert_int_equal(count(1), 0);
	assert_int_equal(store_transaction(store, false, put_two, (char[]){"two"}), 0);
	assert_int_equal(get(1, "two", &found), 0);
	assert_int_equal(found.number, 2);
	assert_int_equal(count(1), 2);
}

static void deletes_what_hangs_on_it(void **state)
{
	static const char *const names[] = {"its", "other", "nobody's", "elsewhere"};
	const struct ticket tickets[] = {{STR("its"), 11, 0, 9}, {STR("other"), 12, 0, 9},
		{STR("nobody's"), 0, 0, 9}, {STR("elsewhere"), 11, 0, 9}};
	struct ticket t;
	(void)state;
	assert_int_equal(put(1, 11, "one", NULL), 0);
	assert_int_equal(put(1, 12, NULL, NULL), 0);
	assert_int_equal(put(2, 11, NULL, NULL), 0);
	for (size_t i = 0; i < COUNT(tickets); i++)
		assert_int_equal(store_ticket_put(store, i == 3 ? 2 : 1, &tickets[i]), 0);
	assert_int_equal(remove_client(1, "one"), 0);
	assert_int_equal(remove_client(1, "one"), -ENOENT);
	assert_int_equal(remove_client(1, "11"), -ENOENT);
	for (size_t i = 0; i < COUNT(names); i++)
		check(names[i], store_ticket_get(store, &a, i == 3 ? 2 : 1, str_of(names[i]), &t) ==
					(i == 0 ? -ENOENT : 0));
	assert_int_equal(count(1), 1);
	assert_int_equal(count(2), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(keeps_clients, set_up, tear_down),
		cmocka_unit_test_setup_teardown(knows_ids_of_all_services, set_up, tear_down),
		cmocka_unit_test_setup_teardown(keeps_names_apart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(changes_in_place, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lists_from_both_ends, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nests_in_transactions, set_up, tear_down),
		cmocka_unit_test_setup_teardown(deletes_what_hangs_on_it, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
