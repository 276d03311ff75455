/* Faults on operations that the API does not have yet. The black-box tests do the rest. */
#include "check.h"

#include <stdio.h>

#include "fixture.h"
#include "http/fault.h"

static struct fixture f;

static const struct op unbuilt = {.name = "client/get", .body = OP_BODY_NONE};
static const struct op_route route = {.pattern = "/api/{serviceId}/client/get/{clientId}"};

static int set_up(void **state)
{
	(void)state;
	fixture_open(&f, NULL, MODE_FAITHFUL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_close(&f);
	return 0;
}

static void order(const char *body)
{
	const struct reply *reply = fixture_post(&f, "/__admin/faults", body);
	check(body, reply->status == 201);
}

/* The answer to a call of the operation above about that client. */
static const struct reply *get(const char *client)
{
	fixture_end(&f);
	fixture_begin(&f, &(struct request){.target = "/"});
	f.call->op = &unbuilt;
	f.call->route = &route;
	f.call->params[0] = STR("2884000001");
	f.call->params[1] = str_of(client);
	f.call->service_id = SERVICE_ID;
	call_run(f.call);
	return &f.call->reply;
}

static void finds_the_client_of_the_path(void **state)
{
	(void)state;
	order("{\"operation\":\"*\",\"clientId\":5,\"effect\":{\"status\":418}}");
	assert_int_equal(get("5")->status, 418);
	assert_int_equal(fault_id(f.call), 1);
	assert_int_equal(get("6")->status, 501);
	assert_int_equal(fault_id(f.call), 0);
	faults_clear(f.server.silo.faults);
}

static void works_on_what_is_not_built(void **state)
{
	(void)state;
	order("{\"operation\":\"*\",\"effect\":{\"body\":{\"clientId\":5},\"corrupt\":true}}");
	const struct reply *reply = get("5");
	assert_int_equal(reply->status, 200);
	assert_true(reply->corrupted);
	check_str("body", reply->body, "{\"clientId\":5}");
	faults_clear(f.server.silo.faults);
	order("{\"operation\":\"*\",\"effect\":{\"drop\":\"after\"}}");
	reply = get("5");
	assert_int_equal(reply->status, 501);
	assert_true(reply->lost);
	faults_clear(f.server.silo.faults);
}

static void tells_the_journal(void **state)
{
	static const struct {
		const char *effect, *finding;
		bool decided;
	} rows[] = {
		{"\"status\":503", "a fault answered; nothing was done", true},
		{"\"drop\":\"before\"", "a fault lost the call before anything was done", true},
		{"\"drop\":\"after\"", "a fault lost the reply; the work was done", true},
		{"\"truncate\":3", "a fault changed the reply on its way", false},
	};
	char body[200];
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		snprintf(
			body, sizeof body, "{\"operation\":\"*\",\"effect\":{%s}}", rows[i].effect);
		order(body);
		get("5");
		const struct step *last = &f.call->steps[f.call->n_steps - 1];
		check_str(body, str_of(last->check), "fault");
		check_str(body, str_of(last->finding), rows[i].finding);
		check(body, last->decided == rows[i].decided);
		faults_clear(f.server.silo.faults);
	}
}

static void delays_before_the_work(void **state)
{
	(void)state;
	order("{\"operation\":\"*\",\"effect\":{\"delayMs\":1}}");
	get("5");
	assert_int_equal(f.call->reply.status, 0);
	assert_true(f.call->wake_at_us > clock_monotonic_us() - 1000000);
	while (clock_monotonic_us() < f.call->wake_at_us)
		;
	call_run(f.call);
	assert_int_equal(f.call->reply.status, 501);
	assert_int_equal(f.call->wake_at_us, 0);
	/* woken before its time: the server ends */
	faults_clear(f.server.silo.faults);
	order("{\"operation\":\"*\",\"effect\":{\"delayMs\":60000}}");
	get("5");
	call_run(f.call);
	assert_int_equal(f.call->reply.status, 503);
	faults_clear(f.server.silo.faults);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_client_of_the_path),
		cmocka_unit_test(works_on_what_is_not_built),
		cmocka_unit_test(tells_the_journal),
		cmocka_unit_test(delays_before_the_work),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
