/* Control calls, open calls and strict mode, in-process. */
#include "check.h"

#include <string.h>

#include "fixture.h"

static struct fixture f;

static int set_up(void **state)
{
	(void)state;
	fixture_open(&f, NULL, MODE_FAITHFUL);
	return 0;
}

static int set_up_strict(void **state)
{
	(void)state;
	fixture_open(&f, NULL, MODE_STRICT);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_close(&f);
	return 0;
}

static const struct reply *run(const char *method, const char *target)
{
	return fixture_run(&f, &(struct request){.method = method, .target = target});
}

static bool says(const struct reply *reply, const char *text)
{
	return reply->body.n && memmem(reply->body.p, reply->body.n, text, strlen(text));
}

static void serves_the_open_ones(void **state)
{
	static const struct {
		const char *target, *type, *part;
	} rows[] = {
		{"/api/lifecycle/healthcheck", "text/plain", "OK"},
		{"/api/lifecycle/healthcheck?extended=true", "text/plain", "OK"},
		{"/api/lifecycle/healthcheck?extended=false&x=y", "text/plain", "OK"},
		{"/api/info", "application/json", "\"ciba\""},
		{"/api/misc/echo", "application/json", "{}"},
		{"/api/misc/echo?a=1&b=%C3%A4+%00&c", "application/json",
			"{\"a\":\"1\",\"b\":\"\xC3\xA4 \\u0000\",\"c\":\"\"}"},
		{"/__admin/health", "application/json", "\"status\":\"ok\""},
		{"/__admin/version", "application/json", "libmicrohttpd"},
		{"/__admin/openapi.json", "application/json", "\"openapi\""},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (int head = 0; head < 2; head++) {
			const struct reply *reply = run(head ? "HEAD" : "GET", rows[i].target);
			check(rows[i].target, reply->status == 200);
			check(rows[i].target, strcmp(reply->content_type, rows[i].type) == 0);
			check(rows[i].target, says(reply, rows[i].part));
		}
	assert_int_equal(run("GET", "/api/misc/echo?a=1&a=2")->status, 400);
	assert_int_equal(run("GET", "/api/misc/echo?a=%")->status, 400);
	assert_int_equal(run("GET", "/api/lifecycle/healthcheck?extended=maybe")->status, 400);
}

static void makes_tickets(void **state)
{
	static const struct {
		const char *body, *part; /* NULL: none */
		int64_t made;
		int status;
	} rows[] = {
		{NULL, "{\"ticket\":\"", 1, 201},
		{"{}", "{\"ticket\":\"", 1, 201},
		{"{\"ticket\":\"a b\",\"clientId\":5,\"expiresIn\":0}", "{\"ticket\":\"a b\"}", 1,
			201},
		{"{\"count\":1}", "{\"tickets\":[\"", 1, 201},
		{"{\"count\":20000}", "{\"tickets\":[\"", 20000, 201},
		{"{\"tickets\":[{\"ticket\":\"l1\"},{},{\"ticket\":\"l2\",\"expiresIn\":\"never\"}]"
		 "}",
			"{\"tickets\":[\"l1\",\"", 3, 201},
		{"{\"count\":0}", "/count", 0, 400},
		{"{\"count\":20001}", "/count", 0, 400},
		{"{\"count\":2,\"ticket\":\"x\"}", "M000207", 0, 400},
		{"{\"tickets\":[]}", "/tickets", 0, 400},
		{"{\"tickets\":[{}],\"count\":1}", "M000207", 0, 400},
		{"{\"ticket\":\"\"}", "/ticket", 0, 400},
		{"{\"expiresIn\":-1}", "/expiresIn", 0, 400},
		{"{\"expiresIn\":\"soon\"}", "/expiresIn", 0, 400},
		{"{\"tickets\":[{\"ticket\":\"n1\"},{\"ticket\":\"n1\"}]}", "M000210", 0, 409},
		{"{\"tickets\":[{\"ticket\":\"n2\"},{\"ticket\":\"mock-ticket-1\"}]}", "M000210", 0,
			409},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *row = rows[i].body ? rows[i].body : "no body";
		int64_t before = fixture_count_tickets(&f, SERVICE_ID);
		const struct reply *reply = fixture_post(&f, TICKETS_PATH, rows[i].body);
		check(row, reply->status == rows[i].status);
		check(row, says(reply, rows[i].part));
		check(row, fixture_count_tickets(&f, SERVICE_ID) == before + rows[i].made);
	}
}

static void shows_tickets(void **state)
{
	(void)state;
	assert_int_equal(fixture_post(&f, TICKETS_PATH,
				 "{\"ticket\":\"a/b\",\"clientId\":5,\"expiresIn\":0}")
				 ->status,
		201);
	const struct reply *reply = run("GET", TICKETS_PATH "/a%2Fb");
	assert_int_equal(reply->status, 200);
	assert_true(says(reply,
		"{\"ticket\":\"a/b\",\"serviceId\":2884000001,\"clientId\":5,\"createdAt\":"));
	assert_true(says(reply, "\"expired\":true}"));
	reply = run("GET", TICKETS_PATH "/mock-ticket-1");
	assert_true(says(reply, "\"expired\":false}"));
	assert_false(says(reply, "expiresAt"));
	assert_false(says(reply, "clientId"));

	reply = run("GET", TICKETS_PATH "?start=1&end=3");
	assert_true(says(reply, "{\"totalCount\":10,\"tickets\":[{\"ticket\":\"mock-ticket-1\""));
	assert_true(says(reply, "mock-ticket-2"));
	assert_false(says(reply, "mock-ticket-3"));
	assert_true(
		says(run("GET", TICKETS_PATH "?start=10"), "{\"totalCount\":10,\"tickets\":[]}"));
	assert_true(
		says(run("GET", TICKETS_PATH "?start=9007199254740991&end=5"), "\"tickets\":[]"));
	assert_int_equal(run("GET", TICKETS_PATH "?start=-1")->status, 400);

	assert_int_equal(run("DELETE", TICKETS_PATH "/a%2Fb")->status, 204);
	assert_int_equal(f.call->reply.body.n, 0);
	assert_null(f.call->reply.content_type);
	assert_int_equal(run("DELETE", TICKETS_PATH "/a%2Fb")->status, 404);
	assert_int_equal(run("GET", TICKETS_PATH "/a%2Fb")->status, 404);
	assert_int_equal(run("GET", "/__admin/services/99999999999999999999/tickets")->status, 404);
}

static void makes_services(void **state)
{
	(void)state;
	const struct reply *reply = fixture_post(&f, "/__admin/services",
		"{\"serviceId\":\"12\",\"apiSecret\":\"s\",\"accessToken\":\"tok\",\"tickets\":[{"
		"\"ticket\":"
		"\"x\"}]}");
	assert_int_equal(reply->status, 201);
	check_str("body", reply->body,
		"{\"serviceId\":12,\"apiSecret\":\"s\",\"accessTokens\":[\"tok\"],\"tickets\":["
		"\"x\"]}");
	assert_int_equal(
		fixture_run(
			&f, &(struct request){.target = "/api/12/backchannel/authentication/fail",
				    .authorization = "Bearer tok",
				    .content_type = "application/json",
				    .body = "{\"ticket\":\"x\"}"})
			->status,
		200);
	assert_false(fixture_has_ticket(&f, 12, "x"));
	assert_int_equal(fixture_post(&f, "/__admin/services", NULL)->status, 201);
	assert_int_equal(fixture_post(&f, "/__admin/services",
				 "{\"accessToken\":\"a\",\"accessTokens\":[\"b\"]}")
				 ->status,
		400);
	/* a taken ticket list leaves nothing of the service */
	assert_int_equal(
		fixture_post(&f, "/__admin/services",
			"{\"serviceId\":13,\"tickets\":[{\"ticket\":\"y\"},{\"ticket\":\"y\"}]}")
			->status,
		409);
	assert_int_equal(run("GET", "/__admin/services/13/tickets")->status, 404);
}

static void resets(void **state)
{
	(void)state;
	assert_int_equal(fixture_post(&f, TICKETS_PATH, "{\"count\":3}")->status, 201);
	assert_int_equal(
		fixture_post(&f, FAIL_PATH, "{\"ticket\":\"mock-ticket-1\"}")->status, 200);
	assert_int_equal(fixture_post(&f, "/__admin/reset", NULL)->status, 204);
	assert_int_equal(fixture_count_tickets(&f, SERVICE_ID), 9);
	assert_true(fixture_has_ticket(&f, SERVICE_ID, "mock-ticket-1"));
	assert_int_equal(fixture_post(&f, "/__admin/reset", "{\"to\":\"nowhere\"}")->status, 404);
	assert_int_equal(fixture_count_tickets(&f, SERVICE_ID), 9);
	assert_int_equal(fixture_post(&f, "/__admin/reset", "{\"to\":\"empty\"}")->status, 204);
	/* a token that was known a moment ago is not any more */
	assert_int_equal(fixture_post(&f, FAIL_PATH, "{}")->status, 401);
	assert_int_equal(fixture_post(&f, "/__admin/reset", "{\"to\":\"seed\"}")->status, 204);
	assert_int_equal(fixture_post(&f, FAIL_PATH, "{}")->status, 200);
}

static void is_strict(void **state)
{
	static const struct {
		const char *body;
		const char *code;
		const char *part;
	} rows[] = {
		{"{\"ticket\":\"mock-ticket-1\"}", "M000206", "/reason"},
		{"{\"reason\":\"ACCESS_DENIED\"}", "M000206", "/ticket"},
		{"{\"ticket\":\"mock-ticket-1\",\"reason\":null}", "M000206", "/reason"},
		{"{\"ticket\":\"mock-ticket-1\",\"reason\":\"ACCESS_DENIED\",\"x\":1}", "M000206",
			"/x"},
		{"{\"ticket\":\"mock-ticket-1\",\"reason\":\"ACCESS_DENIED\",\"errorDescription\":"
		 "\"\\u00e4\"}",
			"M000206", "/errorDescription"},
		{"{\"ticket\":\"mock-ticket-1\",\"reason\":\"ACCESS_DENIED\",\"errorUri\":\"a b\"}",
			"M000206", "/errorUri"},
		{"{\"x\":1,\"y\":2}", "M000206", "/y"},
		{"{\"x\":1,\"reason\":\"NO\"}", "A126202",
			"/reason"}, /* what any mode refuses comes first */
		{"{\"ticket\":\"mock-ticket-1\",\"reason\":\"ACCESS_DENIED\"}", NULL, "A185001"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct reply *reply = fixture_post(&f, FAIL_PATH, rows[i].body);
		check(rows[i].body, reply->status == (rows[i].code ? 400 : 200));
		if (rows[i].code)
			check_str(rows[i].body, str_of(reply->result_code), rows[i].code);
		check(rows[i].body, says(reply, rows[i].part));
		bool kept = fixture_has_ticket(&f, SERVICE_ID, "mock-ticket-1");
		check(rows[i].body, kept == (rows[i].code != NULL));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(serves_the_open_ones, set_up, tear_down),
		cmocka_unit_test_setup_teardown(makes_tickets, set_up, tear_down),
		cmocka_unit_test_setup_teardown(shows_tickets, set_up, tear_down),
		cmocka_unit_test_setup_teardown(makes_services, set_up, tear_down),
		cmocka_unit_test_setup_teardown(resets, set_up, tear_down),
		cmocka_unit_test_setup_teardown(is_strict, set_up_strict, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
