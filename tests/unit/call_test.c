/* Whole requests, in-process. The black-box tests ask the same of a running server; here each row
 * is cheap, so there are many. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

static struct fixture f;

static int set_up(void **state)
{
	(void)state;
	fixture_open(&f,
		"{\"organizationTokens\":[\"mock-org-token\"],\"services\":[{\"serviceId\":"
		"2884000001,"
		"\"apiSecret\":\"mock-service-secret\",\"accessTokens\":[\"mock-service-token\","
		"\"shared\","
		"{\"token\":\"viewer\",\"rights\":[\"VIEW_SERVICE\"]}],\"tickets\":[{\"ticket\":"
		"\"t\"},"
		"{\"ticket\":\"old\",\"expiresIn\":0}]},{\"serviceId\":7,\"accessTokens\":["
		"\"seven\","
		"\"shared\"],\"tickets\":[{\"ticket\":\"theirs\"}]},{\"serviceId\":2884000257}]}",
		MODE_FAITHFUL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_close(&f);
	return 0;
}

/* A member of the last reply's body; STR_NONE when there is none. */
static struct str member(const char *name)
{
	struct json_fault fault;
	struct cJSON *tree;
	struct arena *a = &f.call->arena;
	struct str body = f.call->reply.body;
	if (json_parse(a, body, &tree, &fault) < 0)
		fail_msg("no JSON: %.*s", STR_ARGS(body));
	const struct cJSON *item = json_get(tree, name);
	return item ? json_text(a, item) : STR_NONE;
}

static void answers_each_reason(void **state)
{
	static const struct {
		const char *reason, *action, *error;
	} rows[] = {
		{"ACCESS_DENIED", "FORBIDDEN", "access_denied"},
		{"EXPIRED_LOGIN_HINT_TOKEN", "BAD_REQUEST", "expired_login_hint_token"},
		{"INVALID_BINDING_MESSAGE", "BAD_REQUEST", "invalid_binding_message"},
		{"INVALID_TARGET", "BAD_REQUEST", "invalid_target"},
		{"INVALID_USER_CODE", "BAD_REQUEST", "invalid_user_code"},
		{"MISSING_USER_CODE", "BAD_REQUEST", "missing_user_code"},
		{"SERVER_ERROR", "INTERNAL_SERVER_ERROR", "server_error"},
		{"UNAUTHORIZED_CLIENT", "BAD_REQUEST", "unauthorized_client"},
		{"UNKNOWN_USER_ID", "BAD_REQUEST", "unknown_user_id"},
	};
	char body[200], content[200];
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		snprintf(body, sizeof body, "{\"reason\":\"%s\",\"ticket\":\"none%zu\"}",
			rows[i].reason, i);
		snprintf(content, sizeof content, "{\"error\":\"%s\"}", rows[i].error);
		const struct reply *reply = fixture_post(&f, FAIL_PATH, body);
		check(rows[i].reason, reply->status == 200);
		check_str(rows[i].reason, member("resultCode"), "A185001");
		check_str(rows[i].reason, member("action"), rows[i].action);
		check_str(rows[i].reason, member("responseContent"), content);
		check_str(rows[i].reason, str_of(reply->result_code), "A185001");
		check_str(rows[i].reason, str_of(reply->action), rows[i].action);
		check_str(rows[i].reason, str_of(reply->content_type), "application/json");
		check(rows[i].reason, str_starts(member("resultMessage"), STR("[A185001] ")));
	}
}

static void carries_texts(void **state)
{
	static const struct {
		const char *body, *content;
	} rows[] = {
		{"{}", "{\"error\":\"server_error\"}"},
		{"{\"reason\":null,\"errorDescription\":null,\"errorUri\":\"\"}",
			"{\"error\":\"server_error\"}"},
		{"{\"reason\":\"\"}", "{\"error\":\"server_error\"}"},
		{"{\"errorUri\":\"u\",\"errorDescription\":\"d\"}",
			"{\"error\":\"server_error\",\"error_description\":\"d\",\"error_uri\":"
			"\"u\"}"},
		{"{\"errorDescription\":\"\\\"\\\\\\n\\u0000\\u00e4\"}",
			"{\"error\":\"server_error\",\"error_description\":"
			"\"\\\"\\\\\\n\\u0000\xC3\xA4\"}"},
		{"{\"unknown\":[{}],\"error_uri\":1}", "{\"error\":\"server_error\"}"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		check(rows[i].body, fixture_post(&f, FAIL_PATH, rows[i].body)->status == 200);
		check_str(rows[i].body, member("responseContent"), rows[i].content);
	}
}

static void deletes_its_own_ticket(void **state)
{
	(void)state;
	assert_int_equal(fixture_post(&f, FAIL_PATH, "{\"ticket\":\"theirs\"}")->status, 200);
	assert_int_equal(fixture_post(&f, FAIL_PATH, "{\"ticket\":\"t\\u0000\"}")->status, 200);
	assert_int_equal(fixture_post(&f, FAIL_PATH, "{\"ticket\":\"T\"}")->status, 200);
	assert_true(fixture_has_ticket(&f, 7, "theirs"));
	assert_true(fixture_has_ticket(&f, SERVICE_ID, "t"));
	char first[400];
	const struct reply *reply = fixture_post(&f, FAIL_PATH, "{\"ticket\":\"t\"}");
	snprintf(first, sizeof first, "%.*s", STR_ARGS(reply->body));
	assert_false(fixture_has_ticket(&f, SERVICE_ID, "t"));
	/* a retry, an unknown and a foreign one get the very same bytes */
	static const char *const same[] = {"{\"ticket\":\"t\"}", "{\"ticket\":\"no\"}",
		"{\"ticket\":\"theirs\"}", "{\"ticket\":\"old\"}"};
	for (size_t i = 0; i < COUNT(same); i++)
		check_str(same[i], fixture_post(&f, FAIL_PATH, same[i])->body, first);
	assert_int_equal(fixture_count_tickets(&f, SERVICE_ID), 0); /* the expired one went too */
	assert_int_equal(fixture_count_tickets(&f, 7), 1);
}

#define JSON "application/json"
#define BODY "{\"ticket\":\"t\"}"

static const struct {
	const char *row;
	struct request request;
	int status;
	const char *code;
} refusals[] = {
	{"path", {NULL, "/x", BEARER, JSON, NULL, BODY, 0, 0}, 404, "M000201"},
	{"service segment",
		{NULL, "/api/x/backchannel/authentication/fail", BEARER, JSON, NULL, BODY, 0, 0},
		404, "M000202"},
	{"method", {"GET", FAIL_PATH, BEARER, JSON, NULL, BODY, 0, 0}, 405, "M000203"},
	{"method first", {"PUT", FAIL_PATH, NULL, "x/y", "99999999", "{", 0, 0}, 405, "M000203"},
	{"declared length", {NULL, FAIL_PATH, NULL, JSON, "1048577", BODY, 0, 0}, 413, "M000204"},
	{"no authorization", {NULL, FAIL_PATH, NULL, JSON, NULL, BODY, 0, 0}, 401, "A001202"},
	{"two authorizations", {NULL, FAIL_PATH, BEARER, JSON, NULL, BODY, 0, 2}, 401, "A001203"},
	{"empty one", {NULL, FAIL_PATH, "", JSON, NULL, BODY, 0, 0}, 401, "A001203"},
	{"scheme alone", {NULL, FAIL_PATH, "Bearer", JSON, NULL, BODY, 0, 0}, 401, "A001203"},
	{"scheme and space", {NULL, FAIL_PATH, "Bearer ", JSON, NULL, BODY, 0, 0}, 401, "A001203"},
	{"two tokens", {NULL, FAIL_PATH, BEARER " x", JSON, NULL, BODY, 0, 0}, 401, "A001203"},
	{"Basic on V3",
		{NULL, FAIL_PATH, "Basic Mjg4NDAwMDAwMTptb2NrLXNlcnZpY2Utc2VjcmV0", JSON, NULL,
			BODY, 0, 0},
		401, "A001203"},
	{"unknown token", {NULL, FAIL_PATH, "Bearer nobody", JSON, NULL, BODY, 0, 0}, 401,
		"A458101"},
	{"token's case", {NULL, FAIL_PATH, "Bearer MOCK-service-token", JSON, NULL, BODY, 0, 0},
		401, "A458101"},
	{"foreign token", {NULL, FAIL_PATH, "Bearer seven", JSON, NULL, BODY, 0, 0}, 403,
		"A457101"},
	{"right", {NULL, FAIL_PATH, "Bearer viewer", JSON, NULL, BODY, 0, 0}, 403, "A457101"},
	{"no such service",
		{NULL, "/api/9/backchannel/authentication/fail", "Bearer mock-org-token", JSON,
			NULL, BODY, 0, 0},
		403, "A457101"},
	{"service 0",
		{NULL, "/api/0/backchannel/authentication/fail", "Bearer mock-org-token", JSON,
			NULL, BODY, 0, 0},
		403, "A457101"},
	{"65 bits",
		{NULL, "/api/99999999999999999999/backchannel/authentication/fail", BEARER, JSON,
			NULL, BODY, 0, 0},
		403, "A457101"},
	{"V2, token of two", {NULL, FAIL_PATH_V2, "Bearer shared", JSON, NULL, BODY, 0, 0}, 403,
		"A457101"},
	{"V2, organization", {NULL, FAIL_PATH_V2, "Bearer mock-org-token", JSON, NULL, BODY, 0, 0},
		403, "A457101"},
	{"V2, key",
		{NULL, FAIL_PATH_V2, "Basic OTptb2NrLXNlcnZpY2Utc2VjcmV0", JSON, NULL, BODY, 0, 0},
		401, "A003201"},
	{"V2, secret", {NULL, FAIL_PATH_V2, "Basic Mjg4NDAwMDAwMTp4", JSON, NULL, BODY, 0, 0}, 401,
		"A003204"},
	{"V2, no colon", {NULL, FAIL_PATH_V2, "Basic Mjg4", JSON, NULL, BODY, 0, 0}, 401,
		"A001203"},
	{"V2, no base64", {NULL, FAIL_PATH_V2, "Basic !", JSON, NULL, BODY, 0, 0}, 401, "A001203"},
	{"no media type", {NULL, FAIL_PATH, BEARER, NULL, NULL, BODY, 0, 0}, 400, "A258201"},
	{"media type", {NULL, FAIL_PATH, BEARER, "text/json", NULL, BODY, 0, 0}, 415, "M000205"},
	{"no body", {NULL, FAIL_PATH, BEARER, JSON, NULL, NULL, 0, 0}, 400, "A126203"},
	{"empty form",
		{NULL, FAIL_PATH, BEARER, "application/x-www-form-urlencoded", NULL, NULL, 0, 0},
		400, "A126203"},
	{"cut", {NULL, FAIL_PATH, BEARER, JSON, NULL, "{\"ticket\":\"t\"", 0, 0}, 400, "A126202"},
	{"array", {NULL, FAIL_PATH, BEARER, JSON, NULL, "[" BODY "]", 0, 0}, 400, "A126202"},
	{"string", {NULL, FAIL_PATH, BEARER, JSON, NULL, "\"t\"", 0, 0}, 400, "A126202"},
	{"null", {NULL, FAIL_PATH, BEARER, JSON, NULL, "null", 0, 0}, 400, "A126202"},
	{"wrong type",
		{NULL, FAIL_PATH, BEARER, JSON, NULL, "{\"ticket\":\"t\",\"errorUri\":[]}", 0, 0},
		400, "A126202"},
	{"enum",
		{NULL, FAIL_PATH, BEARER, JSON, NULL, "{\"ticket\":\"t\",\"reason\":\"NO\"}", 0, 0},
		400, "A126202"},
	{"duplicate",
		{NULL, FAIL_PATH, BEARER, JSON, NULL, "{\"ticket\":\"t\",\"ticket\":\"t\"}", 0, 0},
		400, "A126202"},
	{"UTF-8",
		{NULL, FAIL_PATH, BEARER, JSON, NULL,
			"{\"ticket\":\"t\",\"errorUri\":\"\xC0\x80\"}", 0, 0},
		400, "A126202"},
	{"form twice",
		{NULL, FAIL_PATH, BEARER, "application/x-www-form-urlencoded", NULL,
			"ticket=t&ticket=t", 0, 0},
		400, "A126202"},
	{"bad control call", {NULL, TICKETS_PATH, NULL, JSON, NULL, "{\"cuont\":1}", 0, 0}, 400,
		"M000207"},
	{"not built yet or unknown",
		{NULL, "/api/2884000001/no/such", BEARER, JSON, NULL, BODY, 0, 0}, 404, "M000201"},
	{"no such service, control",
		{"GET", "/__admin/services/9/tickets", NULL, NULL, NULL, NULL, 0, 0}, 404,
		"M000208"},
	{"no such ticket", {"DELETE", TICKETS_PATH "/x", NULL, NULL, NULL, NULL, 0, 0}, 404,
		"M000209"},
	{"ticket exists",
		{NULL, TICKETS_PATH, NULL, JSON, NULL,
			"{\"tickets\":[{\"ticket\":\"u\"},{\"ticket\":\"t\"}]}", 0, 0},
		409, "M000210"},
	{"service exists", {NULL, "/__admin/services", NULL, JSON, NULL, "{\"serviceId\":7}", 0, 0},
		409, "M000211"},
	{"id past 2^53",
		{NULL, "/__admin/services", NULL, JSON, NULL, "{\"serviceId\":9007199254740993}", 0,
			0},
		400, "M000207"},
	{"id past 2^63",
		{NULL, "/__admin/services", NULL, JSON, NULL,
			"{\"serviceId\":\"9223372036854775808\"}", 0, 0},
		400, "M000207"},
	{"client past 2^53", {NULL, TICKETS_PATH, NULL, JSON, NULL, "{\"clientId\":1e30}", 0, 0},
		400, "M000207"},
};

/* Each refusal leaves the tickets alone. */
static void refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refusals); i++) {
		const struct reply *reply = fixture_run(&f, &refusals[i].request);
		if (reply->status != refusals[i].status)
			fail_msg("%s: %d %.*s", refusals[i].row, reply->status,
				STR_ARGS(reply->body));
		check_str(refusals[i].row, str_of(reply->result_code), refusals[i].code);
		check_str(refusals[i].row, member("resultCode"), refusals[i].code);
		check(refusals[i].row, member("action").p == NULL && !reply->action);
		check(refusals[i].row, reply->challenge == (reply->status == 401));
		check(refusals[i].row, (reply->allow.n > 0) == (reply->status == 405));
		check(refusals[i].row, fixture_has_ticket(&f, SERVICE_ID, "t"));
		check(refusals[i].row, fixture_count_tickets(&f, SERVICE_ID) == 2);
	}
}

static void accepts(void **state)
{
	static const struct request rows[] = {
		{NULL, FAIL_PATH "/", "bearer   mock-service-token ", JSON, NULL, BODY, 0, 0},
		{NULL, FAIL_PATH "?x=%", "DPoP mock-service-token", JSON, NULL, BODY, 0, 0},
		{NULL, FAIL_PATH, "Bearer mock-org-token", "Application/JSON ; charset=utf-8", NULL,
			BODY, 0, 0},
		{NULL, FAIL_PATH_V2, "Basic Mjg4NDAwMDAwMTptb2NrLXNlcnZpY2Utc2VjcmV0", JSON, NULL,
			BODY, 0, 0},
		{NULL, FAIL_PATH_V2, "BASIC Mjg4NDAwMDAwMTptb2NrLXNlcnZpY2Utc2VjcmV0", JSON, NULL,
			BODY, 0, 0},
		{NULL, FAIL_PATH_V2, BEARER, JSON, "14", BODY, 0, 0},
		{NULL, FAIL_PATH, BEARER, "application/x-www-form-urlencoded", NULL,
			"ticket=%74&reason=", 0, 0},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *row = rows[i].authorization;
		assert_int_equal(fixture_post(&f, "/__admin/reset", "{}")->status, 204);
		assert_true(fixture_has_ticket(&f, SERVICE_ID, "t"));
		check(row, fixture_run(&f, &rows[i])->status == 200);
		check_str(row, member("resultCode"), "A185001");
		check(row, !fixture_has_ticket(&f, SERVICE_ID, "t"));
	}
}

/* What is remembered of a token holds for one service, and as long as nothing changes. The two ids
 * share their last byte, and so their place in the memory. */
static void remembers_tokens(void **state)
{
	static const char other[] = "/api/2884000257/backchannel/authentication/fail";
	(void)state;
	for (int round = 0; round < 2; round++) {
		assert_int_equal(fixture_post(&f, FAIL_PATH, "{}")->status, 200);
		assert_int_equal(fixture_post(&f, other, "{}")->status, 403);
	}
	unsigned char hash[SHA256_SIZE];
	assert_int_equal(hash_sha256(STR("mock-service-token"), hash), 0);
	assert_int_equal(
		store_token_put(f.server.silo.store, hash, 2884000257, UINT32_MAX, 0, STR("")), 0);
	assert_int_equal(fixture_post(&f, other, "{}")->status, 200);
	assert_int_equal(store_transaction(f.server.silo.store, true, NULL, NULL), 0);
	assert_int_equal(fixture_post(&f, other, "{}")->status, 401);
	assert_int_equal(fixture_post(&f, FAIL_PATH, "{}")->status, 401);
}

static void limits_bodies(void **state)
{
	size_t most = 1048576;
	char *body = malloc(most + 2);
	struct request request = {NULL, FAIL_PATH, BEARER, JSON, NULL, body, 0, 0};
	(void)state;
	assert_non_null(body);
	memset(body, ' ', most + 1);
	memcpy(body, BODY, sizeof BODY - 1);
	request.body_n = most + 1; /* no length was declared, as in a chunked one */
	const struct reply *reply = fixture_run(&f, &request);
	assert_int_equal(reply->status, 413);
	check_str("code", str_of(reply->result_code), "M000204");
	assert_true(fixture_has_ticket(&f, SERVICE_ID, "t"));
	request.body_n = most;
	assert_int_equal(fixture_run(&f, &request)->status, 200);
	assert_false(fixture_has_ticket(&f, SERVICE_ID, "t"));
	free(body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(answers_each_reason, set_up, tear_down),
		cmocka_unit_test_setup_teardown(carries_texts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(deletes_its_own_ticket, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(accepts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(remembers_tokens, set_up, tear_down),
		cmocka_unit_test_setup_teardown(limits_bodies, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
