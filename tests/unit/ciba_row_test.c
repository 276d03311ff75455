/* What a row keeps of request and result comes back as it was. */
#include "check.h"

#include <errno.h>
#include <string.h>

#include "oauth/ciba.h"

static struct arena a;
static struct oauth o;

static struct cJSON *tree(const char *text)
{
	struct json_fault fault;
	struct cJSON *ret;
	assert_int_equal(json_parse(&a, str_of(text), &ret, &fault), 0);
	return ret;
}

static int set_up(void **state)
{
	(void)state;
	arena_init(&a, NULL, 0, SIZE_MAX);
	o = (struct oauth){.arena = &a,
		.service = tree(
			"{\"supportedScopes\":[{\"name\":\"openid\"},{\"name\":\"read\"}]}")};
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_reset(&a);
	return 0;
}

static struct str written(const struct cJSON *item)
{
	struct buf out = buf_make(&a, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_put_tree(&w, item);
	return buf_str(&out);
}

static void test_request(void **state)
{
	struct ciba_request in = {.mode = CIBA_PUSH,
				    .notification_token = STR("token"),
				    .requested_expiry = 60,
				    .resources = tree("[\"https://a.example\"]"),
				    .authorization_details = tree(
					    "{\"elements\":[{\"type\":\"pay\"}]}"),
				    .certificate_thumbprint = STR("x"),
				    .auth_method = STR("CLIENT_SECRET_BASIC"),
				    .alias_used = true},
			    out;
	(void)state;
	assert_int_equal(scopes_parse(&a, STR("openid read"), &in.scopes), 0);
	assert_int_equal(scopes_parse(&a, STR("a\0b c"), &in.acrs), 0);
	const struct store_ciba row = {.request = ciba_request_text(&a, &in)};
	assert_int_equal(ciba_request_read(&o, NULL, &row, &out), 0);
	assert_true(out.mode == CIBA_PUSH && out.alias_used && out.requested_expiry == 60);
	assert_true(str_eq(out.notification_token, in.notification_token));
	assert_true(str_eq(scopes_text(&a, &out.scopes), STR("openid read")));
	assert_true(str_eq(scopes_text(&a, &out.acrs), STR("a\0b c")));
	assert_true(str_eq(written(out.resources), STR("[\"https://a.example\"]")));
	assert_true(str_eq(written(out.authorization_details), written(in.authorization_details)));
	assert_true(str_eq(out.certificate_thumbprint, STR("x")));
	assert_true(str_eq(out.auth_method, in.auth_method));
}

static void test_request_of_nobody(void **state)
{
	struct ciba_request out;
	const struct store_ciba row = {.request = STR("")}, broken = {.request = STR("\"a\":")};
	const struct oauth_client client = {.document = tree("{\"bcDeliveryMode\":\"PING\"}")};
	(void)state;
	assert_int_equal(ciba_request_read(&o, NULL, &row, &out), 0);
	assert_true(out.mode == CIBA_NO_MODE && scopes_have(&out.scopes, STR("openid")));
	assert_int_equal(ciba_request_read(&o, &client, &row, &out), 0);
	assert_int_equal(out.mode, CIBA_PING);
	assert_int_equal(ciba_request_read(&o, NULL, &broken, &out), -EBADMSG);
}

static void test_result(void **state)
{
	char deep[64 * 6 + 1] = "";
	for (int i = 0; i < 63; i++)
		memcpy(deep + i * 5, "{\"a\":", 6);
	strcat(deep, "{}");
	for (int i = 0; i < 63; i++)
		strcat(deep, "}");
	struct ciba_result in = {.subject = STR("john"),
				   .sub = STR("s"),
				   .acr = STR("x"),
				   .auth_time = 5,
				   .claims = tree(deep),
				   .properties = tree("[{\"key\":\"k\"}]"),
				   .scopes = tree("[\"read\",\"unknown\"]"),
				   .id_header = tree("{\"b\":1}"),
				   .access_duration = 9,
				   .id_audience_type = STR("string"),
				   .error_description = STR("d")},
			   out;
	(void)state;
	const struct store_ciba row = {.result = ciba_result_text(&a, &in)};
	assert_int_equal(ciba_result_read(&o, &row, &out), 0);
	assert_true(str_eq(out.subject, in.subject) && str_eq(out.sub, in.sub));
	assert_true(out.auth_time == 5 && out.access_duration == 9 && out.refresh_duration == 0);
	assert_true(str_eq(written(out.claims), str_of(deep)));
	assert_true(str_eq(written(out.id_header), STR("{\"b\":1}")) && !out.jwt_claims);
	assert_true(str_eq(written(out.properties), STR("[{\"key\":\"k\"}]")));
	assert_true(str_eq(out.error_description, STR("d")) && !out.error_uri.p);

	struct ciba_request request = {.mode = CIBA_POLL};
	struct token_grant grant;
	assert_int_equal(scopes_parse(&a, STR("openid"), &request.scopes), 0);
	assert_int_equal(ciba_grant(&o, NULL, &request, &out, STR("id"), &grant), 0);
	assert_true(str_eq(scopes_text(&a, &grant.scopes), STR("read")) && !grant.auth_req_id.p);
	request.mode = CIBA_PUSH;
	out.scopes = NULL;
	assert_int_equal(ciba_grant(&o, NULL, &request, &out, STR("id"), &grant), 0);
	assert_true(str_eq(grant.auth_req_id, STR("id")) && str_eq(grant.subject, in.subject));
	assert_true(str_eq(scopes_text(&a, &grant.scopes), STR("openid")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_request, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_request_of_nobody, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_result, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
