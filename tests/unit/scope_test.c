#include "oauth_check.h"

#include "oauth/scope.h"

static void service_with_scopes(void)
{
	open_engine("\"supportedScopes\":[{\"name\":\"openid\"},{\"name\":\"profile\","
		    "\"defaultEntry\":true,\"description\":\"d\"},{\"name\":\"email\","
		    "\"defaultEntry\":true},{\"name\":\"short\",\"attributes\":[{\"key\":"
		    "\"access_token.duration\",\"value\":\"60\"},{\"key\":\"x\",\"value\":\"1\"}]},"
		    "{\"name\":\"long\",\"attributes\":[{\"key\":\"access_token.duration\","
		    "\"value\":\"many\"}]}],"
		    "\"supportedClaims\":[\"name\",\"email\",\"email_verified\"],"
		    "\"accessTokenDuration\":600,\"refreshTokenDuration\":0");
}

static struct scopes words(const char *text)
{
	struct scopes s;
	check(text, scopes_parse(&a, str_of(text), &s) == 0);
	return s;
}

static void parses_words(void **state)
{
	static const char *const rows[][2] = {{"", ""}, {" ", ""}, {"a", "a"}, {"b a", "b a"},
		{"  b  a ", "b a"}, {"a a", "a"}, {"b a b c a", "b a c"}, {"a\tb", "a\tb"},
		{"A a", "A a"}, {"aa a aa", "aa a"}};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct scopes s = words(rows[i][0]);
		check_str(rows[i][0], scopes_text(&a, &s), rows[i][1]);
	}
}

static void reads_lists(void **state)
{
	struct scopes s;
	(void)state;
	assert_int_equal(scopes_of_json(&a, json_of("[\"b\",1,\"a\",\"b\"]"), &s), 0);
	check_str("list", scopes_text(&a, &s), "b a");
	assert_int_equal(scopes_of_json(&a, NULL, &s), 0);
	assert_int_equal(s.n, 0);
}

static void allows(void **state)
{
	static const struct {
		const char *extension, *asked, *allowed, *dropped;
	} rows[] = {
		{"{}", "openid other email", "openid email", "other"},
		{"{\"requestableScopes\":[\"email\"]}", "openid email", "openid email", ""},
		{"{\"requestableScopesEnabled\":true,\"requestableScopes\":[\"email\",\"other\"]}",
			"openid other email", "email", "openid other"},
		{"{\"requestableScopesEnabled\":true}", "openid", "", "openid"},
	};
	(void)state;
	service_with_scopes();
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct oauth_client client = {.extension = json_of(rows[i].extension)};
		struct scopes asked = words(rows[i].asked), allowed, dropped;
		check(rows[i].asked, scopes_allowed(&o, &client, &asked, &allowed, &dropped) == 0);
		check_str(rows[i].asked, scopes_text(&a, &allowed), rows[i].allowed);
		check_str(rows[i].asked, scopes_text(&a, &dropped), rows[i].dropped);
	}
	struct scopes asked = words("openid x"), allowed;
	assert_int_equal(scopes_allowed(&o, NULL, &asked, &allowed, NULL), 0);
	check_str("no client", scopes_text(&a, &allowed), "openid");
	assert_true(scopes_have(&allowed, STR("openid")));
	assert_false(scopes_have(&allowed, STR("open")));
}

static void gives_defaults(void **state)
{
	struct scopes s;
	(void)state;
	service_with_scopes();
	assert_int_equal(scopes_default(&o, NULL, &s), 0);
	check_str("defaults", scopes_text(&a, &s), "profile email");
	struct oauth_client client = {.extension = json_of("{\"requestableScopesEnabled\":true,"
							   "\"requestableScopes\":[\"email\"]}")};
	assert_int_equal(scopes_default(&o, &client, &s), 0);
	check_str("of a client", scopes_text(&a, &s), "email");
	open_engine("");
	assert_int_equal(scopes_default(&o, NULL, &s), 0);
	assert_int_equal(s.n, 0);
}

static struct str written(const struct scopes *s, bool brief)
{
	struct buf out = buf_make(&a, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_open(&w, '[');
	scopes_put_objects(&w, &o, s, brief);
	scopes_put_names(&w, s);
	json_close(&w, ']');
	return buf_str(&out);
}

static void writes(void **state)
{
	(void)state;
	service_with_scopes();
	struct scopes s = words("profile x");
	check_str("brief", written(&s, true),
		"[[{\"name\":\"profile\",\"defaultEntry\":true},{\"name\":\"x\",\"defaultEntry\":"
		"false}],[\"profile\",\"x\"]]");
	check_str("whole", written(&s, false),
		"[[{\"name\":\"profile\",\"defaultEntry\":true,\"description\":\"d\"},{\"name\":"
		"\"x\",\"defaultEntry\":false}],[\"profile\",\"x\"]]");
}

static void stands_for_claims(void **state)
{
	(void)state;
	service_with_scopes();
	struct scopes s = words("email profile phone openid"), claims;
	assert_int_equal(scopes_claims(&o, &s, &claims), 0);
	check_str("claims", scopes_text(&a, &claims), "name email email_verified");
}

static void chooses_durations(void **state)
{
	static const struct {
		const char *setting, *extension, *scopes;
		int64_t wanted;
	} rows[] = {
		{"accessTokenDuration", "{}", "openid", 600},
		{"accessTokenDuration", "{}", "openid short long", 60},
		{"accessTokenDuration", "{\"accessTokenDuration\":30}", "short", 30},
		{"accessTokenDuration", "{\"accessTokenDuration\":900}", "openid", 600},
		{"accessTokenDuration", "{\"accessTokenDuration\":0}", "openid", 600},
		{"refreshTokenDuration", "{}", "openid", 77},
		{"idTokenDuration", "{\"idTokenDuration\":-5}", "openid", 77},
	};
	(void)state;
	service_with_scopes();
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct oauth_client client = {.extension = json_of(rows[i].extension)};
		struct scopes s = words(rows[i].scopes);
		check(rows[i].extension, scopes_duration(&o, &client, &s, rows[i].setting,
						 "access_token.duration", 77) == rows[i].wanted);
	}
}

static void reads_documents(void **state)
{
	const struct cJSON *d;
	(void)state;
	open_engine("");
	d = json_of("{\"t\":true,\"f\":false,\"s\":\"x\",\"n\":5,\"l\":[\"a\",3],\"e\":[],"
		    "\"supportedGrantTypes\":[\"CIBA\"],\"grantTypes\":[\"CIBA\"]}");
	assert_true(oauth_flag(d, "t"));
	assert_false(oauth_flag(d, "f") || oauth_flag(d, "s") || oauth_flag(NULL, "t"));
	assert_int_equal(oauth_number(d, "n", 7), 5);
	assert_int_equal(oauth_number(d, "s", 7), 7);
	check_str("text", oauth_text(&a, d, "s"), "x");
	assert_null(oauth_text(&a, d, "n").p);
	assert_true(oauth_has(d, "l", "a"));
	assert_false(oauth_has(d, "l", "b") || oauth_has(d, "s", "x") || oauth_has(d, "e", ""));
	assert_true(oauth_has_value(d, "s", "x"));
	assert_false(oauth_has_value(d, "s", "X") || oauth_has_value(d, "n", "5"));
	assert_true(oauth_service_grants(d, "CIBA") && oauth_client_grants(d, "CIBA"));
	assert_false(
		oauth_service_grants(d, "REFRESH_TOKEN") || oauth_client_grants(d, "PASSWORD"));
	d = json_of("{\"supportedGrantTypes\":[]}");
	assert_true(oauth_service_grants(d, "REFRESH_TOKEN") && oauth_client_grants(d, "PASSWORD"));
	assert_false(oauth_service_grants(d, "CIBA"));
}

static void writes_refusals(void **state)
{
	(void)state;
	open_engine("");
	assert_int_equal(
		refusal_set(&a, &why, "BAD_REQUEST", "A1", "invalid_request", "%s \"%d\"", "x", 5),
		0);
	check_str("whole", refusal_content(&o, &why),
		"{\"error\":\"invalid_request\",\"error_description\":\"[A1] x \\\"5\\\"\","
		"\"error_uri\":\"https://docs.authlete.com/#A1\"}");
	struct refusal before = why;
	open_engine("\"errorDescriptionOmitted\":true,\"errorUriOmitted\":true");
	check_str("bare", refusal_content(&o, &before), "{\"error\":\"invalid_request\"}");
}

static void keeps_keys(void **state)
{
	struct jwk_set *first, *second;
	const char *reason = NULL;
	const struct cJSON *d = json_of("{\"jwks\":\"{\\\"keys\\\":[]}\",\"bad\":\"x\"}");
	(void)state;
	open_engine("");
	assert_int_equal(oauth_keys(&o, d, "none", &first, &reason), -ENOENT);
	assert_int_equal(oauth_keys(&o, d, "bad", &first, &reason), -EINVAL);
	assert_int_equal(oauth_keys(&o, d, "jwks", &first, &reason), 0);
	jwk_set_unref(first);
	o.keys = jwk_cache_new(2, SIZE_MAX);
	assert_int_equal(oauth_keys(&o, d, "jwks", &first, &reason), 0);
	assert_int_equal(oauth_keys(&o, d, "jwks", &second, &reason), 0);
	assert_ptr_equal(first, second);
	jwk_set_unref(first);
	jwk_set_unref(second);
	jwk_cache_free(o.keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(parses_words, set_up, jose_tear_down),
		cmocka_unit_test_setup_teardown(reads_lists, set_up, jose_tear_down),
		cmocka_unit_test_setup_teardown(allows, set_up, jose_tear_down),
		cmocka_unit_test_setup_teardown(gives_defaults, set_up, jose_tear_down),
		cmocka_unit_test_setup_teardown(writes, set_up, jose_tear_down),
		cmocka_unit_test_setup_teardown(stands_for_claims, set_up, jose_tear_down),
		cmocka_unit_test_setup_teardown(chooses_durations, set_up, jose_tear_down),
		cmocka_unit_test_setup_teardown(reads_documents, set_up, jose_tear_down),
		cmocka_unit_test_setup_teardown(writes_refusals, set_up, jose_tear_down),
		cmocka_unit_test_setup_teardown(keeps_keys, set_up, jose_tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
