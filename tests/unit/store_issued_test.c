/* The records of issued tokens. */
#include "check.h"

#include <errno.h>
#include <string.h>

#include "store/store.h"

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

static struct store_issued record(char access, char refresh, int64_t client_id, const char *subject)
{
	struct store_issued row = {
		.refreshable = refresh != 0,
		.client_id = client_id,
		.subject = str_of(subject),
		.grant_type = STR("CIBA"),
		.scopes = STR("openid a"),
		.refresh_scopes = refresh ? STR("openid a") : STR(""),
		.created_at = 50,
		.access_expires_at = 100,
		.refresh_expires_at = refresh ? 200 : 0,
		.details = STR("\"acr\":\"x\""),
	};
	memset(row.access_hash, access, SHA256_SIZE);
	memset(row.refresh_hash, refresh, SHA256_SIZE);
	return row;
}

static struct store_issued put(
	int64_t service_id, char access, char refresh, int64_t client_id, const char *subject)
{
	struct store_issued row = record(access, refresh, client_id, subject);
	assert_int_equal(store_issued_put(store, service_id, &row), 0);
	assert_true(row.number > 0);
	return row;
}

static const unsigned char *hash(char byte)
{
	static unsigned char bytes[4][SHA256_SIZE];
	static unsigned at;
	at = (at + 1) % 4;
	memset(bytes[at], byte, SHA256_SIZE);
	return bytes[at];
}

static int by_access(int64_t service_id, char byte, struct store_issued *ret)
{
	return store_issued_by_access(store, &a, service_id, hash(byte), ret);
}

static void keeps_what_it_is_given(void **state)
{
	struct store_issued row = record('a', 'r', 7, "john"), got;
	(void)state;
	row.has_previous = true;
	memset(row.previous_hash, 'p', SHA256_SIZE);
	row.refreshed_at = 60;
	assert_int_equal(store_issued_put(store, 1, &row), 0);
	assert_int_equal(by_access(1, 'a', &got), 0);
	assert_int_equal(got.number, row.number);
	assert_memory_equal(got.refresh_hash, row.refresh_hash, SHA256_SIZE);
	assert_memory_equal(got.previous_hash, row.previous_hash, SHA256_SIZE);
	assert_true(got.refreshable && got.has_previous);
	assert_true(str_eq(got.subject, STR("john")) && str_eq(got.grant_type, STR("CIBA")));
	assert_true(str_eq(got.scopes, row.scopes) && str_eq(got.details, row.details));
	assert_true(got.created_at == 50 && got.access_expires_at == 100);
	assert_true(got.refresh_expires_at == 200 && got.refreshed_at == 60);
	assert_int_equal(store_issued_by_refresh(store, &a, 1, hash('r'), &got), 0);
	assert_int_equal(store_issued_by_previous(store, &a, 1, hash('p'), &got), 0);
	/* one kind of token is not found as another, nor by another service */
	assert_int_equal(by_access(1, 'r', &got), -ENOENT);
	assert_int_equal(by_access(2, 'a', &got), -ENOENT);
	assert_int_equal(store_issued_by_refresh(store, &a, 1, hash('p'), &got), -ENOENT);
}

static void needs_no_subject_and_no_refresh_token(void **state)
{
	struct store_issued got;
	(void)state;
	put(1, 'a', 0, 7, NULL);
	put(1, 'b', 0, 7, ""); /* several without a refresh token do not collide */
	assert_int_equal(by_access(1, 'a', &got), 0);
	assert_null(got.subject.p);
	assert_false(got.refreshable || got.has_previous);
	assert_int_equal(by_access(1, 'b', &got), 0);
	assert_non_null(got.subject.p);
	assert_int_equal(got.subject.n, 0);
}

static void refuses_tokens_that_are_taken(void **state)
{
	struct store_issued row = put(1, 'a', 'r', 7, "john"), other = record('a', 's', 7, "jane");
	(void)state;
	assert_int_equal(store_issued_put(store, 1, &other), -EEXIST);
	assert_int_equal(store_issued_put(store, 2, &other), 0); /* another service's are its own */
	other = record('b', 'r', 7, "jane");
	assert_int_equal(store_issued_put(store, 1, &other), -ENOTUNIQ);
	row = put(1, 'c', 't', 7, "john");
	struct store_issued next = record('a', 't', 7, "john");
	next.number = row.number;
	assert_int_equal(
		store_issued_replace(store, 1, row.number, row.access_hash, &next), -EEXIST);
	next = record('c', 'r', 7, "john");
	next.number = row.number;
	assert_int_equal(
		store_issued_replace(store, 1, row.number, row.access_hash, &next), -ENOTUNIQ);
}

static void numbers_once_for_all(void **state)
{
	struct store_issued one = put(1, 'a', 'r', 7, "john"), two = put(2, 'b', 's', 7, "john");
	(void)state;
	assert_true(two.number > one.number);
	assert_int_equal(store_issued_delete(store, 2, two.number), 0);
	assert_true(put(1, 'c', 't', 7, "john").number > two.number);
}

static void lets_one_of_several_replace(void **state)
{
	struct store_issued row = put(1, 'a', 'r', 7, "john"), got;
	struct store_issued first = record('b', 's', 7, "john"), second = record('c', 't', 7, "");
	(void)state;
	assert_int_equal(store_issued_replace(store, 2, row.number, hash('a'), &first), -ENOENT);
	assert_int_equal(store_issued_replace(store, 1, row.number, hash('a'), &first), 0);
	assert_int_equal(store_issued_replace(store, 1, row.number, hash('a'), &second), -ENOENT);
	assert_int_equal(by_access(1, 'a', &got), -ENOENT);
	assert_int_equal(by_access(1, 'b', &got), 0);
	assert_int_equal(got.number, row.number);
	assert_int_equal(store_issued_by_refresh(store, &a, 1, hash('r'), &got), -ENOENT);
	assert_int_equal(store_issued_delete(store, 2, row.number), -ENOENT);
	assert_int_equal(store_issued_delete(store, 1, row.number), 0);
	assert_int_equal(store_issued_delete(store, 1, row.number), -ENOENT);
}

/* 7, 8 and 9 of service 1. */
static void make_clients(void)
{
	struct store_service service = {
		.service_id = 1, .api_secret = STR("s"), .document = STR("")};
	assert_int_equal(store_service_put(store, &service), 0);
	for (int64_t id = 7; id < 10; id++) {
		struct store_client client = {.client_id = id,
			.developer = id == 8 ? STR("d") : STR_NONE,
			.secret = STR("s"),
			.extension = STR(""),
			.document = STR("")};
		assert_int_equal(store_client_put(store, 1, &client), 0);
	}
}

static size_t list(struct issued_filter filter, int64_t start, int64_t limit, int64_t *ret_first)
{
	struct store_issued *rows;
	size_t n;
	int64_t total;
	int r = store_issued_list(store, &a, 1, &filter, start, limit, &rows, &n, &total);
	assert_int_equal(r, 0);
	*ret_first = n ? rows[0].number : 0;
	for (size_t i = 1; i < n; i++)
		assert_true(rows[i - 1].number < rows[i].number);
	return n + 10 * (size_t)total;
}

static void filters(void **state)
{
	int64_t first;
	struct store_issued one = put(1, 'a', 'r', 7, "john"), two = put(1, 'b', 0, 7, "jane"),
			    three = put(1, 'c', 0, 8, "john");
	struct store_issued late = record('d', 0, 8, NULL);
	(void)state;
	late.access_expires_at = 500;
	make_clients();
	assert_int_equal(store_issued_put(store, 1, &late), 0);
	put(2, 'a', 0, 7, "john");
	assert_int_equal(list((struct issued_filter){0}, 0, 9, &first), 44);
	assert_int_equal(first, one.number);
	assert_int_equal(list((struct issued_filter){0}, 1, 2, &first), 42);
	assert_int_equal(first, two.number);
	assert_int_equal(list((struct issued_filter){0}, 9, 2, &first), 40);
	assert_int_equal(list((struct issued_filter){.client_id = 8}, 0, 9, &first), 22);
	assert_int_equal(first, three.number);
	assert_int_equal(list((struct issued_filter){.subject = STR("john")}, 0, 9, &first), 22);
	struct issued_filter both = {.client_id = 8, .subject = STR("john")};
	assert_int_equal(list(both, 0, 9, &first), 11);
	assert_int_equal(first, three.number);
	struct issued_filter valid = {.status = ISSUED_VALID, .now = 100};
	assert_int_equal(list(valid, 0, 9, &first), 11);
	assert_int_equal(first, late.number);
	struct issued_filter invalid = {.status = ISSUED_INVALID, .now = 100};
	assert_int_equal(list(invalid, 0, 9, &first), 33);
}

static void changes_many_at_once(void **state)
{
	struct store_issued got;
	int64_t count = -1;
	struct issued_filter john = {.subject = STR("john")}, both = john;
	(void)state;
	both.client_id = 7;
	make_clients();
	put(1, 'a', 'r', 7, "john");
	put(1, 'b', 0, 8, "john");
	put(1, 'c', 0, 7, "jane");
	assert_int_equal(store_issued_set_scopes(store, 1, &both, STR("new"), &count), 0);
	assert_int_equal(count, 1);
	assert_int_equal(by_access(1, 'a', &got), 0);
	assert_true(str_eq(got.scopes, STR("new")) && str_eq(got.refresh_scopes, STR("new")));
	assert_int_equal(store_issued_delete_all(store, 2, &john, &count), 0);
	assert_int_equal(count, 0);
	assert_int_equal(store_issued_delete_all(store, 1, &john, &count), 0);
	assert_int_equal(count, 2);
	assert_int_equal(by_access(1, 'c', &got), 0);
}

static void knows_the_clients_of_a_user(void **state)
{
	struct store_client *clients;
	size_t n;
	int64_t total;
	(void)state;
	make_clients();
	put(1, 'a', 0, 8, "john");
	put(1, 'b', 0, 7, "john");
	put(1, 'c', 0, 8, "john");
	put(1, 'd', 0, 9, "jane");
	assert_int_equal(store_issued_clients(
				 store, &a, 1, STR("john"), STR_NONE, 0, 9, &clients, &n, &total),
		0);
	assert_true(n == 2 && total == 2);
	assert_true(clients[0].client_id == 7 && clients[1].client_id == 8);
	assert_int_equal(store_issued_clients(
				 store, &a, 1, STR("john"), STR("d"), 0, 9, &clients, &n, &total),
		0);
	assert_true(n == 1 && total == 1 && clients[0].client_id == 8);
	assert_int_equal(store_issued_clients(
				 store, &a, 1, STR("john"), STR_NONE, 1, 1, &clients, &n, &total),
		0);
	assert_true(n == 1 && total == 2 && clients[0].client_id == 8);
	assert_int_equal(store_issued_clients(
				 store, &a, 1, STR("none"), STR_NONE, 0, 9, &clients, &n, &total),
		0);
	assert_true(n == 0 && total == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(keeps_what_it_is_given, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			needs_no_subject_and_no_refresh_token, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_tokens_that_are_taken, set_up, tear_down),
		cmocka_unit_test_setup_teardown(numbers_once_for_all, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lets_one_of_several_replace, set_up, tear_down),
		cmocka_unit_test_setup_teardown(filters, set_up, tear_down),
		cmocka_unit_test_setup_teardown(changes_many_at_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(knows_the_clients_of_a_user, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
