#include "check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "http/rights.h"

static struct arena a;

static int set_up(void **state)
{
	(void)state;
	arena_init(&a, NULL, 0, (size_t)16 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_reset(&a);
	return 0;
}

static struct store_token token_of(struct store *s, const char *token, int64_t wanted)
{
	unsigned char hash[SHA256_SIZE];
	struct store_token found;
	assert_int_equal(hash_sha256(str_of(token), hash), 0);
	assert_int_equal(store_token_find(s, hash, wanted, &found), 0);
	return found;
}

static void loads_the_built_in_one(void **state)
{
	struct fixture f;
	struct str secret;
	(void)state;
	fixture_open(&f, NULL, MODE_FAITHFUL);
	struct store *s = f.server.silo.store;
	assert_int_equal(fixture_count_tickets(&f, SERVICE_ID), 9);
	for (int i = 1; i <= 9; i++) {
		struct ticket t;
		struct str name = arena_printf(&a, "mock-ticket-%d", i);
		assert_int_equal(store_ticket_get(s, &a, SERVICE_ID, name, &t), 0);
		assert_true(t.expires_at == TICKET_NEVER_EXPIRES);
		assert_int_equal(t.client_id, 0);
	}
	assert_int_equal(store_service_find(s, &a, SERVICE_ID, &secret), 0);
	check_str("secret", secret, "mock-service-secret");
	assert_int_equal(store_owner_find(s, &a, STR("mock-owner-key"), &secret), 0);
	check_str("owner", secret, "mock-owner-secret");
	struct store_token token = token_of(s, "mock-service-token", SERVICE_ID);
	assert_true(token.known && token.reaches && token.rights == RIGHTS_ALL);
	token = token_of(s, "mock-service-token", 0);
	assert_true(token.reaches && token.service_id == SERVICE_ID);
	token = token_of(s, "mock-org-token", SERVICE_ID);
	assert_true(token.known && token.reaches);
	fixture_close(&f);
}

/* The client with that id in the store of the fixture, or of the service. */
static struct store_client client_of(struct store *s, int64_t service_id, const char *identifier)
{
	struct store_client client;
	if (store_client_get(s, &a, service_id, str_of(identifier), &client) < 0)
		fail_msg("there is no client %s", identifier);
	return client;
}

static bool has(struct str text, const char *piece)
{
	return memmem(text.p, text.n, piece, strlen(piece)) != NULL;
}

static void has_clients_built_in(void **state)
{
	static const struct {
		const char *id, *alias, *document;
	} rows[] = {
		{"2884100001", "mock-web", "\"AUTHORIZATION_CODE\""},
		{"2884100002", "mock-spa", "\"pkceS256Required\":true"},
		{"2884100003", "mock-ciba-poll", "\"POLL\""},
		{"2884100004", "mock-ciba-ping", "\"PING\""},
		{"2884100005", "mock-ciba-push", "\"PUSH\""},
		{"2884100006", "mock-device", "\"DEVICE_CODE\""},
		{"2884100007", "mock-machine", "\"CLIENT_CREDENTIALS\""},
		{"2884100008", "mock-private-key-jwt", "\"PRIVATE_KEY_JWT\""},
		{"2884100009", "mock-secret-jwt", "\"CLIENT_SECRET_JWT\""},
	};
	struct fixture f;
	struct store_service service;
	(void)state;
	fixture_open(&f, NULL, MODE_FAITHFUL);
	struct store *s = f.server.silo.store;
	assert_int_equal(store_service_get(s, &a, SERVICE_ID, &service), 0);
	assert_int_equal(service.clients, COUNT(rows));
	assert_true(has(service.document, "mock-es256") && has(service.document, "mock-rs256"));
	assert_false(has(service.document, "apiSecret"));
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct store_client client = client_of(s, SERVICE_ID, rows[i].alias);
		check(rows[i].alias, client.number == (int64_t)i + 1);
		check(rows[i].alias, client.client_id == atoll(rows[i].id));
		check(rows[i].alias, has(client.secret, "mock-client-secret-"));
		check(rows[i].alias, has(client.document, rows[i].document));
	}
	/* HS256 wants a key as long as its digest */
	assert_true(client_of(s, SERVICE_ID, "mock-secret-jwt").secret.n >= 32);
	fixture_close(&f);
}

static void loads_services_and_clients(void **state)
{
	static const char text[] =
		"{\"services\":[{\"serviceId\":7,\"service\":{\"apiKey\":7,\"apiSecret\":\"inner\","
		"\"number\":99,\"createdAt\":1000,\"modifiedAt\":2000,\"serviceName\":\"n\","
		"\"issuer\":null,\"metadata\":[{\"key\":\"clientCount\",\"value\":\"5\"}]},"
		"\"clients\":[{\"clientId\":5,\"clientSecret\":\"s5\",\"clientIdAlias\":\"5\","
		"\"number\":3,\"createdAt\":3000,\"locked\":true,\"derivedSectorIdentifier\":\"x\"}"
		","
		"{\"clientName\":\"two\",\"developer\":\"d\",\"clientIdAlias\":\"second\"}]},"
		"{\"serviceId\":8,\"apiSecret\":\"outer\",\"service\":{\"apiSecret\":\"inner\"},"
		"\"clients\":[]}]}";
	struct fixture f;
	struct store_service service;
	(void)state;
	fixture_open(&f, text, MODE_FAITHFUL);
	struct store *s = f.server.silo.store;
	assert_int_equal(store_service_get(s, &a, 7, &service), 0);
	check_str("apiSecret", service.api_secret, "inner");
	assert_true(service.created_at == 1000 && service.modified_at == 2000);
	assert_true(service.number == 1 && service.clients == 2);
	assert_true(has(service.document, "\"serviceName\":\"n\""));
	assert_false(has(service.document, "null"));
	struct store_client client = client_of(s, 7, "5");
	check_str("secret", client.secret, "s5");
	assert_true(client.number == 1 && client.locked && client.alias.p == NULL);
	assert_true(client.created_at == 3000 && client.modified_at == 3000);
	client = client_of(s, 7, "second");
	assert_true(client.number == 2 && client.client_id > 1000000000 && !client.locked);
	assert_int_equal(client.secret.n, 86);
	check_str("developer", client.developer, "d");
	assert_true(client.created_at > 1000000000000 && client.created_at % 1000 == 0);
	assert_int_equal(store_service_get(s, &a, 8, &service), 0);
	check_str("the element's", service.api_secret, "outer");
	assert_true(service.clients == 0 && service.number == 2);
	fixture_close(&f);
}

static void loads_every_member(void **state)
{
	static const char text[] = "{\"organizationTokens\":[\"org\"],\"owner\":{\"key\":\"k\","
				   "\"secret\":\"s\"},\"services\":["
				   "{\"serviceId\":\"9223372036854775807\",\"apiSecret\":\"x\","
				   "\"accessTokens\":[\"t1\","
				   "{\"token\":\"t2\",\"rights\":[\"VIEW_CLIENT\",\"DELETE_"
				   "SERVICE\"]},{\"token\":\"t3\"}],"
				   "\"tickets\":[{\"ticket\":\"a\\u0000b\",\"clientId\":5,"
				   "\"expiresIn\":0},{\"expiresIn\":10},"
				   "{\"ticket\":\"d\"}]},{\"serviceId\":7}]}";
	struct fixture f;
	struct ticket t;
	struct str secret;
	(void)state;
	fixture_open(&f, text, MODE_FAITHFUL);
	struct store *s = f.server.silo.store;
	int64_t now = clock_now(NULL);
	assert_int_equal(store_ticket_get(s, &a, INT64_MAX, BYTES("a\0b"), &t), 0);
	assert_int_equal(t.client_id, 5);
	assert_true(
		t.expires_at == t.created_at && t.created_at <= now && t.created_at > now - 60000);
	assert_int_equal(store_ticket_get(s, &a, INT64_MAX, STR("d"), &t), 0);
	assert_true(t.expires_at - t.created_at == 86400000);
	assert_int_equal(fixture_count_tickets(&f, INT64_MAX), 3);
	assert_int_equal(fixture_count_tickets(&f, SERVICE_ID), 0);
	struct store_token token = token_of(s, "t2", INT64_MAX);
	assert_int_equal(
		token.rights, rights_of(STR("VIEW_CLIENT")) | rights_of(STR("DELETE_SERVICE")));
	assert_int_equal(token_of(s, "t3", INT64_MAX).rights, RIGHTS_ALL);
	assert_true(token_of(s, "org", 7).reaches);
	assert_false(token_of(s, "t1", 7).reaches);
	assert_false(token_of(s, "mock-service-token", 7).known);
	assert_int_equal(store_service_find(s, &a, 7, &secret), 0);
	assert_int_equal(secret.n, 43);
	fixture_close(&f);
}

static void stores_all_or_nothing(void **state)
{
	static const struct {
		const char *text, *said;
	} rows[] = {
		{"{\"services\":[{\"serviceId\":1},{\"serviceId\":\"1\"}]}",
			"/services/1/serviceId: "},
		{"{\"services\":[{\"serviceId\":1,\"tickets\":[{\"ticket\":\"a\"},{\"ticket\":"
		 "\"a\"}]}]}",
			"/services/0/tickets/1: "},
		{"{\"services\":[{\"serviceId\":1,\"accessTokens\":[\"a\",{\"token\":\"a\"}]}]}",
			"/services/0/accessTokens/1: "},
		{"{\"organizationTokens\":[\"a\",\"a\"]}", "/organizationTokens/1: "},
		{"{\"services\":[{\"serviceId\":1,\"clients\":[{\"clientId\":5},{},{\"clientId\":5}"
		 "]"
		 "}]}",
			"/services/0/clients/2/clientId: "},
		{"{\"services\":[{\"serviceId\":1,\"clients\":[{\"clientIdAlias\":\"a\"},"
		 "{\"clientIdAlias\":\"a\"}]}]}",
			"/services/0/clients/1/clientIdAlias: "},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct config config = {.seed_json = rows[i].text};
		struct silo silo = {0};
		struct seed *seed;
		struct seed_fault fault;
		struct ticket *tickets;
		bool fresh;
		size_t n;
		int64_t total;
		const char *why;
		check(rows[i].text, seed_read(&config, &seed) == 0);
		check(rows[i].text, store_open(NULL, &silo.store, &fresh, &why) == 0);
		check(rows[i].text, seed_load(seed, &silo, false, &fault) == -EEXIST);
		if (strncmp(fault.text, rows[i].said, strlen(rows[i].said)) != 0)
			fail_msg("%s: said %s", rows[i].text, fault.text);
		/* nothing of it stays */
		check(rows[i].text, store_service_find(silo.store, &a, 1, NULL) == -ENOENT);
		check(rows[i].text,
			store_ticket_list(silo.store, &a, 1, 0, 9, &tickets, &n, &total) == 0);
		check(rows[i].text, total == 0);
		seed_free(seed);
		store_close(silo.store);
	}
}

static void adds_flags(void **state)
{
	struct fixture f;
	struct seed_fault fault;
	(void)state;
	fixture_open(&f, NULL, MODE_FAITHFUL);
	struct store *s = f.server.silo.store;
	f.server.config.services[0] = "5:five";
	f.server.config.services[1] = "5:cinq";
	f.server.config.services[2] = "2884000001:extra";
	f.server.config.services[3] = "2884000001:mock-service-token";
	f.server.config.n_services = 4;
	for (int round = 0; round < 2; round++) {
		assert_int_equal(seed_load_flags(f.server.seed, &f.server.silo), 0);
		assert_true(token_of(s, "five", 5).reaches);
		assert_true(token_of(s, "cinq", 5).reaches);
		assert_true(token_of(s, "extra", SERVICE_ID).reaches);
		assert_false(token_of(s, "extra", 5).reaches);
		assert_int_equal(fixture_count_tickets(&f, SERVICE_ID), 9);
	}
	/* they belong to the seed: reset brings them back */
	assert_int_equal(store_transaction(s, true, NULL, NULL), 0);
	assert_false(token_of(s, "five", 5).known);
	assert_int_equal(seed_load(f.server.seed, &f.server.silo, true, &fault), 0);
	assert_true(token_of(s, "five", 5).reaches);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loads_the_built_in_one),
		cmocka_unit_test(has_clients_built_in),
		cmocka_unit_test(loads_every_member),
		cmocka_unit_test(loads_services_and_clients),
		cmocka_unit_test(stores_all_or_nothing),
		cmocka_unit_test(adds_flags),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
