#include "oauth_check.h"

#include "oauth/id_token_hint.h"
#include "oauth/request_object.h"

#define JWKS(keys) "\"jwks\":\"{\\\"keys\\\":[" keys "]}\""
#define PUBLIC_KEY                                                                                 \
	"{\\\"kty\\\":\\\"EC\\\",\\\"crv\\\":\\\"P-256\\\","                                       \
	"\\\"x\\\":\\\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\\\","                           \
	"\\\"y\\\":\\\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\\\"}"
#define ES256 "\"bcRequestSignAlg\":\"ES256\","
#define GOOD_CLIENT ES256 JWKS(PUBLIC_KEY)
#define UNSIGNED "eyJhbGciOiJub25lIn0.e30." /* {"alg":"none"}.{}. */

static const char *sign(enum jose_alg alg, const char *payload)
{
	struct str token;
	const char *reason = "";
	const struct jwk *key = key_of(alg == JOSE_HS256 ? "{" OCT_256 "}" : "{" P256 "}");
	int r = jws_sign(&a, alg, key, STR_NONE, str_of(payload), &token, &reason);
	if (r < 0)
		fail_msg("%s: %s", payload, reason);
	return arena_copy(&a, token).p;
}

/* Claims that are right; more (",…") comes after them. */
static const char *claims_with(const char *without, const char *more)
{
	static const struct {
		const char *name, *value;
	} claims[] = {{"iss", "\"" ID "\""}, {"aud", "\"" ISSUER "\""}, {"exp", "1800000300"},
		{"iat", "1800000000"}, {"nbf", "1800000000"}, {"jti", "\"1\""},
		{"scope", "\"openid\""}};
	struct buf out = buf_make(&a, SIZE_MAX);
	buf_add_char(&out, '{');
	for (size_t i = 0; i < COUNT(claims); i++)
		if (strcmp(claims[i].name, without) != 0)
			buf_addf(&out, "%s\"%s\":%s", out.n > 1 ? "," : "", claims[i].name,
				claims[i].value);
	buf_addf(&out, "%s}", more);
	return arena_copy(&a, buf_str(&out)).p;
}

static int read_object(const char *form, struct request_object *ret)
{
	struct params p = form_of(form);
	why = (struct refusal){0};
	return request_object_read(&o, &p, ret, &why);
}

static void looks_before_it_verifies(void **state)
{
	static const char encrypted[] = "request=a.b.c.d.e";
	struct request_object object;
	(void)state;
	open_engine("");
	const struct {
		const char *form, *code;
	} rows[] = {
		{"scope=openid&request=x", "A167301"},
		{"request=x&login_hint=", "A167301"},
		{"request=x&resource=a&resource=b", "A167301"},
		{"request=x", "A167302"},
		{"request=a.b.c", "A167302"},
		{"request=" UNSIGNED, "A167303"},
		{encrypted, "A167304"},
		{"", "A167302"},
		{arena_printf(&a, "request=%s", sign(JOSE_ES256, "[]")).p, "A167305"},
		{arena_printf(&a, "request=%s", sign(JOSE_ES256, "x")).p, "A167305"},
		{arena_printf(&a, "request=%s", sign(JOSE_ES256, "{}")).p, "A167306"},
		{arena_printf(&a, "request=%s", sign(JOSE_ES256, "{\"iss\":\"\"}")).p, "A167306"},
		{arena_printf(&a, "request=%s", sign(JOSE_ES256, "{\"iss\":1}")).p, "A167323"},
		{arena_printf(&a, "client_id=1&client_secret=2&request=%s",
			 sign(JOSE_ES256, "{\"iss\":\"1\"}"))
				.p,
			NULL},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		check(rows[i].form, read_object(rows[i].form, &object) == 0);
		check_refused(rows[i].form, rows[i].code);
	}
	check_str("issuer", object.issuer, "1");
}

static void check_object(
	const char *members, enum jose_alg alg, const char *payload, const char *code)
{
	struct request_object object;
	struct oauth_client client = client_of(members);
	struct str form = arena_printf(&a, "request=%s", sign(alg, payload));
	assert_int_equal(read_object(form.p, &object), 0);
	check_refused(payload, NULL);
	check(payload, request_object_verify(&o, &client, &object, &why) == 0);
	check_refused(payload, code);
}

static void verifies(void **state)
{
	static const char other_key[] = ES256 JWKS(
		"{\\\"kty\\\":\\\"EC\\\",\\\"crv\\\":\\\"P-256\\\","
		"\\\"x\\\":\\\"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ\\\","
		"\\\"y\\\":\\\"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck\\\"}");
	static const struct {
		const char *client, *code;
	} rows[] = {
		{GOOD_CLIENT, NULL},
		{JWKS(PUBLIC_KEY), "A167309"},
		{"\"bcRequestSignAlg\":\"PS256\"," JWKS(PUBLIC_KEY), "A167310"},
		{"\"bcRequestSignAlg\":\"NONE\"," JWKS(PUBLIC_KEY), "A167310"},
		{ES256 "\"x\":1", "A167311"},
		{ES256 "\"jwksUri\":\"https://client.example/jwks\"", "A167101"},
		{ES256 "\"jwks\":\"x\"", "A167103"},
		{ES256 JWKS("{\\\"kty\\\":\\\"EC\\\"}"), "A167103"},
		{ES256 JWKS(""), "A167312"},
		{ES256 JWKS(PUBLIC_KEY "," PUBLIC_KEY), "A167313"},
		{other_key, "A167314"},
	};
	(void)state;
	open_engine("");
	const char *good = claims_with("", "");
	for (size_t i = 0; i < COUNT(rows); i++)
		check_object(rows[i].client, JOSE_ES256, good, rows[i].code);
	check_object(GOOD_CLIENT, JOSE_HS256, good, "A167308");
}

static void checks_claims(void **state)
{
	static const struct {
		const char *without, *more, *code;
	} rows[] = {
		{"", ",\"requested_expiry\":\"60\"", NULL},
		{"", ",\"requested_expiry\":60,\"request_context\":{\"a\":[1]}", NULL},
		{"aud", ",\"aud\":[\"x\",\"" ISSUER "\"]", NULL},
		{"exp", "", "A167315"},
		{"aud", "", "A167315"},
		{"nbf", "", "A167315"},
		{"iat", "", "A167315"},
		{"jti", "", "A167315"},
		{"jti", ",\"jti\":null", "A167316"},
		{"exp", ",\"exp\":\"1800000300\"", "A167317"},
		{"exp", ",\"exp\":1800000300.5", "A167317"},
		{"", ",\"requested_expiry\":true", "A167317"},
		{"", ",\"requested_expiry\":1.5", "A167317"},
		{"exp", ",\"exp\":1800000000", "A167318"},
		{"iat", ",\"iat\":1800000001", "A167319"},
		{"nbf", ",\"nbf\":1800000001", "A167320"},
		{"aud", ",\"aud\":\"x\"", "A167321"},
		{"aud", ",\"aud\":[\"x\"]", "A167324"},
		{"aud", ",\"aud\":5", "A167323"},
		{"", ",\"client_assertion\":\"x\"", "A167322"},
		{"jti", ",\"jti\":5", "A167323"},
		{"scope", ",\"scope\":[\"openid\"]", "A167323"},
		{"", ",\"request_context\":\"x\"", "A167326"},
	};
	(void)state;
	open_engine("");
	for (size_t i = 0; i < COUNT(rows); i++)
		check_object(GOOD_CLIENT, JOSE_ES256, claims_with(rows[i].without, rows[i].more),
			rows[i].code);
	open_engine("\"allowableClockSkew\":1");
	check_object(GOOD_CLIENT, JOSE_ES256, claims_with("iat", ",\"iat\":1800000001"), NULL);
}

static void becomes_parameters(void **state)
{
	struct request_object object;
	struct params p;
	struct str value;
	(void)state;
	open_engine("");
	struct oauth_client client = client_of(GOOD_CLIENT);
	const char *payload = claims_with("",
		",\"requested_expiry\":60,\"request_context\":{\"a\":\"b\"},\"login_hint\":\"j\","
		"\"resource\":[\"https://a\",\"https://b\"],\"authorization_details\":[{\"type\":"
		"\"t\"}],\"user_code\":null,\"client_id\":\"x\"");
	assert_int_equal(
		read_object(arena_printf(&a, "request=%s", sign(JOSE_ES256, payload)).p, &object),
		0);
	assert_int_equal(request_object_verify(&o, &client, &object, &why), 0);
	check_refused("parameters", NULL);
	assert_int_equal(object.lifetime, 300);
	assert_string_equal(object.alg, "ES256");
	check_str("context", object.context, "{\"a\":\"b\"}");
	assert_int_equal(request_object_params(&o, &object, &p), 0);
	check_str("scope", params_one(&p, "scope"), "openid");
	check_str("login_hint", params_one(&p, "login_hint"), "j");
	check_str("requested_expiry", params_one(&p, "requested_expiry"), "60");
	check_str("details", params_one(&p, "authorization_details"), "[{\"type\":\"t\"}]");
	assert_int_equal(params_get(&p, "resource", &value), PARAM_REPEATED);
	assert_int_equal(params_get(&p, "user_code", &value), PARAM_ABSENT);
	assert_int_equal(params_get(&p, "client_id", &value), PARAM_ABSENT);
	assert_int_equal(params_get(&p, "iss", &value), PARAM_ABSENT);
}

static void reads_hints(void **state)
{
	struct str sub;
	(void)state;
	open_engine("");
	struct oauth_client client = client_of("\"x\":1");
	const struct {
		const char *hint, *code;
	} rows[] = {
		{sign(JOSE_ES256, "{\"iss\":\"" ISSUER "\",\"aud\":\"" ID "\",\"sub\":\"me\"}"),
			NULL},
		{sign(JOSE_HS256, "{\"iss\":\"" ISSUER "\",\"aud\":[\"x\",\"alias\"],\"exp\":1,"
				  "\"sub\":\"me\"}"),
			NULL},
		{"x", "A175301"},
		{UNSIGNED, "A175302"},
		{"a.b.c.d.e", "A175303"},
		{sign(JOSE_ES256, "[]"), "A175304"},
		{sign(JOSE_ES256, "{}"), "A175305"},
		{sign(JOSE_ES256, "{\"iss\":\"https://other\"}"), "A175306"},
		{sign(JOSE_ES256, "{\"iss\":\"" ISSUER "\"}"), "A175307"},
		{sign(JOSE_ES256, "{\"iss\":\"" ISSUER "\",\"aud\":5}"), "A175307"},
		{sign(JOSE_ES256, "{\"iss\":\"" ISSUER "\",\"aud\":[\"x\"]}"), "A175308"},
		{sign(JOSE_ES256, "{\"iss\":\"" ISSUER "\",\"aud\":\"x\"}"), "A175309"},
		{sign(JOSE_ES256, "{\"iss\":\"" ISSUER "\",\"aud\":\"" ID "\"}"), "A175310"},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		why = (struct refusal){0};
		check(rows[i].hint,
			id_token_hint_check(&o, &client, str_of(rows[i].hint), &sub, &why) == 0);
		check_refused(rows[i].hint, rows[i].code);
		check_str(rows[i].hint, sub, rows[i].code ? NULL : "me");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(looks_before_it_verifies, set_up, jose_tear_down),
		cmocka_unit_test_setup_teardown(verifies, set_up, jose_tear_down),
		cmocka_unit_test_setup_teardown(checks_claims, set_up, jose_tear_down),
		cmocka_unit_test_setup_teardown(becomes_parameters, set_up, jose_tear_down),
		cmocka_unit_test_setup_teardown(reads_hints, set_up, jose_tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
