#include "oauth_check.h"

/* An assertion or request object that nobody verifies here. */
static const char *token_of(const char *payload)
{
	struct str token;
	const char *reason = "";
	int r = jws_sign(&a, JOSE_HS256, key_of("{" OCT_256 "}"), STR_NONE, str_of(payload), &token,
		&reason);
	if (r < 0)
		fail_msg("%s: %s", payload, reason);
	return arena_copy(&a, token).p;
}

struct row {
	const struct client_auth_api *api;
	const char *basic, *form;
	const char *assertion, *request; /* payloads; NULL: none; "!": no JWT */
	const char *wanted;              /* the identifier, or */
	const char *code;
};

static const struct row rows[] = {
	{&client_auth_token, NULL, "client_id=1", NULL, NULL, "1", NULL},
	{&client_auth_token, "1", "", NULL, NULL, "1", NULL},
	{&client_auth_token, "1", "client_id=1", "{\"iss\":\"1\"}", NULL, "1", NULL},
	{&client_auth_token, NULL, "", "{\"iss\":\"x\"}", NULL, "x", NULL},
	/* what is wrong with the assertion can wait, as something else names the client */
	{&client_auth_token, NULL, "client_id=1", "!", NULL, "1", NULL},
	{&client_auth_token, "1", "", "{}", NULL, "1", NULL},
	{&client_auth_token, NULL, "client_id=1&client_id=1", NULL, NULL, NULL, "A244301"},
	{&client_auth_token, NULL, "client_id=", NULL, NULL, NULL, "A048302"},
	{&client_auth_token, NULL, "client_assertion=a&client_assertion=b", NULL, NULL, NULL,
		"A244302"},
	{&client_auth_token, NULL, "", "!", NULL, NULL, "A244303"},
	{&client_auth_token, NULL, "", "{\"sub\":\"1\"}", NULL, NULL, "A244304"},
	{&client_auth_token, NULL, "", "[]", NULL, NULL, "A244304"},
	{&client_auth_token, NULL, "", "{\"iss\":5}", NULL, NULL, "A244304"},
	{&client_auth_token, NULL, "", "{\"iss\":\"\"}", NULL, NULL, "A244304"},
	{&client_auth_token, NULL, "grant_type=x", NULL, NULL, NULL, "A244305"},
	{&client_auth_token, "", "", NULL, NULL, NULL, "A244305"},
	{&client_auth_token, "1", "client_id=2", NULL, NULL, NULL, "A048312"},
	{&client_auth_token, "1", "", "{\"iss\":\"2\"}", NULL, NULL, "A048312"},
	{&client_auth_token, NULL, "client_id=1", "{\"iss\":\"2\"}", NULL, NULL, "A048312"},
	/* a request object counts for CIBA alone */
	{&client_auth_token, NULL, "client_id=1", NULL, "{\"iss\":\"2\"}", "1", NULL},
	{&client_auth_token, NULL, "", NULL, "{\"iss\":\"2\"}", NULL, "A244305"},

	{&client_auth_backchannel, NULL, "", NULL, "{\"iss\":\"2\"}", "2", NULL},
	{&client_auth_backchannel, NULL, "client_id=1", NULL, "!", "1", NULL},
	{&client_auth_backchannel, NULL, "", "!", "{\"iss\":\"2\"}", "2", NULL},
	{&client_auth_backchannel, NULL, "client_id=1&client_id=2", NULL, NULL, NULL, "A166304"},
	{&client_auth_backchannel, NULL, "client_id", NULL, NULL, NULL, "A166303"},
	{&client_auth_backchannel, NULL, "", "!", NULL, NULL, "A168301"},
	{&client_auth_backchannel, NULL, "", "{}", NULL, NULL, "A168302"},
	{&client_auth_backchannel, "1", "client_id=2", NULL, NULL, NULL, "A168303"},
	{&client_auth_backchannel, NULL, "client_id=1", NULL, "{\"iss\":\"2\"}", NULL, "A168304"},
	{&client_auth_backchannel, NULL, "client_id=1", "{\"iss\":\"2\"}", NULL, NULL, "A168305"},
	{&client_auth_backchannel, "1", "", NULL, "{\"iss\":\"2\"}", NULL, "A168306"},
	{&client_auth_backchannel, "1", "", "{\"iss\":\"2\"}", NULL, NULL, "A168307"},
	{&client_auth_backchannel, NULL, "", "{\"iss\":\"1\"}", "{\"iss\":\"2\"}", NULL, "A168308"},
	{&client_auth_backchannel, NULL, "", NULL, NULL, NULL, "A168309"},

	{&client_auth_revocation, NULL, "", NULL, NULL, NULL, "A114301"},
	{&client_auth_revocation, NULL, "client_id=", NULL, NULL, NULL, "A114302"},
	{&client_auth_revocation, NULL, "client_id=1&client_id=1", NULL, NULL, NULL, "A114303"},
	{&client_auth_revocation, "1", "client_id=2", NULL, NULL, NULL, "A114312"},
	{&client_auth_device, NULL, "", "!", NULL, NULL, "A218301"},
	{&client_auth_device, NULL, "", "{}", NULL, NULL, "A218302"},
	{&client_auth_device, "1", "client_id=2", NULL, NULL, NULL, "A218303"},
	{&client_auth_device, NULL, "client_id=1", "{\"iss\":\"2\"}", NULL, NULL, "A218304"},
	{&client_auth_par, NULL, "", "!", NULL, NULL, "A247301"},
	{&client_auth_par, "1", "client_id=2", NULL, NULL, NULL, "A247303"},
	{&client_auth_par, "1", "", "{\"iss\":\"2\"}", NULL, NULL, "A247305"},
	{&client_auth_par, NULL, "", NULL, NULL, NULL, "A247306"},
};

static void identifies(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];
		char text[32];
		struct buf form = buf_make(&a, SIZE_MAX);
		struct str identifier = STR("untouched");
		snprintf(text, sizeof text, "row %zu", i);
		open_engine("");
		buf_addf(&form, "%s", row->form);
		if (row->assertion)
			buf_addf(&form, "&client_assertion=%s",
				*row->assertion == '!' ? "a.b" : token_of(row->assertion));
		if (row->request)
			buf_addf(&form, "&request=%s",
				*row->request == '!' ? "a.b" : token_of(row->request));
		buf_add_char(&form, '\0');
		struct params p = form_of(buf_str(&form).p);
		struct client_credentials basic = {.client_id = str_of(row->basic)};
		check(text, client_auth_identify(&o, row->api, &p, &basic, &identifier, &why) == 0);
		check_refused(text, row->code);
		check_str(text, identifier, row->wanted);
		if (n_kept > COUNT(kept) - 4) {
			jose_tear_down(state);
			set_up(state);
		}
	}
}

static void tells_who_is_at_fault(void **state)
{
	(void)state;
	open_engine("");
	assert_int_equal(client_auth_refuse(&o, &client_auth_backchannel, CLIENT_UNKNOWN_ALIAS,
				 STR("100%\" of them"), &why),
		0);
	assert_string_equal(why.action, "UNAUTHORIZED");
	assert_string_equal(why.error, "invalid_client");
	check_str("message", why.message,
		"This service has no client with the id or alias \"100%\" of them\".");
	assert_int_equal(
		client_auth_refuse(&o, &client_auth_token, CLIENT_UNNAMED, STR_NONE, &why), 0);
	assert_string_equal(why.action, "BAD_REQUEST");
	assert_string_equal(why.error, "invalid_request");
	static const struct client_auth_api *const apis[] = {&client_auth_backchannel,
		&client_auth_token, &client_auth_revocation, &client_auth_device, &client_auth_par};
	for (size_t i = 0; i < COUNT(apis); i++)
		for (int fault = 0; fault < CLIENT_FAULTS; fault++) {
			assert_non_null(apis[i]->codes[fault].code);
			assert_int_equal(client_auth_refuse(&o, apis[i], (enum client_fault)fault,
						 STR("x"), &why),
				0);
			assert_null(memchr(why.message.p, '%', why.message.n));
		}
}

static void may_be_used(void **state)
{
	static const struct {
		const char *service;
		bool v2, own, alias, locked; /* own: the client's clientIdAliasEnabled */
		const char *code;
	} cases[] = {
		{"", false, true, true, false, NULL},
		{"", false, true, false, false, NULL},
		{"\"clientIdAliasEnabled\":true", true, true, true, false, NULL},
		{"\"clientIdAliasEnabled\":false", false, true, true, false, "A244307"},
		{"", true, false, true, false, "A244307"},
		{"", false, false, true, false, NULL}, /* 3.0 has no such switch for clients */
		{"", true, false, false, false, NULL},
		{"", false, true, false, true, "A048307"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		open_engine(cases[i].service);
		struct oauth_client client = client_of("");
		o.v2 = cases[i].v2;
		client.row.alias_enabled = cases[i].own;
		client.alias_used = cases[i].alias;
		client.row.locked = cases[i].locked;
		check(cases[i].service, client_auth_usable(&o, &client_auth_token, &client,
						STR("alias"), &why) == 0);
		check_refused(cases[i].service, cases[i].code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(identifies, set_up, jose_tear_down),
		cmocka_unit_test_setup_teardown(tells_who_is_at_fault, set_up, jose_tear_down),
		cmocka_unit_test_setup_teardown(may_be_used, set_up, jose_tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
