#include "check.h"

#include <string.h>

#include "fixture.h"
#include "http/mcode.h"
#include "http/self_check.h"

static struct fixture f;

static int open_fixture(void **state)
{
	(void)state;
	fixture_open(&f, NULL, MODE_FAITHFUL);
	f.server.config.self_check = 1;
	return 0;
}

static int close_fixture(void **state)
{
	(void)state;
	fixture_close(&f);
	return 0;
}

/* A call whose own reply was good, and then this one in its place. */
static const struct reply *check_reply(
	int status, const char *code, const char *action, const char *body)
{
	fixture_post(&f, FAIL_PATH, "{\"reason\":\"ACCESS_DENIED\"}");
	f.call->reply = (struct reply){
		.status = status,
		.body = str_of(body),
		.content_type = "application/json",
		.result_code = code,
		.action = action,
	};
	capture_begin();
	assert_int_equal(self_check(f.call), 0);
	capture_end();
	return &f.call->reply;
}

#define GOOD                                                                                       \
	"\"resultCode\":\"A185001\",\"resultMessage\":\"[A185001] It is done.\","                  \
	"\"action\":\"FORBIDDEN\""

static void lets_good_ones_by(void **state)
{
	(void)state;
	const struct reply *r = check_reply(
		200, "A185001", "FORBIDDEN", "{" GOOD ",\"responseContent\":\"{}\"}");
	assert_int_equal(r->status, 200);
	r = check_reply(400, "A126202", NULL,
		"{\"resultCode\":\"A126202\",\"resultMessage\":\"[A126202] It is bad.\"}");
	assert_int_equal(r->status, 400);
}

static void names_what_is_broken(void **state)
{
	static const struct {
		const char *body, *says;
		int status;
		const char *code, *action;
	} rows[] = {
		{"{" GOOD "}", "/responseContent", 200, "A185001", "FORBIDDEN"},
		{"{" GOOD ",\"responseContent\":1}", "/responseContent", 200, "A185001",
			"FORBIDDEN"},
		{"{" GOOD ",\"responseContent\":null}", "/responseContent", 200, "A185001",
			"FORBIDDEN"},
		{"{" GOOD ",\"responseContent\":\"{}\",\"extra\":1}", "/extra", 200, "A185001",
			"FORBIDDEN"},
		{"{" GOOD ",\"responseContent\":\"{}\"}", "/resultCode", 200, "A185002",
			"FORBIDDEN"},
		{"{" GOOD ",\"responseContent\":\"{}\"}", "with the action OK", 200, "A185001",
			"OK"},
		{"{" GOOD ",\"responseContent\":\"{}\"", "no JSON", 200, "A185001", "FORBIDDEN"},
		{"{\"resultCode\":\"A126202\"}", "resultMessage", 400, "A126202", NULL},
		{"{\"resultCode\":\"A126202\",\"resultMessage\":\"[A126203] It is bad.\"}",
			"in brackets", 400, "A126202", NULL},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct reply *r = check_reply(
			rows[i].status, rows[i].code, rows[i].action, rows[i].body);
		check(rows[i].body, r->status == 500);
		check(rows[i].body, strcmp(r->result_code, M_SELF_CHECK) == 0);
		struct str body = r->body;
		check(rows[i].body, memmem(body.p, body.n, rows[i].says, strlen(rows[i].says)));
	}
}

static void is_off_by_default(void **state)
{
	(void)state;
	f.server.config.self_check = 0;
	assert_int_equal(check_reply(200, "A000001", NULL, "{}")->status, 200);
}

static void leaves_faults_alone(void **state)
{
	(void)state;
	fixture_post(&f, FAIL_PATH, "{}");
	f.call->forced = true;
	f.call->reply.body = STR("{}");
	assert_int_equal(self_check(f.call), 0);
	assert_int_equal(f.call->reply.status, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lets_good_ones_by, open_fixture, close_fixture),
		cmocka_unit_test_setup_teardown(names_what_is_broken, open_fixture, close_fixture),
		cmocka_unit_test_setup_teardown(is_off_by_default, open_fixture, close_fixture),
		cmocka_unit_test_setup_teardown(leaves_faults_alone, open_fixture, close_fixture),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
