#include "check.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
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
	return store_open(NULL, &store, &fresh, &why) == 0 && fresh ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	store_close(store);
	arena_reset(&a);
	return 0;
}

static int put_ticket(int64_t service_id, const char *name)
{
	struct ticket t = {
		.name = str_of(name), .client_id = 3, .created_at = 100, .expires_at = 200};
	return store_ticket_put(store, service_id, &t);
}

static bool has_ticket(int64_t service_id, const char *name)
{
	struct ticket t;
	int r = store_ticket_get(store, &a, service_id, str_of(name), &t);
	assert_true(r == 0 || r == -ENOENT);
	return r == 0;
}

static void keeps_tickets(void **state)
{
	struct ticket t, given = {BYTES("x\0\xC3\xA4"), 9, -5, TICKET_NEVER_EXPIRES};
	(void)state;
	assert_int_equal(store_ticket_put(store, 1, &given), 0);
	assert_int_equal(store_ticket_get(store, &a, 1, given.name, &t), 0);
	assert_true(str_eq(t.name, given.name));
	assert_int_equal(t.client_id, 9);
	assert_true(t.created_at == -5 && t.expires_at == TICKET_NEVER_EXPIRES);
	/* what is asked with more, less or other bytes is another ticket */
	assert_int_equal(store_ticket_get(store, &a, 1, STR("x"), &t), -ENOENT);
	assert_int_equal(store_ticket_get(store, &a, 1, BYTES("x\0"), &t), -ENOENT);
	assert_int_equal(store_ticket_get(store, &a, 1, STR("X"), &t), -ENOENT);
	assert_int_equal(store_ticket_put(store, 1, &given), -EEXIST);
	assert_int_equal(put_ticket(1, ""), 0);
	assert_true(has_ticket(1, ""));
}

static void scopes_tickets(void **state)
{
	bool deleted = true;
	(void)state;
	assert_int_equal(put_ticket(1, "same"), 0);
	assert_int_equal(put_ticket(2, "same"), 0);
	assert_int_equal(store_ticket_delete(store, 3, STR("same"), &deleted), 0);
	assert_false(deleted);
	assert_true(has_ticket(1, "same") && has_ticket(2, "same"));
	assert_int_equal(store_ticket_delete(store, 1, STR("same"), &deleted), 0);
	assert_true(deleted);
	assert_true(!has_ticket(1, "same") && has_ticket(2, "same"));
	assert_int_equal(store_ticket_delete(store, 1, STR("same"), &deleted), 0);
	assert_false(deleted);
	assert_int_equal(store_ticket_delete(store, 2, STR("Same"), &deleted), 0);
	assert_false(deleted);
}

static void lists_tickets(void **state)
{
	static const struct {
		int64_t start, limit;
		size_t n;
		const char *first;
	} rows[] = {
		{0, 100, 5, "a"},
		{0, 2, 2, "a"},
		{1, 2, 2, "b"},
		{4, 9, 1, "e"},
		{5, 9, 0, NULL},
		{0, 0, 0, NULL},
		{INT64_MAX, 9, 0, NULL},
		{0, INT64_MAX, 5, "a"},
	};
	struct ticket *tickets;
	size_t n;
	int64_t total;
	(void)state;
	for (const char *name = "ebdca"; *name; name++)
		assert_int_equal(put_ticket(1, (char[]){*name, '\0'}), 0);
	assert_int_equal(put_ticket(2, "z"), 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *row = rows[i].first ? rows[i].first : "none";
		check(row, store_ticket_list(store, &a, 1, rows[i].start, rows[i].limit, &tickets,
				   &n, &total) == 0);
		check(row, n == rows[i].n && total == 5);
		if (n)
			check_str(row, tickets[0].name, rows[i].first);
		for (size_t k = 1; k < n; k++)
			check(row, str_cmp(tickets[k - 1].name, tickets[k].name) < 0);
	}
	assert_int_equal(store_ticket_list(store, &a, 7, 0, 9, &tickets, &n, &total), 0);
	assert_true(n == 0 && total == 0);
}

static const unsigned char HASH[SHA256_SIZE] = {1}, OTHER[SHA256_SIZE] = {2};

static void finds_tokens(void **state)
{
	struct store_token t;
	(void)state;
	assert_int_equal(store_service_put(store, &SERVICE(1, STR("s"), 0)), 0);
	assert_int_equal(store_service_put(store, &SERVICE(2, STR("s"), 0)), 0);
	assert_int_equal(store_token_find(store, HASH, 1, &t), 0);
	assert_false(t.known || t.reaches);

	assert_int_equal(store_token_put(store, HASH, 1, 0xF0000001, 0, STR("")), 0);
	assert_int_equal(store_token_put(store, HASH, 1, 7, 0, STR("")), -EEXIST);
	assert_int_equal(store_token_find(store, HASH, 1, &t), 0);
	assert_true(t.known && t.reaches && !t.several && t.service_id == 1);
	assert_int_equal(t.rights, 0xF0000001);
	assert_int_equal(store_token_find(store, HASH, 2, &t), 0);
	assert_true(t.known && !t.reaches && t.rights == 0);
	assert_int_equal(store_token_find(store, HASH, 0, &t), 0);
	assert_true(t.known && t.reaches && !t.several && t.service_id == 1);
	assert_int_equal(store_token_find(store, OTHER, 1, &t), 0);
	assert_false(t.known);

	/* one token, two services: a 2.x path does not say which */
	assert_int_equal(store_token_put(store, HASH, 2, 2, 0, STR("")), 0);
	assert_int_equal(store_token_find(store, HASH, 0, &t), 0);
	assert_true(t.known && !t.reaches && t.several);
	assert_int_equal(store_token_find(store, HASH, 2, &t), 0);
	assert_true(t.reaches && t.service_id == 2 && t.rights == 2);
}

static void finds_organization_tokens(void **state)
{
	struct store_token t;
	(void)state;
	assert_int_equal(store_service_put(store, &SERVICE(1, STR("s"), 0)), 0);
	assert_int_equal(store_token_put(store, HASH, STORE_ORGANIZATION, 4, 0, STR("")), 0);
	assert_int_equal(store_token_find(store, HASH, 1, &t), 0);
	assert_true(t.known && t.reaches && t.service_id == 1 && t.rights == 4);
	assert_int_equal(store_token_find(store, HASH, 99, &t), 0); /* no such service */
	assert_true(t.known && !t.reaches);
	assert_int_equal(store_token_find(store, HASH, -1, &t), 0);
	assert_true(t.known && !t.reaches);
	assert_int_equal(store_token_find(store, HASH, 0, &t), 0);
	assert_true(t.known && !t.reaches && t.several);
	/* the same token named for one service too: rights add up there */
	assert_int_equal(store_token_put(store, HASH, 1, 3, 0, STR("")), 0);
	assert_int_equal(store_token_find(store, HASH, 1, &t), 0);
	assert_true(t.reaches && t.rights == 7);
	assert_int_equal(store_token_find(store, HASH, 0, &t), 0);
	assert_true(!t.reaches && t.several);
	/* a token of a service that does not exist */
	assert_int_equal(store_token_put(store, OTHER, 50, 1, 0, STR("")), 0);
	assert_int_equal(store_token_find(store, OTHER, 50, &t), 0);
	assert_true(t.known && !t.reaches);
	assert_int_equal(store_token_find(store, OTHER, 0, &t), 0);
	assert_true(t.known && !t.reaches);
}

static void keeps_services_and_owners(void **state)
{
	struct str secret = STR("untouched");
	(void)state;
	assert_int_equal(store_service_find(store, &a, 1, &secret), -ENOENT);
	assert_int_equal(store_owner_find(store, &a, STR("k"), &secret), -ENOENT);
	check_str("left alone", secret, "untouched");
	assert_int_equal(store_service_put(store, &SERVICE(INT64_MAX, BYTES("s\0t"), 5)), 0);
	assert_int_equal(store_service_put(store, &SERVICE(INT64_MAX, STR("x"), 5)), -EEXIST);
	assert_int_equal(store_service_find(store, &a, INT64_MAX, &secret), 0);
	assert_true(str_eq(secret, BYTES("s\0t")));
	assert_int_equal(store_service_find(store, NULL, INT64_MAX, NULL), 0);
	assert_int_equal(store_owner_put(store, STR("k"), STR("v")), 0);
	assert_int_equal(store_owner_put(store, STR("k"), STR("w")), -EEXIST);
	assert_int_equal(store_owner_find(store, &a, STR("k"), &secret), 0);
	check_str("owner", secret, "v");
	arena_fail_at(1);
	assert_int_equal(store_owner_find(store, &a, STR("k"), &secret), -ENOMEM);
	arena_fail_at(0);
	assert_int_equal(store_owner_find(store, &a, STR("k"), &secret), 0);
}

static int put_some(struct store *s, void *arg)
{
	const int *error = arg;
	(void)s;
	assert_int_equal(put_ticket(1, "new"), 0);
	assert_int_equal(store_service_put(store, &SERVICE(9, STR("s"), 0)), 0);
	assert_true(has_ticket(1, "new"));
	return *error;
}

static void transacts(void **state)
{
	int error = -EIO;
	(void)state;
	assert_int_equal(put_ticket(1, "old"), 0);
	assert_int_equal(store_transaction(store, false, put_some, &error), -EIO);
	assert_true(has_ticket(1, "old") && !has_ticket(1, "new"));
	assert_int_equal(store_transaction(store, true, put_some, &error), -EIO);
	assert_true(has_ticket(1, "old") && !has_ticket(1, "new"));
	error = 0;
	assert_int_equal(store_transaction(store, false, put_some, &error), 0);
	assert_true(has_ticket(1, "old") && has_ticket(1, "new"));
	assert_int_equal(store_transaction(store, true, NULL, NULL), 0);
	assert_true(!has_ticket(1, "old") && !has_ticket(1, "new"));
	assert_int_equal(store_service_find(store, NULL, 9, NULL), -ENOENT);
	assert_int_equal(store_transaction(store, true, put_some, &error), 0);
	assert_true(has_ticket(1, "new"));
}

static void counts_access_changes(void **state)
{
	uint64_t seen[8];
	size_t n = 0;
	bool fresh;
	const char *why;
	struct store *second;
	(void)state;
	seen[n++] = store_generation(store);
	store_service_put(store, &SERVICE(1, STR("s"), 0));
	seen[n++] = store_generation(store);
	store_token_put(store, HASH, 1, 1, 0, STR(""));
	seen[n++] = store_generation(store);
	store_owner_put(store, STR("k"), STR("s"));
	seen[n++] = store_generation(store);
	store_transaction(store, true, NULL, NULL);
	seen[n++] = store_generation(store);
	assert_int_equal(store_open(NULL, &second, &fresh, &why), 0);
	seen[n++] = store_generation(second);
	store_close(second);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			assert_true(seen[i] != seen[k]);
	assert_true(seen[0] != 0);
	/* tickets are not access */
	uint64_t before = store_generation(store);
	put_ticket(1, "x");
	assert_true(store_generation(store) == before);
}

static void *delete_all(void *counter)
{
	unsigned *mine = counter;
	for (int i = 0; i < 500; i++) {
		char name[16];
		bool deleted = false;
		snprintf(name, sizeof name, "t%d", i);
		if (store_ticket_delete(store, 1, str_of(name), &deleted) == 0)
			*mine += deleted;
	}
	return NULL;
}

/* However many ask, a ticket goes once. */
static void deletes_once(void **state)
{
	pthread_t threads[4];
	unsigned counts[4] = {0}, sum = 0;
	(void)state;
	for (int i = 0; i < 500; i++) {
		char name[16];
		snprintf(name, sizeof name, "t%d", i);
		assert_int_equal(put_ticket(1, name), 0);
	}
	for (size_t i = 0; i < COUNT(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, delete_all, &counts[i]), 0);
	for (size_t i = 0; i < COUNT(threads); i++) {
		pthread_join(threads[i], NULL);
		sum += counts[i];
	}
	assert_int_equal(sum, 500);
}

static size_t count_managed(int64_t service_id)
{
	struct store_managed_token *rows = NULL;
	size_t n = 99;
	assert_int_equal(store_token_list(store, &a, service_id, &rows, &n), 0);
	for (size_t i = 1; i < n; i++)
		assert_true(rows[i - 1].token_id < rows[i].token_id);
	return n;
}

static void manages_tokens(void **state)
{
	struct store_token t;
	struct store_managed_token row;
	(void)state;
	store_service_put(store, &SERVICE(1, STR("s"), 0));
	assert_int_equal(store_token_put(store, HASH, 1, 3, 20, STR("old")), 0);
	assert_int_equal(store_token_put(store, OTHER, 1, 3, 20, STR("")), -EEXIST);
	assert_int_equal(store_token_put(store, HASH, 2, 3, 20, STR("")), 0);
	assert_int_equal(store_token_put(store, OTHER, 1, 1, 10, STR("")), 0);
	assert_int_equal(count_managed(1), 2);
	assert_int_equal(count_managed(3), 0);

	uint64_t before = store_generation(store);
	assert_int_equal(store_token_rotate(store, 1, 20, OTHER), -EEXIST);
	assert_int_equal(store_token_revoke(store, 1, 10), 0);
	assert_int_equal(store_token_revoke(store, 1, 10), -ENOENT);
	assert_int_equal(store_token_rotate(store, 1, 20, OTHER), 0);
	assert_true(store_generation(store) != before);
	assert_int_equal(store_token_find(store, HASH, 1, &t), 0);
	assert_false(t.reaches); /* the other service still has it */
	assert_int_equal(store_token_find(store, OTHER, 1, &t), 0);
	assert_true(t.reaches && t.rights == 3);

	assert_int_equal(store_token_rename(store, 1, 20, STR("new")), 0);
	assert_int_equal(store_token_get(store, &a, 1, 20, &row), 0);
	assert_true(row.token_id == 20 && str_eq(row.description, STR("new")));
	assert_int_equal(store_token_get(store, &a, 2, 20, &row), 0);
	assert_true(str_eq(row.description, STR("")));
	assert_int_equal(store_token_rename(store, 1, 21, STR("")), -ENOENT);
	assert_int_equal(store_token_rotate(store, 1, 21, HASH), -ENOENT);
}

/* Those of a seed share the id 0, which nobody may use to get at them. */
static void leaves_other_tokens_alone(void **state)
{
	struct store_token t;
	struct store_managed_token row;
	(void)state;
	assert_int_equal(store_token_put(store, HASH, STORE_ORGANIZATION, 1, 0, STR("")), 0);
	assert_int_equal(store_token_put(store, OTHER, STORE_ORGANIZATION, 1, 0, STR("")), 0);
	assert_int_equal(count_managed(STORE_ORGANIZATION), 0);
	assert_int_equal(store_token_get(store, &a, STORE_ORGANIZATION, 0, &row), -ENOENT);
	assert_int_equal(store_token_rotate(store, STORE_ORGANIZATION, 0, HASH), -ENOENT);
	assert_int_equal(store_token_rename(store, STORE_ORGANIZATION, 0, STR("x")), -ENOENT);
	assert_int_equal(store_token_revoke(store, STORE_ORGANIZATION, 0), -ENOENT);
	assert_int_equal(store_token_find(store, HASH, 0, &t), 0);
	assert_true(t.known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(keeps_tickets, set_up, tear_down),
		cmocka_unit_test_setup_teardown(scopes_tickets, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lists_tickets, set_up, tear_down),
		cmocka_unit_test_setup_teardown(finds_tokens, set_up, tear_down),
		cmocka_unit_test_setup_teardown(finds_organization_tokens, set_up, tear_down),
		cmocka_unit_test_setup_teardown(manages_tokens, set_up, tear_down),
		cmocka_unit_test_setup_teardown(leaves_other_tokens_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(keeps_services_and_owners, set_up, tear_down),
		cmocka_unit_test_setup_teardown(transacts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(counts_access_changes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(deletes_once, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
