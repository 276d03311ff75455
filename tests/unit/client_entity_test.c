#include "check_arena.h"

#include <string.h>

#include "core/json.h"
#include "entity/client.h"
#include "entity/names.h"
#include "entity/uri.h"

static struct cJSON *parse(const char *text)
{
	struct cJSON *tree = NULL;
	struct json_fault fault;
	if (json_parse(&a, str_of(text), &tree, &fault) < 0)
		fail_msg("%s: %s", text, fault.reason);
	return tree;
}

static void reads_uris(void **state)
{
	static const struct {
		const char *text, *scheme, *host; /* scheme NULL: relative */
		bool fragment;
	} rows[] = {
		{"https://a.example/cb?x#y", "https", "a.example", true},
		{"HTTP://u:p@b.example:80", "HTTP", "b.example", false},
		{"http://a@b@c/x@y", "http", "c", false},
		{"http://[::1]:80/", "http", "[::1]", false},
		{"http://[::1/", "http", "[::1", false},
		{"com.example.app:/cb", "com.example.app", "", false},
		{"urn:ietf:wg:oauth:2.0:oob", "urn", "", false},
		{"//host/x", NULL, "host", false},
		{"/path:x", NULL, "", false},
		{"1a:b", NULL, "", false},
		{"a?b:c", NULL, "", false},
		{"", NULL, "", false},
		{"https://", "https", "", false},
		{"x:", "x", "", false},
		{"https:///x%2F%ff", "https", "", false},
	};
	static const char *const bad[] = {"a b", "a\"", "a#b#c", "%", "%1", "%1g", "\xC3\xA4",
		"a\\b", "<", "{}", "|", "^", "`"};
	struct uri uri;
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		check(rows[i].text, uri_read(str_of(rows[i].text), &uri));
		check_str(rows[i].text, uri.scheme, rows[i].scheme);
		check_str(rows[i].text, uri.host, rows[i].host);
		check(rows[i].text, uri.fragment == rows[i].fragment);
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		check(bad[i], !uri_read(str_of(bad[i]), &uri));
	assert_false(uri_read(BYTES("a\0b"), &uri));
}

static void checks_names_of_subjects(void **state)
{
	static const struct {
		const char *dn; /* as JSON */
		bool good;
	} rows[] = {
		{"CN=a", true},
		{"CN = a , O=b", true},
		{"cn=a+ou=b;2.5.4.3=c", true},
		{"CN=a\\\\,b", true},
		{"CN=\\\"a,b\\\"", true},
		{"CN=", true},
		{"CN", false},
		{"=a", false},
		{" =a", false},
		{"CN=a,", false},
		{"CN=a,O", false},
		{"CN=a\\\\", false},
		{"CN=\\\"a", false},
		{"C/N=a", false},
	};
	struct entity_refusal refusal;
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str text = arena_printf(
			&a, "{\"tlsClientAuthSubjectDn\":\"%s\"}", rows[i].dn);
		assert_int_equal(client_check(&a, parse(text.p), &refusal), 0);
		if (rows[i].good)
			check(rows[i].dn, refusal.status == 0);
		else
			check_str(rows[i].dn, str_of(refusal.code), "A032218");
	}
}

/* What client_write makes of what client_read read. */
static struct str through(
	const char *service_document, const char *in, bool fresh, bool v2, struct store_client *c)
{
	struct store_service service = {.number = 3, .document = str_of(service_document)};
	struct buf out = buf_make(&a, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	assert_int_equal(client_read(&a, &service, parse(in), fresh, c), 0);
	client_write(&a, &w, &service, c, v2);
	return buf_str(&out);
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

static struct str text(struct str bytes)
{
	return arena_copy(&a, bytes);
}

static void reads_and_writes(void **state)
{
	struct store_client c = {.client_id = 7, .secret = STR("s")};
	(void)state;
	struct str v3 = text(through("", "{\"clientName\":\"x\",\"number\":9}", true, false, &c));
	check_str("3.0", member(v3, "clientIdAlias"), "\"7\"");
	check_str("3.0", member(v3, "clientIdAliasEnabled"), "true");
	check_str("3.0", member(v3, "serviceNumber"), "3");
	check_str("3.0", member(v3, "number"), "0");
	check_str("3.0", member(member(v3, "extension"), "tokenExchangePermitted"), "false");
	assert_true(c.extension.p && c.extension.n == 0);
	struct str v2 = text(through("", "{\"clientIdAlias\":\"7\"}", true, true, &c));
	check_str("2.x", member(v2, "clientIdAlias"), NULL);
	check_str("2.x", member(v2, "clientIdAliasEnabled"), "false");
	check_str("2.x", member(v2, "extension"), NULL);
	v2 = text(through(
		"", "{\"clientIdAlias\":\"x\",\"clientIdAliasEnabled\":true}", true, true, &c));
	check_str("2.x", member(v2, "clientIdAlias"), "\"x\"");
	check_str("2.x", member(v2, "clientIdAliasEnabled"), "true");
	/* an update without an extension leaves it alone; all else is new */
	c.extension = STR("\"accessTokenDuration\":4");
	v3 = text(through("", "{\"developer\":\"d\"}", false, false, &c));
	check_str("update", member(v3, "extension"), "{\"accessTokenDuration\":4}");
	check_str("update", member(v3, "clientIdAlias"), "\"7\"");
	check_str("update", member(v3, "developer"), "\"d\"");
}

static void sets_the_auth_method(void **state)
{
	static const struct {
		const char *in;
		bool fresh;
		const char *wanted;
	} rows[] = {
		{"{\"clientName\":\"x\"}", true, "\"NONE\""},
		{"{\"clientType\":\"PUBLIC\"}", true, "\"NONE\""},
		{"{\"clientType\":\"CONFIDENTIAL\"}", true, "\"CLIENT_SECRET_BASIC\""},
		{"{\"clientType\":\"CONFIDENTIAL\"}", false, "\"NONE\""},
		{"{\"clientType\":\"CONFIDENTIAL\",\"tokenAuthMethod\":\"NONE\"}", true,
			"\"NONE\""},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct store_client c = {.secret = STR("s")};
		struct str json = text(through("", rows[i].in, rows[i].fresh, false, &c));
		check_str(rows[i].in, member(json, "tokenAuthMethod"), rows[i].wanted);
	}
}

static void keeps_supported_metadata(void **state)
{
	static const struct {
		const char *service, *metadata, *wanted;
	} rows[] = {
		{"", "{\\\"a\\\":1}", NULL},
		{"\"supportedCustomClientMetadata\":[\"b\",\"a\"]", "{\\\"a\\\": 1}",
			"\"{\\\"a\\\": 1}\""},
		{"\"supportedCustomClientMetadata\":[\"b\"]", "{\\\"a\\\":1,\\\"b\\\":[2]}",
			"\"{\\\"b\\\":[2]}\""},
		{"\"supportedCustomClientMetadata\":[\"b\"]", "{}", NULL},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct store_client c = {.secret = STR("s")};
		struct str in = arena_printf(&a, "{\"customMetadata\":\"%s\"}", rows[i].metadata);
		struct str json = text(through(rows[i].service, in.p, true, false, &c));
		check_str(rows[i].metadata, member(json, "customMetadata"), rows[i].wanted);
	}
}

static void restricts_scopes(void **state)
{
	struct str extension = STR("");
	struct cJSON *scopes;
	(void)state;
	assert_int_equal(client_requestable(&a, extension, &scopes), 0);
	assert_null(scopes);
	assert_int_equal(
		client_restrict(&a, STR("\"idTokenDuration\":4"), parse("[\"x\"]"), &extension), 0);
	assert_int_equal(client_requestable(&a, extension, &scopes), 0);
	assert_int_equal(json_count(scopes), 1);
	assert_int_equal(client_restrict(&a, extension, NULL, &extension), 0);
	assert_int_equal(client_requestable(&a, extension, &scopes), 0);
	assert_null(scopes);
	check_str("kept", extension,
		"\"accessTokenDuration\":0,\"idTokenDuration\":4,\"refreshTokenDuration\":0,"
		"\"requestableScopesEnabled\":false,\"tokenExchangePermitted\":false");
}

static void says_when_memory_is_out(void **state)
{
	static const char in[] =
		"{\"clientIdAlias\":\"x\",\"customMetadata\":\"{\\\"a\\\":1}\",\"jwks\":"
		"\"{\\\"keys\\\":[]}\",\"clientNames\":[{\"tag\":\"a\",\"value\":\"b\"}],"
		"\"redirectUris\":[\"https://a.example\"],\"extension\":{}}";
	struct store_service service = {
		.document = STR("\"supportedCustomClientMetadata\":[\"a\",\"b\"]")};
	(void)state;
	for (unsigned long n = 1;; n++) {
		struct store_client c = {.client_id = 1};
		struct entity_refusal refusal;
		struct cJSON *tree = parse(in);
		arena_fail_at(n);
		int r = client_check(&a, tree, &refusal);
		if (r == 0)
			r = client_read(&a, &service, tree, true, &c);
		arena_fail_at(0);
		if (r == 0) {
			assert_true(n > 5 && c.document.p);
			return;
		}
		assert_null(c.document.p);
		tear_down(NULL);
		set_up(NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_uris, set_up, tear_down),
		cmocka_unit_test_setup_teardown(checks_names_of_subjects, set_up, tear_down),
		cmocka_unit_test_setup_teardown(reads_and_writes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(sets_the_auth_method, set_up, tear_down),
		cmocka_unit_test_setup_teardown(keeps_supported_metadata, set_up, tear_down),
		cmocka_unit_test_setup_teardown(restricts_scopes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(says_when_memory_is_out, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
