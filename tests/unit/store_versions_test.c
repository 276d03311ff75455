/* Files that earlier versions of the layout left in users' hands. */
#include "store_file.h"

#include "core/hash.h"
#include "store/migrations.h"

/* A file as the first versions of the layout left it in users' hands, with those rows. */
static void make_version(int version, const char *rows)
{
	char text[100];
	struct sql *db;
	assert_int_equal(sql_open(path, &db), 0);
	for (int i = 0; i < version; i++)
		assert_int_equal(sql_exec(db, migrations[i]), 0);
	snprintf(text, sizeof text, "PRAGMA application_id = %d; PRAGMA user_version = %d",
		STORE_APPLICATION_ID, version);
	assert_int_equal(sql_exec(db, text), 0);
	assert_int_equal(sql_exec(db, rows), 0);
	sql_close(db, false);
}

static void knows_version_one(void **state)
{
	(void)state;
	make_version(1, "INSERT INTO ticket VALUES ('t', 1, 2, 3, 4)");
	struct store *s = open_good(false);
	struct ticket t;
	assert_int_equal(store_ticket_get(s, &a, 1, STR("t"), &t), 0);
	assert_true(t.client_id == 2 && t.created_at == 3 && t.expires_at == 4);
	store_close(s);
	store_close(NULL);
}

/* Before there were clients: services get numbers, and can be changed and given clients. */
static void knows_version_two(void **state)
{
	struct store_service service, *services;
	struct store_client client = {.client_id = 5,
		.alias = STR("a"),
		.secret = STR("s"),
		.extension = STR(""),
		.document = STR("")};
	struct store_token token;
	struct ticket ticket;
	unsigned char hash[SHA256_SIZE];
	size_t n;
	int64_t total;
	(void)state;
	make_version(2,
		"INSERT INTO service VALUES (20, 'twenty', 2000), (10, 'ten', 1000);"
		"INSERT INTO access_token VALUES (x'" /* of "abc", FIPS 180-2 appendix B.1 */
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',"
		" 10, 3);"
		"INSERT INTO ticket VALUES ('t', 10, 2, 3, 4);"
		"INSERT INTO silo VALUES (1, 7, 8)");
	struct store *s = open_good(false);
	assert_int_equal(store_service_list(s, &a, 0, 9, &services, &n, &total), 0);
	assert_true(n == 2 && total == 2);
	assert_true(services[0].service_id == 10 && services[0].number == 1);
	assert_true(services[1].service_id == 20 && services[1].number == 2);
	check_str("secret", services[0].api_secret, "ten");
	assert_true(services[0].created_at == 1000 && services[0].modified_at == 1000);
	assert_true(services[0].clients == 0 && services[0].document.n == 0);
	assert_int_equal(hash_sha256(STR("abc"), hash), 0);
	assert_int_equal(store_token_find(s, hash, 10, &token), 0);
	assert_true(token.reaches && token.rights == 3);
	assert_int_equal(store_ticket_get(s, &a, 10, STR("t"), &ticket), 0);
	assert_int_equal(store_service_update(s, 10, STR("\"a\":1"), 5000), 0);
	assert_int_equal(store_client_put(s, 10, &client), 0);
	assert_int_equal(client.number, 1);
	store_close(s);
	s = open_good(false);
	assert_int_equal(store_service_get(s, &a, 10, &service), 0);
	assert_true(service.clients == 1 && service.modified_at == 5000);
	check_str("document", service.document, "\"a\":1");
	assert_int_equal(store_client_get(s, &a, 10, STR("a"), &client), 0);
	assert_int_equal(client.client_id, 5);
	store_close(s);
}

/* Before numbers were counted: they go on after the largest there is. */
static void knows_version_four(void **state)
{
	struct store_service made = {.service_id = 30, .api_secret = STR(""), .document = STR("")};
	struct store_issued row = {.grant_type = STR("CIBA"),
		.scopes = STR(""),
		.refresh_scopes = STR(""),
		.details = STR("")};
	(void)state;
	make_version(4, "INSERT INTO service (service_id, api_secret, created_at, number)"
			" VALUES (20, '', 0, 6), (10, '', 0, 4);");
	struct store *s = open_good(false);
	assert_int_equal(store_service_put(s, &made), 0);
	assert_int_equal(store_service_get(s, &a, 30, &made), 0);
	assert_int_equal(made.number, 7);
	assert_int_equal(store_issued_put(s, 20, &row), 0);
	assert_int_equal(row.number, 1);
	store_close(s);
}

/* Before the tokens of a subject were found by way of the clients. */
static void knows_version_five(void **state)
{
	struct issued_filter john = {.subject = STR("john")};
	struct store_issued *rows;
	size_t n;
	int64_t total;
	(void)state;
	make_version(5, "INSERT INTO service (service_id, api_secret, created_at)"
			" VALUES (10, '', 0);"
			"INSERT INTO client (service_id, number, client_id, secret, locked,"
			" created_at, modified_at, extension, document)"
			" VALUES (10, 1, 7, '', 0, 0, 0, '', '');"
			"INSERT INTO issued VALUES (10, 4, zeroblob(32), NULL, NULL, 7, 'john',"
			" 'CIBA', '', '', 0, 99, 0, 0, 99, '');"
			"INSERT INTO counter VALUES ('issued', 6)");
	struct store *s = open_good(false);
	assert_int_equal(store_issued_list(s, &a, 10, &john, 0, 9, &rows, &n, &total), 0);
	assert_true(n == 1 && total == 1 && rows[0].number == 4);
	memset(rows[0].access_hash, 1, SHA256_SIZE);
	assert_int_equal(store_issued_put(s, 10, &rows[0]), 0);
	assert_int_equal(rows[0].number, 7);
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(knows_version_one),
		CASE(knows_version_two),
		CASE(knows_version_four),
		CASE(knows_version_five),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
