#include "check_arena.h"

#include <string.h>

#include "core/json.h"
#include "entity/service.h"
#include "op.h"

static struct cJSON *parse(const char *text)
{
	struct cJSON *tree = NULL;
	struct json_fault fault;
	if (json_parse(&a, str_of(text), &tree, &fault) < 0)
		fail_msg("%s: %s", text, fault.reason);
	return tree;
}

static struct str member(struct str json, const char *name)
{
	const struct cJSON *item = json_get(parse(json.p), name);
	struct buf out = buf_make(&a, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	if (!item)
		return STR_NONE;
	json_put_tree(&w, item);
	return arena_copy(&a, buf_str(&out));
}

/* The whole object with the document of in, or with none. */
static struct str through(const char *in)
{
	struct store_service service = {
		.service_id = 7,
		.api_secret = STR("s"),
		.created_at = 1234,
		.modified_at = 5999,
		.number = 3,
		.clients = 12,
		.document = in ? service_document(&a, parse(in)) : STR(""),
	};
	struct buf out = buf_make(&a, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	assert_non_null(service.document.p);
	service_write(&a, &w, &service);
	return arena_copy(&a, buf_str(&out));
}

/* code NULL: nothing is refused. */
static void checks_rules(void **state)
{
	static const struct {
		const char *in, *code;
	} rows[] = {
		{"{}", "A039201"},
		{"{\"apiKey\":1}", NULL},
		{"{\"issuer\":\"\"}", NULL},
		{"{\"issuer\":\"https://a.example/?#\"}", "A031217"},
		{"{\"issuer\":\"https://a.example/?\"}", "A031218"},
		{"{\"issuer\":\"https://a.example/\\u0000\"}", "A031203"},
		{"{\"supportedAcrs\":[\"a\",\"A\"]}", NULL},
		{"{\"supportedAcrs\":[\"b\",\"a\",\"b\"]}", "A031211"},
		{"{\"supportedAcrs\":[\"a\\u0000\",\"a\"]}", NULL},
		{"{\"supportedAcrs\":[\"\"]}", "A031231"},
		{"{\"nobodys\":[\"a\",\"a\",\"\"]}", NULL},
		{"{\"supportedScopes\":[{\"name\":\"a\"},{\"name\":\"a\"}]}", "A039203"},
		{"{\"supportedScopes\":[{}]}", "A039204"},
		{"{\"supportedScopes\":[{\"name\":\"\\u0000\"}]}", "A039206"},
		{"{\"supportedScopes\":[{\"name\":\"!\"},{\"name\":\"~\"}]}", NULL},
		{"{\"jwks\":\"{\\\"keys\\\":[]}\"}", NULL},
		{"{\"jwks\":\"{\\\"keys\\\":[{\\\"kty\\\":1}]}\"}", "A031212"},
		{"{\"jwks\":\"{\\\"keys\\\":[5]}\"}", "A031212"},
		{"{\"jwks\":\"{\\\"keys\\\":{}}\"}", "A031212"},
		{"{\"jwks\":\"\xC3\xA4\"}", "A031216"},
		{"{\"accessTokenSignAlg\":\"HS512\"}", "A031222"},
		{"{\"accessTokenSignAlg\":\"PS512\"}", NULL},
		{"{\"supportedCustomClientMetadata\":[\"scope\"]}", "A039232"},
		{"{\"supportedCustomClientMetadata\":[\"scopes\"]}", NULL},
		{"{\"mtlsEndpointAliases\":[{\"name\":\"a\"}]}", "A031228"},
	};
	struct entity_refusal refusal;
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(service_check(&a, parse(rows[i].in), &refusal), 0);
		check(rows[i].in, refusal.status == (rows[i].code ? 400 : 0));
		check_str(rows[i].in, str_of(refusal.code), rows[i].code);
		check(rows[i].in, !rows[i].code || refusal.message.n > 10);
	}
}

static void checks_certificates(void **state)
{
#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"
	static const struct {
		const char *text; /* within JSON */
		bool good;
	} rows[] = {
		{BEGIN "\\nMAMCAQA=\\n" END "\\n", true},
		{"\\r\\n" BEGIN "\\r\\nMAMC\\r\\nAQA=\\r\\n" END " \\r\\n\\r\\n", true},
		{BEGIN "MAMCAQA=" END, true},
		{"MAMCAQA=", true},
		{"MAMC\\tAQA=", true},
		{"", false},
		{" ", false},
		{BEGIN END, false},
		{BEGIN, false},
		{BEGIN "-----END", false},
		{BEGIN "\\nMAMCAQA=", false},
		{"MAMCAQA=" END, false},
		{"MAMC\\u0000AQA=", false},
		{"MQMCAQA=", false}, /* a SET */
		{"MAM*", false},
		{"MAA=", false}, /* an empty one */
		{BEGIN "\\nMAMCAQA=\\n" END "\\nmore", false},
	};
	struct entity_refusal refusal;
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str in = arena_printf(
			&a, "{\"trustedRootCertificates\":[\"MAMCAQE=\",\"%s\"]}", rows[i].text);
		assert_int_equal(service_check(&a, parse(in.p), &refusal), 0);
		/* an empty element has a code of its own */
		check(rows[i].text, rows[i].good == (refusal.status == 0));
		if (!rows[i].good && *rows[i].text)
			check_str(rows[i].text, str_of(refusal.code), "A039230");
	}
}

static void writes_defaults(void **state)
{
	struct str fresh = through(NULL), thin = through("{\"apiKey\":9,\"unknown\":1}");
	(void)state;
	check_str("the same", thin, fresh.p);
	check_str("apiKey", member(fresh, "apiKey"), "7");
	check_str("apiSecret", member(fresh, "apiSecret"), "\"s\"");
	check_str("number", member(fresh, "number"), "3");
	check_str("createdAt", member(fresh, "createdAt"), "1000");
	check_str("modifiedAt", member(fresh, "modifiedAt"), "5000");
	check_str("metadata", member(fresh, "metadata"),
		"[{\"key\":\"clientCount\",\"value\":\"12\"}]");
	check_str("supportedDisplays", member(fresh, "supportedDisplays"), "[\"PAGE\"]");
	check_str("pkceRequired", member(fresh, "pkceRequired"), "false");
	check_str("accessTokenDuration", member(fresh, "accessTokenDuration"), "0");
	check_str("serviceName", member(fresh, "serviceName"), NULL);
	check_str("supportedScopes", member(fresh, "supportedScopes"), NULL);
}

static void sorts_scopes(void **state)
{
	(void)state;
	struct str sorted = through(
		"{\"supportedScopes\":[{\"name\":\"b\",\"x\":1},{\"name\":\"B\"},"
		"{\"name\":\"a\",\"defaultEntry\":true},{\"name\":\"ab\"}]}");
	check_str("by name", member(sorted, "supportedScopes"),
		"[{\"defaultEntry\":false,\"name\":\"B\"},{\"defaultEntry\":true,\"name\":\"a\"},"
		"{\"defaultEntry\":false,\"name\":\"ab\"},{\"defaultEntry\":false,\"name\":\"b\"}"
		"]");
	check_str("none", member(through("{\"supportedScopes\":[]}"), "supportedScopes"), "[]");
}

static void explains_standard_scopes(void **state)
{
	static const char *const names[] = {
		"address", "email", "offline_access", "openid", "phone", "profile"};
	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct str in = arena_printf(&a,
			"{\"supportedScopes\":[{\"name\":\"%s\",\"description\":\"mine\","
			"\"descriptions\":[],\"attributes\":[{\"key\":\"k\",\"value\":\"v\"}]}]}",
			names[i]);
		struct str scopes = member(through(in.p), "supportedScopes");
		check(names[i],
			strstr(scopes.p, "\"attributes\":[{\"key\":\"k\",\"value\":\"v\"}]"));
		check(names[i], strstr(scopes.p, "\"description\":\"Permission to "));
		check(names[i], strstr(scopes.p, "\"value\":\"Permission to "));
		check(names[i], !strstr(scopes.p, "mine"));
	}
	struct str own = through(
		"{\"supportedScopes\":[{\"name\":\"Email\",\"description\":\"mine\"}]}");
	assert_non_null(strstr(own.p, "mine"));
}

static void says_when_memory_is_out(void **state)
{
	static const char in[] =
		"{\"issuer\":\"https://a.example\",\"jwks\":\"{\\\"keys\\\":[]}\","
		"\"supportedScopes\":[{\"name\":\"openid\"},{\"name\":\"a\",\"descriptions\":"
		"[{\"tag\":\"a\",\"value\":\"b\"}]}],\"supportedAcrs\":[\"a\",\"b\"],"
		"\"trustedRootCertificates\":[\"MAMCAQA=\"],"
		"\"mtlsEndpointAliases\":[{\"name\":\"a\",\"uri\":\"b\"}]}";
	(void)state;
	for (unsigned long n = 1;; n++) {
		struct entity_refusal refusal;
		struct str document = STR_NONE;
		struct cJSON *tree = parse(in);
		arena_fail_at(n);
		int r = service_check(&a, tree, &refusal);
		if (r == 0)
			document = service_document(&a, tree);
		arena_fail_at(0);
		if (r == 0 && document.p) {
			assert_int_equal(refusal.status, 0);
			assert_true(n > 5);
			return;
		}
		tear_down(NULL);
		set_up(NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(checks_rules, set_up, tear_down),
		cmocka_unit_test_setup_teardown(checks_certificates, set_up, tear_down),
		cmocka_unit_test_setup_teardown(writes_defaults, set_up, tear_down),
		cmocka_unit_test_setup_teardown(sorts_scopes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(explains_standard_scopes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(says_when_memory_is_out, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
