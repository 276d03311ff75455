/* What the journal shows of secrets: four characters, or none. */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "http/mask.h"

#define E "\xE2\x80\xA6"

static struct arena a;

static int set_up(void **state)
{
	(void)state;
	arena_init(&a, NULL, 0, (size_t)64 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_reset(&a);
	return 0;
}

static void masks_messages(void **state)
{
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{"[A458101] /auth/token: no service has it",
			"[A458101] /auth/token: no service has it"},
		{"[A126202] /auth/token: /subject: expected a string, came the string \"abcdef\"",
			"[A126202] /auth/token: /subject: expected a string, came the string "
			"\"abcdef\""},
		{"[M000206] /auth/token: /client_secret: expected no member of this name, came the "
		 "string \"abc\"d; efghi\"; /x: expected a, b, came 5",
			"[M000206] /auth/token: /client_secret: expected no member of this name, "
			"came the string " E "; /x: expected a, b, came 5"},
		{"[A126202] /x: /clients/0/pin: expected a string, came the number 1234",
			"[A126202] /x: /clients/0/pin: expected a string, came the number " E},
		{"[A126202] /x: /accessTokens/3: expected \"a\", came true; and 3 more",
			"[A126202] /x: /accessTokens/3: expected \"a\", came true; and 3 more"},
		{"[A126202] /x: the body: expected an object, came the string \"a\"",
			"[A126202] /x: the body: expected an object, came the string \"a\""},
		{"[A000000] eyJhbGciOiJub25lIn0.e30. in https://x?code=abcdefghi",
			"[A000000] eyJh" E " in https://x?code=abcd" E},
		{"[A126202] /token: expected ", "[A126202] /token: expected "},
		{"[A126202] ", "[A126202] "},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_str(rows[i].text, mask_text(&a, str_of(rows[i].text)), rows[i].shown);
}

static void masks_json(void **state)
{
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{"{}", "{}"},
		{"{\"ticket\":\"abcdefghi\"}", "{\"ticket\":\"abcd" E "\"}"},
		{"{\"ticket\":\"abcdefgh\"}", "{\"ticket\":\"" E "\"}"},
		{"{\"ticket\":\"\"}", "{\"ticket\":\"\"}"},
		{"{ \"ticket\" : \"abcdefghi\" , \"x\" : \"abcdefghi\" }",
			"{ \"ticket\" : \"abcd" E "\" , \"x\" : \"abcdefghi\" }"},
		{"{\"tick\\u0065t\":\"abcdefghi\"}", "{\"tick\\u0065t\":\"abcd" E "\"}"},
		{"{\"accessToken\":\"abcdefghi\"}", "{\"accessToken\":\"abcd" E "\"}"},
		{"{\"access_token\":\"abcdefghi\"}", "{\"access_token\":\"abcd" E "\"}"},
		{"{\"clientSecret\":\"abcdefghi\"}", "{\"clientSecret\":\"abcd" E "\"}"},
		{"{\"clientSecretExpiresAt\":123456789}",
			"{\"clientSecretExpiresAt\":\"1234" E "\"}"},
		{"{\"code\":123456789}", "{\"code\":\"1234" E "\"}"},
		{"{\"code\":null,\"token\":true}", "{\"code\":null,\"token\":true}"},
		{"{\"resultCode\":\"A185001xx\"}", "{\"resultCode\":\"A185001xx\"}"},
		{"{\"accessTokenDuration\":86400123456}", "{\"accessTokenDuration\":86400123456}"},
		{"{\"tickets\":[\"abcdefghi\",{\"x\":\"abcdefghi\"}],\"y\":\"abcdefghi\"}",
			"{\"tickets\":[\"abcd" E "\",{\"x\":\"abcd" E "\"}],\"y\":\"abcdefghi\"}"},
		{"{\"ticket\":,\"x\":\"abcdefghi\"}", "{\"ticket\":,\"x\":\"abcdefghi\"}"},
		{"{\"x\":\"eyJhbGciOiJub25lIn0.e30.\"}", "{\"x\":\"eyJh" E "\"}"},
		{"{\"ticket\":\"\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4xxxxx\"}",
			"{\"ticket\":\"\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4" E "\"}"},
		{"{\"ticket\":\"a\\\"b\\\\cdefghi\"}", "{\"ticket\":\"a\\\"b\\\\" E "\"}"},
		{"{\"responseContent\":\"{\\\"code\\\":\\\"abcdefghi\\\",\\\"a\\\":1}\"}",
			"{\"responseContent\":\"{\\\"code\\\":\\\"abcd" E "\\\",\\\"a\\\":1}\"}"},
		{"{\"responseContent\":\"https://c.example/cb?code=abcdefghi&state=s\"}",
			"{\"responseContent\":\"https://c.example/cb?code=abcd" E "&state=s\"}"},
		{"{\"parameters\":\"client_id=1&client_secret=abcdefghi\"}",
			"{\"parameters\":\"client_id=1&client_secret=abcd" E "\"}"},
		{"{\"errorDescription\":\"\\u00e4 \\/ =\"}",
			"{\"errorDescription\":\"\\u00e4 \\/ =\"}"},
		{"{ticket:abcdefghi}", "{ticket:\"abcd" E "\"}"},
		{"{'ticket':'abcdefghi'}", "{'ticket':\"abcd" E "\"}"},
		{"[{\"jwk\":{\"kty\":\"EC\",\"d\":\"abcdefghi\"}}]",
			"[{\"jwk\":{\"kty\":\"EC\",\"d\":\"abcd" E "\"}}]"},
		/* cut short */
		{"{\"ticket\":\"abcdefghi", "{\"ticket\":\"abcd" E "\""},
		{"{\"ticket\":\"abc", "{\"ticket\":\"" E "\""},
		{"{\"ticket\":\"abcdefghi\\", "{\"ticket\":\"abcd" E "\""},
		{"{\"ticket\":\"abcdefghi\\u00", "{\"ticket\":\"abcd" E "\""},
		{"{\"ticket\"", "{\"ticket\""},
		{"{\"tick", "{\"tick"},
		{"{\"x\":\"{\\\"code\\\":\\\"abcdefghi",
			"{\"x\":\"{\\\"code\\\":\\\"abcd" E "\\\"\""},
		{"{\"x\":\"\xC3", "{\"x\":\"\xEF\xBF\xBD"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_str(rows[i].text, mask_text(&a, str_of(rows[i].text)), rows[i].shown);
}

static void masks_forms(void **state)
{
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{"", ""},
		{"ticket=abcdefghi", "ticket=abcd" E},
		{"ticket=abcdefgh&reason=ACCESS_DENIED", "ticket=" E "&reason=ACCESS_DENIED"},
		{"tick%65t=abcdefghi", "tick%65t=abcd" E},
		{"ticket=a%20b%20c%20d%20e", "ticket=a b " E},
		{"x=a%20b", "x=a%20b"},
		{"parameters=code%3Dabcdefghi%26x%3D1", "parameters=code=abcd" E "&x=1"},
		{"assertion=eyJhbGciOiJub25lIn0.e30.&ticket", "assertion=eyJh" E "&ticket"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_str(rows[i].text, mask_text(&a, str_of(rows[i].text)), rows[i].shown);
}

static void masks_targets(void **state)
{
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{"/", "/"},
		{"/api/1/x?token=abcdefghi&a=b", "/api/1/x?token=abcd" E "&a=b"},
		{"/api/1/auth/token/delete/abcdefghijabcdefghijabcdefghijabc/",
			"/api/1/auth/token/delete/abcd" E "/"},
		{"/s/abcdefghijabcdefghijabcdefghijabcdef/api",
			"/s/abcdefghijabcdefghijabcdefghijabcdef/api"},
		{"/\xFF", "/\xEF\xBF\xBD"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_str(rows[i].text, mask_target(&a, str_of(rows[i].text)), rows[i].shown);
}

/* Cut anywhere, a body never shows the secret, and what is shown is UTF-8. */
static void survives_every_cut(void **state)
{
	static const char *const whole[] = {
		"{\"a\":[1,{\"ticket\":\"SECRET-SECRET\"}],\"r\":\"{\\\"code\\\":\\\"SECRET-"
		"SECRET\\\"}\"}",
		"a=b&ticket=SECRET-SECRET&parameters=x%3D1%26code%3DSECRET-SECRET",
		"{\"responseContent\":\"https://x/"
		"?code=SECRET-SECRET\",\"\xC3\xA4\":\"\\ud83d\\ude00\"}",
	};
	(void)state;
	for (size_t i = 0; i < COUNT(whole); i++) {
		size_t n = strlen(whole[i]);
		for (size_t from = 0; from < n; from++)
			for (size_t to = from; to <= n; to++) {
				struct str text = {whole[i] + from, to - from};
				char *exact = malloc(
					text.n ? text.n : 1); /* sanitizers see its end */
				if (!exact)
					abort();
				memcpy(exact, text.p, text.n);
				struct str shown = mask_text(&a, (struct str){exact, text.n});
				check(whole[i], shown.p && str_is_utf8(shown));
				if (from == 0 && shown.p)
					check(whole[i], !memmem(shown.p, shown.n, "SECRE", 5));
				free(exact);
				arena_reset(&a);
			}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(masks_messages, set_up, tear_down),
		cmocka_unit_test_setup_teardown(masks_json, set_up, tear_down),
		cmocka_unit_test_setup_teardown(masks_forms, set_up, tear_down),
		cmocka_unit_test_setup_teardown(masks_targets, set_up, tear_down),
		cmocka_unit_test_setup_teardown(survives_every_cut, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
