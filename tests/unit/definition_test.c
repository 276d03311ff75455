#include "check.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>

#include "fixture.h"
#include "oauth/definition.h"

#define CLIENT STR("2884100003")

static struct fixture f;

static int set_up(void **state)
{
	(void)state;
	fixture_open(&f, NULL, MODE_FAITHFUL);
	f.server.definitions = definitions_new(64, SIZE_MAX);
	return f.server.definitions ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_end(&f);
	definitions_free(f.server.definitions);
	fixture_close(&f);
	return 0;
}

/* A call that asks for definitions, with nothing held yet. */
static struct call *begin(void)
{
	fixture_end(&f);
	fixture_begin(&f, &(struct request){.target = "/api/info"});
	return f.call;
}

static const struct definition *service(struct call *c)
{
	const struct definition *d = NULL;
	assert_int_equal(definition_of_service(c, SERVICE_ID, &d), 0);
	return d;
}

static const struct definition *client(struct call *c, struct str identifier)
{
	const struct definition *d = NULL;
	assert_int_equal(definition_of_client(c, SERVICE_ID, identifier, &d), 0);
	return d;
}

static void keeps_what_it_has_read(void **state)
{
	(void)state;
	const struct definition *s = service(begin()), *c = client(f.call, CLIENT);
	assert_int_equal(s->service.service_id, SERVICE_ID);
	assert_int_equal(c->client.client_id, 2884100003);
	assert_non_null(json_get(s->document, "issuer"));
	assert_non_null(json_get(c->document, "grantTypes"));
	assert_non_null(c->extension);
	assert_ptr_equal(service(begin()), s);
	assert_ptr_equal(client(f.call, CLIENT), c);
}

static void knows_no_others(void **state)
{
	const struct definition *d;
	struct call *c = begin();
	(void)state;
	assert_int_equal(definition_of_service(c, 1, &d), -ENOENT);
	assert_int_equal(definition_of_client(c, SERVICE_ID, STR("1"), &d), -ENOENT);
	assert_int_equal(definition_of_client(c, SERVICE_ID, STR(""), &d), -ENOENT);
	assert_int_equal(definition_of_client(c, SERVICE_ID, STR_NONE, &d), -ENOENT);
	assert_int_equal(definition_of_client(c, 1, CLIENT, &d), -ENOENT);
}

/* Each change is seen by the next call, while a call under way keeps what it has. */
static void changes_with_the_store(void **state)
{
	struct store *s = f.server.silo.store;
	struct call *held = begin();
	const struct definition *before = client(held, CLIENT);
	(void)state;
	f.call = NULL;
	assert_int_equal(store_client_set_lock(s, &held->arena, SERVICE_ID, CLIENT, true, 1), 0);
	assert_true(client(begin(), CLIENT)->client.locked);
	struct str old;
	assert_int_equal(store_client_set_secret(
				 s, &held->arena, SERVICE_ID, CLIENT, STR("changed"), 2, &old),
		0);
	assert_true(str_eq(client(begin(), CLIENT)->client.secret, STR("changed")));
	assert_int_equal(store_client_set_extension(s, SERVICE_ID, 2884100003, STR("\"x\":1")), 0);
	assert_non_null(json_get(client(begin(), CLIENT)->extension, "x"));
	struct store_client values = client(begin(), CLIENT)->client;
	values.document = STR("\"y\":1");
	values.alias = STR("another");
	assert_int_equal(store_client_update(s, SERVICE_ID, &values), 0);
	assert_non_null(json_get(client(begin(), STR("another"))->document, "y"));
	assert_int_equal(store_service_update(s, SERVICE_ID, STR("\"z\":1"), 3), 0);
	assert_non_null(json_get(service(begin())->document, "z"));
	assert_int_equal(store_client_delete(s, &held->arena, SERVICE_ID, CLIENT), 0);
	assert_int_equal(definition_of_client(begin(), SERVICE_ID, CLIENT, &before), -ENOENT);
	fixture_end(&f);
	f.call = held;
	assert_false(client(held, STR("2884100004"))->client.locked);
	assert_false(before->client.locked);
	assert_non_null(json_get(before->document, "grantTypes"));
}

static int update_and_look(struct store *s, void *arg)
{
	int r = store_service_update(s, SERVICE_ID, STR("\"within\":1"), 3);
	assert_non_null(json_get(service(begin())->document, "within"));
	(void)arg;
	return r < 0 ? r : -EIO;
}

static void forgets_what_was_taken_back(void **state)
{
	(void)state;
	assert_int_equal(
		store_transaction(f.server.silo.store, false, update_and_look, NULL), -EIO);
	assert_null(json_get(service(begin())->document, "within"));
}

static void tells_stores_apart(void **state)
{
	(void)state;
	assert_int_equal(
		store_service_update(f.server.silo.store, SERVICE_ID, STR("\"mine\":1"), 3), 0);
	assert_non_null(json_get(service(begin())->document, "mine"));
	fixture_renew(&f);
	assert_null(json_get(service(begin())->document, "mine"));
}

/* One place for all: each takes that of the one before, which the call still holds. */
static void holds_what_is_replaced(void **state)
{
	fixture_end(&f);
	definitions_free(f.server.definitions);
	f.server.definitions = definitions_new(1, SIZE_MAX);
	const struct definition *s = service(begin()), *c = client(f.call, CLIENT);
	(void)state;
	assert_non_null(json_get(s->document, "issuer"));
	assert_non_null(json_get(c->document, "grantTypes"));
	assert_non_null(json_get(service(f.call)->document, "issuer"));
	fixture_end(&f);
	definitions_free(f.server.definitions);
	f.server.definitions = definitions_new(0, SIZE_MAX); /* keeps none, and works */
	assert_non_null(json_get(service(begin())->document, "issuer"));
	fixture_end(&f);
	definitions_free(f.server.definitions);
	f.server.definitions = NULL;
	assert_non_null(json_get(service(begin())->document, "issuer"));
	definitions_free(NULL);
}

/* Two clients are too many bytes; what has gone is read anew. */
static void keeps_few_bytes(void **state)
{
	fixture_end(&f);
	definitions_free(f.server.definitions);
	f.server.definitions = definitions_new(64, 10000);
	struct call *held = begin();
	const struct definition *one = client(held, CLIENT),
				*other = client(held, STR("2884100004"));
	(void)state;
	f.call = NULL;
	bool kept = client(begin(), CLIENT) == one;
	kept = client(f.call, STR("2884100004")) == other && kept;
	assert_false(kept);
	fixture_end(&f);
	f.call = held;
}

static void *ask_often(void *arg)
{
	bool good = true;
	for (int i = 0; good && i < 300; i++) {
		struct call c;
		const struct definition *s = NULL, *d = NULL;
		char id[16];
		snprintf(id, sizeof id, "288410000%d", i % 8 + 1);
		call_init(&c, &f.server, NULL, 0);
		good = definition_of_service(&c, SERVICE_ID, &s) == 0 &&
		       definition_of_client(&c, SERVICE_ID, str_of(id), &d) == 0 &&
		       json_get(s->document, "issuer") && json_get(d->document, "grantTypes");
		if (i % 50 == 0) /* it becomes another one for all */
			store_client_set_extension(
				f.server.silo.store, SERVICE_ID, 2884100001, STR(""));
		call_end(&c);
		arena_reset(&c.arena);
	}
	return good ? NULL : arg;
}

static void serves_threads(void **state)
{
	pthread_t threads[4];
	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_often, &f), 0);
	for (size_t i = 0; i < 4; i++) {
		void *failed;
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(keeps_what_it_has_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(knows_no_others, set_up, tear_down),
		cmocka_unit_test_setup_teardown(changes_with_the_store, set_up, tear_down),
		cmocka_unit_test_setup_teardown(forgets_what_was_taken_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(tells_stores_apart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(holds_what_is_replaced, set_up, tear_down),
		cmocka_unit_test_setup_teardown(keeps_few_bytes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(serves_threads, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
