#include "oauth_check.h"

#include <inttypes.h>

#define JWT_BEARER "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
#define TYPE "client_assertion_type=" JWT_BEARER
#define CONFIDENTIAL "\"clientType\":\"CONFIDENTIAL\""
#define METHOD(name) CONFIDENTIAL ",\"tokenAuthMethod\":\"" name "\""
#define SECRET "a-secret-of-at-least-sixty-four-bytes-so-that-every-hash-is-content-with-it"

static void check_client(const char *row, const char *client_members, const char *basic_secret,
	const char *form, const char *code, const char *method)
{
	struct oauth_client client = client_of(client_members);
	struct params p = form_of(form);
	struct client_credentials basic = {
		.client_id = basic_secret ? STR(ID) : STR_NONE,
		.client_secret = str_of(basic_secret),
	};
	check(row, client_auth_check(&o, &client_auth_token, &p, &basic, &client, &why) == 0);
	check_refused(row, code);
	check(row, (client.auth_method != NULL) == (code == NULL));
	if (method)
		check_str(row, str_of(client.auth_method), method);
}

/* ---- Secrets, and which channel they take ---- */

static void checks_secrets(void **state)
{
	static const struct {
		const char *client, *basic, *form, *code, *method;
	} rows[] = {
		{"\"clientType\":\"PUBLIC\",\"tokenAuthMethod\":\"NONE\"", NULL, "", NULL, "NONE"},
		{"", NULL, "", NULL, "NONE"},
		{"\"clientType\":\"PUBLIC\"", NULL, "client_secret=", NULL, "NONE"},
		{"\"clientType\":\"PUBLIC\"", "", "", NULL, "NONE"},
		{"\"clientType\":\"PUBLIC\"", "x", "", "A157303", NULL},
		{"\"clientType\":\"PUBLIC\"", NULL, "client_secret=x", "A157303", NULL},
		{"\"clientType\":\"PUBLIC\"", NULL, TYPE "&client_assertion=x", "A157303", NULL},
		{"\"clientType\":\"PUBLIC\",\"tokenAuthMethod\":\"CLIENT_SECRET_POST\"", NULL, "",
			"A157302", NULL},
		{METHOD("NONE"), NULL, "", "A157301", NULL},

		{METHOD("CLIENT_SECRET_BASIC"), SECRET, "", NULL, "CLIENT_SECRET_BASIC"},
		{CONFIDENTIAL, SECRET, "", NULL, "CLIENT_SECRET_BASIC"},
		{METHOD("CLIENT_SECRET_BASIC"), SECRET, "client_secret=wrong", NULL,
			"CLIENT_SECRET_BASIC"},
		{METHOD("CLIENT_SECRET_BASIC"), "wrong", "", "A157305", NULL},
		{METHOD("CLIENT_SECRET_BASIC"), "wrong", "client_secret=" SECRET, "A157305", NULL},
		{METHOD("CLIENT_SECRET_BASIC"), SECRET "x", "", "A157305", NULL},
		{METHOD("CLIENT_SECRET_BASIC"), NULL, "client_secret=" SECRET, "A157357", NULL},
		{METHOD("CLIENT_SECRET_BASIC"), "", "client_secret=" SECRET, "A157357", NULL},
		{METHOD("CLIENT_SECRET_BASIC"), NULL, "", "A157304", NULL},

		{METHOD("CLIENT_SECRET_POST"), NULL, "client_secret=" SECRET, NULL,
			"CLIENT_SECRET_POST"},
		{METHOD("CLIENT_SECRET_POST"), NULL, "client_secret=wrong", "A157305", NULL},
		{METHOD("CLIENT_SECRET_POST"), SECRET, "", "A157304", NULL},
		{METHOD("CLIENT_SECRET_POST"), NULL, "client_secret=", "A157304", NULL},
		{METHOD("CLIENT_SECRET_POST"), NULL, "client_secret=a&client_secret=a", "A158301",
			NULL},
		{METHOD("ATTEST_JWT_CLIENT_AUTH"), SECRET, "", "A157344", NULL},
	};
	(void)state;
	open_engine("");
	for (size_t i = 0; i < COUNT(rows); i++) {
		char row[64];
		snprintf(row, sizeof row, "secret %zu", i);
		why = (struct refusal){0};
		check_client(row, rows[i].client, rows[i].basic, rows[i].form, rows[i].code,
			rows[i].method);
	}
}

static void a_client_without_a_secret_proves_nothing(void **state)
{
	(void)state;
	open_engine("");
	struct oauth_client client = client_of(METHOD("CLIENT_SECRET_BASIC"));
	struct params p = form_of("");
	struct client_credentials basic = {.client_id = STR(ID), .client_secret = STR("")};
	client.row.secret = STR("");
	assert_int_equal(client_auth_check(&o, &client_auth_token, &p, &basic, &client, &why), 0);
	check_refused("empty secret", "A157304");
	assert_string_equal(why.action, "INVALID_CLIENT");
	assert_string_equal(why.error, "invalid_client");
}

/* ---- Assertions ---- */

#define JWKS(keys) "\"jwks\":\"{\\\"keys\\\":[" keys "]}\""
#define PUBLIC_KEY                                                                                 \
	"{\\\"kty\\\":\\\"EC\\\",\\\"crv\\\":\\\"P-256\\\",\\\"kid\\\":\\\"k\\\","                 \
	"\\\"x\\\":\\\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\\\","                           \
	"\\\"y\\\":\\\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\\\"}"
#define BAD_KEY "{\\\"kty\\\":\\\"EC\\\",\\\"crv\\\":\\\"P-256\\\",\\\"kid\\\":\\\"k\\\"}"
#define OCT_KEY "{\\\"kty\\\":\\\"oct\\\",\\\"kid\\\":\\\"k\\\",\\\"k\\\":\\\"AAAA\\\"}"
#define BY_KEY METHOD("PRIVATE_KEY_JWT") ",\"tokenAuthSignAlg\":\"ES256\","
#define GOOD BY_KEY JWKS(PUBLIC_KEY)
#define BY_SECRET METHOD("CLIENT_SECRET_JWT") ",\"tokenAuthSignAlg\":\"HS256\""

/* What makes an assertion: claims that take the place of good ones ("-": leaves it out). */
struct assertion {
	const char *iss, *sub, *aud, *exp, *more;
	const char *kid;
	bool by_secret;
};

static void put_claim(struct buf *out, const char *name, const char *value, const char *otherwise)
{
	if (value && *value == '-')
		return;
	buf_addf(out, "%s\"%s\":%s", out->n > 1 ? "," : "", name, value ? value : otherwise);
}

static const char *make(const struct assertion *from)
{
	char exp[32];
	struct str token, members = STR_NONE;
	const char *reason = "";
	struct jwk secret;
	struct buf out = buf_make(&a, SIZE_MAX);
	snprintf(exp, sizeof exp, "%d", NOW + 60);
	buf_add_char(&out, '{');
	put_claim(&out, "iss", from->iss, "\"" ID "\"");
	put_claim(&out, "sub", from->sub, "\"" ID "\"");
	put_claim(&out, "aud", from->aud, "\"" ISSUER "\"");
	put_claim(&out, "exp", from->exp, exp);
	buf_addf(&out, "%s}", from->more ? from->more : ",\"jti\":\"1\"");
	if (from->kid)
		members = arena_printf(&a, "\"kid\":\"%s\"", from->kid);
	assert_int_equal(jwk_from_secret(&a, STR(SECRET), &secret, &reason), 0);
	int r = jws_sign(&a, from->by_secret ? JOSE_HS256 : JOSE_ES256,
		from->by_secret ? &secret : key_of("{" P256 "}"), members, buf_str(&out), &token,
		&reason);
	jwk_clear(&secret);
	if (r < 0)
		fail_msg("%.*s: %s", STR_ARGS(buf_str(&out)), reason);
	return arena_copy(&a, token).p;
}

static void check_assertion(const char *client, const struct assertion *from, const char *code)
{
	struct str form = arena_printf(&a, TYPE "&client_assertion=%s", make(from));
	why = (struct refusal){0};
	check_client(client, client, NULL, form.p, code,
		code              ? NULL
		: from->by_secret ? "CLIENT_SECRET_JWT"
				  : "PRIVATE_KEY_JWT");
}

static void checks_form_of_assertions(void **state)
{
	static const struct {
		const char *client, *form, *code;
	} rows[] = {
		{GOOD, "", "A157309"},
		{GOOD, TYPE, "A157311"},
		{GOOD, TYPE "&client_assertion=", "A157311"},
		{GOOD, "client_assertion_type=x&client_assertion=a.b.c", "A157310"},
		{GOOD, TYPE "&client_assertion=a.b.c", "A157312"},
		{GOOD, TYPE "&client_assertion=x", "A157312"},
		{GOOD, TYPE "&" TYPE "&client_assertion=x", "A158304"},
		{GOOD, TYPE "&client_assertion=x&client_assertion=x", "A158305"},
		{GOOD, "client_assertion=x", "A158302"},
		{GOOD, "client_assertion_type=&client_assertion=x", "A158303"},
		/* {"alg":"none"}.{}. and {"alg":"HS256"}.{}.x */
		{GOOD, TYPE "&client_assertion=eyJhbGciOiJub25lIn0.e30.", "A157313"},
		{GOOD, TYPE "&client_assertion=eyJhbGciOiJIUzI1NiJ9.e30.AAAA", "A157313"},
		{METHOD("PRIVATE_KEY_JWT"), TYPE "&client_assertion=x", "A157306"},
		{METHOD("CLIENT_SECRET_JWT"), TYPE "&client_assertion=x", "A157306"},
		{METHOD("CLIENT_SECRET_JWT") ",\"tokenAuthSignAlg\":\"ES256\"", TYPE, "A157307"},
		{METHOD("CLIENT_SECRET_JWT") ",\"tokenAuthSignAlg\":\"NONE\"", TYPE, "A157307"},
		{METHOD("PRIVATE_KEY_JWT") ",\"tokenAuthSignAlg\":\"HS256\"", TYPE, "A157308"},
		{METHOD("PRIVATE_KEY_JWT") ",\"tokenAuthSignAlg\":\"NONE\"", TYPE, "A157308"},
	};
	(void)state;
	open_engine("");
	for (size_t i = 0; i < COUNT(rows); i++) {
		why = (struct refusal){0};
		check_client(rows[i].form, rows[i].client, NULL, rows[i].form, rows[i].code, NULL);
	}
}

static void checks_claims_of_assertions(void **state)
{
	static const struct {
		struct assertion from;
		const char *code;
	} rows[] = {
		{{.kid = "k"}, NULL},
		{{.aud = "\"" ISSUER "/token\""}, NULL},
		{{.aud = "[\"x\",\"" ISSUER "\"]"}, NULL},
		{{.iss = "\"alias\"", .sub = "\"alias\""}, NULL},
		{{.exp = "1800000000.5"}, NULL},
		{{.by_secret = true}, NULL},
		{{.iss = "\"2\""}, "A157315"},
		{{.iss = "-"}, "A157315"},
		{{.iss = "1234567890"}, "A157315"},
		{{.sub = "\"2\""}, "A157316"},
		{{.sub = "null"}, "A157316"},
		{{.aud = "\"https://as.example/\""}, "A157318"},
		{{.aud = "[]"}, "A157318"},
		{{.aud = "-"}, "A157318"},
		{{.exp = "-"}, "A157319"},
		{{.exp = "null"}, "A157319"},
		{{.exp = "1800000000"}, "A157320"},
		{{.exp = "1"}, "A157320"},
		{{.exp = "\"1900000000\""}, "A157320"},
		{{.exp = "1e300"}, "A157320"},
		{{.more = ",\"jti\":\"1\",\"nbf\":1800000001"}, "A157322"},
		{{.more = ",\"jti\":\"1\",\"nbf\":1800000000,\"iat\":1800000000"}, NULL},
		{{.more = ",\"jti\":\"1\",\"iat\":1800000001"}, "A157323"},
		{{.more = ",\"jti\":\"1\",\"iat\":\"x\""}, "A157323"},
		{{.more = ""}, "A157324"},
		{{.more = ",\"jti\":\"\""}, "A157324"},
		{{.by_secret = true, .more = ""}, "A157324"},
		{{.aud = "x"}, "A157314"},
	};
	(void)state;
	open_engine("");
	for (size_t i = 0; i < COUNT(rows); i++)
		check_assertion(
			rows[i].from.by_secret ? BY_SECRET : GOOD, &rows[i].from, rows[i].code);
}

static void heeds_the_service(void **state)
{
	struct assertion token_endpoint = {.aud = "\"" ISSUER "/token\""},
			 endpoint = {.aud = "\"" ISSUER "/bc\""}, late = {.exp = "1799999990"},
			 early = {.more = ",\"jti\":\"1\",\"nbf\":1800000009,\"iat\":1800000009"};
	(void)state;
	open_engine("\"clientAssertionAudRestrictedToIssuer\":true");
	check_assertion(GOOD, &token_endpoint, "A157318");
	open_engine("\"backchannelAuthenticationEndpoint\":\"" ISSUER "/bc\"");
	check_assertion(GOOD, &endpoint, "A157318"); /* it is not the token endpoint's */
	open_engine("\"allowableClockSkew\":10");
	check_assertion(GOOD, &late, "A157320");
	check_assertion(GOOD, &early, NULL);
	open_engine("\"allowableClockSkew\":11");
	check_assertion(GOOD, &late, NULL);
	o.service = json_of("{}");
	check_assertion(GOOD, &(struct assertion){0}, "A157317");
}

static void verifies_signatures(void **state)
{
	static const char wrong_key[] = BY_KEY JWKS(
		"{\\\"kty\\\":\\\"EC\\\",\\\"crv\\\":\\\"P-256\\\","
		"\\\"x\\\":\\\"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ\\\","
		"\\\"y\\\":\\\"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck\\\"}");
	static const struct {
		const char *client, *kid, *code;
	} rows[] = {
		{GOOD, NULL, NULL},
		{wrong_key, NULL, "A157326"},
		{METHOD("PRIVATE_KEY_JWT") ",\"tokenAuthSignAlg\":\"ES256\"", NULL, "A156301"},
		{BY_KEY "\"jwksUri\":\"https://client.example/jwks\"", NULL, "A156303"},
		{BY_KEY JWKS(""), NULL, "A156303"},
		{BY_KEY "\"jwks\":\"x\"", NULL, "A156303"},
		{GOOD, "other", "A156304"},
		{BY_KEY JWKS(PUBLIC_KEY "," PUBLIC_KEY), "k", "A156306"},
		{BY_KEY JWKS(OCT_KEY), "k", "A156106"},
		{BY_KEY JWKS(BAD_KEY), "k", "A156107"},
	};
	(void)state;
	open_engine("");
	for (size_t i = 0; i < COUNT(rows); i++)
		check_assertion(
			rows[i].client, &(struct assertion){.kid = rows[i].kid}, rows[i].code);
}

static void verifies_by_the_secret(void **state)
{
	(void)state;
	open_engine("");
	struct oauth_client client = client_of(BY_SECRET);
	struct params p = form_of(arena_printf(
		&a, TYPE "&client_assertion=%s", make(&(struct assertion){.by_secret = true}))
					  .p);
	struct client_credentials none = {0};
	client.row.secret = STR("another-secret-of-sufficient-length");
	assert_int_equal(
		client_auth_check(&o, &client_auth_backchannel, &p, &none, &client, &why), 0);
	check_refused("another secret", "A157326");
	assert_string_equal(why.action, "UNAUTHORIZED");
	client.row.secret = STR("short");
	why = (struct refusal){0};
	assert_int_equal(
		client_auth_check(&o, &client_auth_backchannel, &p, &none, &client, &why), 0);
	check_refused("a short secret", "A157325");
	client.row.secret = STR(SECRET);
	why = (struct refusal){0};
	assert_int_equal(
		client_auth_check(&o, &client_auth_backchannel, &p, &none, &client, &why), 0);
	check_refused("the secret", NULL);
	assert_string_equal(client.assertion_alg, "HS256");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(checks_secrets, set_up, jose_tear_down),
		cmocka_unit_test_setup_teardown(
			a_client_without_a_secret_proves_nothing, set_up, jose_tear_down),
		cmocka_unit_test_setup_teardown(checks_form_of_assertions, set_up, jose_tear_down),
		cmocka_unit_test_setup_teardown(
			checks_claims_of_assertions, set_up, jose_tear_down),
		cmocka_unit_test_setup_teardown(heeds_the_service, set_up, jose_tear_down),
		cmocka_unit_test_setup_teardown(verifies_signatures, set_up, jose_tear_down),
		cmocka_unit_test_setup_teardown(verifies_by_the_secret, set_up, jose_tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
