/* Keys: what is read and refused, and what they may be used for. */
#include "jose_check.h"

#define RSA_E "\"e\":\"AQAB\""
#define OKP_X448                                                                                   \
	"\"kty\":\"OKP\",\"crv\":\"X448\",\"x\":\"mwj3zDG34-Z9ItWuoSEHSic70rg94Jxj-"               \
	"qc9LCLF2bvINmRy"                                                                          \
	"QdlT1AxbEtqIEg1TF3-A5TLEH6A\""

static int read_text(const char *text, const char **ret_why)
{
	struct jwk key;
	*ret_why = NULL;
	int e = jwk_parse(&a, str_of(text), &key, ret_why);
	if (e == 0)
		jwk_clear(&key);
	return e;
}

struct row {
	const char *name, *text;
	int wanted;
};

static void refuse_all(const struct row *rows, size_t n)
{
	const char *why;
	for (size_t i = 0; i < n; i++) {
		check(rows[i].name, read_text(rows[i].text, &why) == rows[i].wanted);
		check(rows[i].name, why && why[strlen(why) - 1] == '.');
	}
}

static void refuses_bad_keys(void **state)
{
	static const struct row rows[] = {
		{"no JSON", "{", -EINVAL},
		{"no object", "[]", -EINVAL},
		{"twice", "{\"kty\":\"oct\",\"kty\":\"oct\",\"k\":\"AA\"}", -EINVAL},
		{"no kty", "{\"k\":\"AA\"}", -EINVAL},
		{"kty no string", "{\"kty\":1}", -EINVAL},
		{"kty unknown", "{\"kty\":\"DH\"}", -ENOTSUP},
		{"kty in other case", "{\"kty\":\"OCT\",\"k\":\"AA\"}", -ENOTSUP},
		{"no k", "{\"kty\":\"oct\"}", -EINVAL},
		{"empty k", "{\"kty\":\"oct\",\"k\":\"\"}", -EINVAL},
		{"padded k", "{\"kty\":\"oct\",\"k\":\"AA==\"}", -EINVAL},
		{"k not canonical", "{\"kty\":\"oct\",\"k\":\"AB\"}", -EINVAL},
		{"k of base64", "{\"kty\":\"oct\",\"k\":\"+/+/\"}", -EINVAL},
		{"kid no string", "{" OCT_128 ",\"kid\":1}", -EINVAL},
		{"alg no string", "{" OCT_128 ",\"alg\":null}", -EINVAL},
		{"use no string", "{" OCT_128 ",\"use\":[]}", -EINVAL},
		{"ops no array", "{" OCT_128 ",\"key_ops\":\"sign\"}", -EINVAL},
		{"ops no strings", "{" OCT_128 ",\"key_ops\":[1]}", -EINVAL},
		{"ops twice", "{" OCT_128 ",\"key_ops\":[\"sign\",\"sign\"]}", -EINVAL},
		{"x5c no array", "{" OCT_128 ",\"x5c\":\"AAAA\"}", -EINVAL},
		{"x5c empty", "{" OCT_128 ",\"x5c\":[]}", -EINVAL},
		{"x5c no base64", "{" OCT_128 ",\"x5c\":[\"-_-_\"]}", -EINVAL},
		/* RSA */
		{"no n", "{\"kty\":\"RSA\"," RSA_E "}", -EINVAL},
		{"no e", "{\"kty\":\"RSA\",\"n\":\"AQAB\"}", -EINVAL},
		{"tiny n", "{\"kty\":\"RSA\",\"n\":\"AQAB\"," RSA_E "}", -EINVAL},
		{"n with a zero", "{\"kty\":\"RSA\",\"n\":\"AAEAAQ\"," RSA_E "}", -EINVAL},
		{"empty n", "{\"kty\":\"RSA\",\"n\":\"\"," RSA_E "}", -EINVAL},
	};
	(void)state;
	refuse_all(rows, COUNT(rows));
}

static void refuses_bad_points(void **state)
{
	static const struct row rows[] = {
		/* EC */
		{"no crv", "{\"kty\":\"EC\"," P256_X "," P256_Y "}", -EINVAL},
		{"crv unknown", "{\"kty\":\"EC\",\"crv\":\"P-257\"," P256_X "," P256_Y "}",
			-ENOTSUP},
		{"crv of OKP", "{\"kty\":\"EC\",\"crv\":\"X25519\"," P256_X "," P256_Y "}",
			-ENOTSUP},
		{"other curve", "{\"kty\":\"EC\",\"crv\":\"secp256k1\"," P256_X "," P256_Y "}",
			-EINVAL},
		{"longer curve", "{\"kty\":\"EC\",\"crv\":\"P-384\"," P256_X "," P256_Y "}",
			-EINVAL},
		{"no y", "{\"kty\":\"EC\",\"crv\":\"P-256\"," P256_X "}", -EINVAL},
		{"no x", "{\"kty\":\"EC\",\"crv\":\"P-256\"," P256_Y "}", -EINVAL},
		{"off the curve",
			"{\"kty\":\"EC\",\"crv\":\"P-256\"," P256_X
			",\"y\":\"5Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\"}",
			-EINVAL},
		{"zero point",
			"{\"kty\":\"EC\",\"crv\":\"P-256\","
			"\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
			"\"y\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
			-EINVAL},
		{"x above the field",
			"{\"kty\":\"EC\",\"crv\":\"P-256\","
			"\"x\":\"__________________________________________8\"," P256_Y "}",
			-EINVAL},
		{"short x",
			"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":"
			"\"MKBCTNIcKUSDii11ySs3526iDZ8A\"," P256_Y "}",
			-EINVAL},
		{"another's d",
			"{" P256_PUBLIC ",\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\"}",
			-EINVAL},
		{"d of zero",
			"{" P256_PUBLIC ",\"d\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
			-EINVAL},
		{"d above the order",
			"{" P256_PUBLIC ",\"d\":\"__________________________________________8\"}",
			-EINVAL},
		{"short d", "{" P256_PUBLIC ",\"d\":\"AQ\"}", -EINVAL},
		{"d no string", "{" P256_PUBLIC ",\"d\":1}", -EINVAL},
		/* OKP */
		{"OKP without x", "{\"kty\":\"OKP\",\"crv\":\"Ed25519\"}", -EINVAL},
		{"crv of EC", "{\"kty\":\"OKP\",\"crv\":\"P-256\"," P256_X "}", -ENOTSUP},
		{"OKP, another's d",
			"{" ED25519_PUBLIC
			",\"d\":\"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE\"}",
			-EINVAL},
		{"OKP, short d", "{" ED25519_PUBLIC ",\"d\":\"AQ\"}", -EINVAL},
		{"short OKP", "{\"kty\":\"OKP\",\"crv\":\"X448\"," P256_X "}", -EINVAL},
	};
	const char *why;
	(void)state;
	refuse_all(rows, COUNT(rows));
	assert_int_equal(read_text("{" OKP_X448 "}", &why), 0);
}

/* The RSA key of RFC 7517 appendix C.1, with members changed, added or left out. */
static int read_changed_rsa(const char *name, const char *value, bool remove)
{
	const struct cJSON *keys = json_get(read_vectors(), "keys");
	struct cJSON *object = json_get(keys, "RFC 7517 C.1");
	struct cJSON *member = json_get(object, name);
	struct jwk key;
	const char *why = NULL;
	if (member)
		json_remove(object, member);
	if (!remove)
		assert_true(json_add(&a, object, str_of(name), json_new_string(&a, str_of(value))));
	int e = jwk_read(&a, object, &key, &why);
	assert_true(e == 0 || why);
	if (e == 0)
		jwk_clear(&key);
	return e;
}

static void refuses_rsa_keys_that_do_not_agree(void **state)
{
	static const char *const members[] = {"n", "d", "p", "q", "dp", "dq", "qi"};
	(void)state;
	assert_int_equal(read_changed_rsa("kid", "x", false), 0);
	assert_int_equal(read_changed_rsa("e", "Aw", false), -EINVAL);
	assert_int_equal(read_changed_rsa("e", "AQ", false), -EINVAL);
	assert_int_equal(read_changed_rsa("e", "AQAA", false), -EINVAL);
	assert_int_equal(read_changed_rsa("e", "_________8B_w", false), -EINVAL);
	assert_int_equal(read_changed_rsa("oth", "", false), -ENOTSUP);
	for (size_t i = 0; i < COUNT(members); i++) {
		check(members[i], read_changed_rsa(members[i], "AQAB", false) == -EINVAL);
		check(members[i], read_changed_rsa(members[i], NULL, true) == -EINVAL);
	}
}

/* Without the primes only d is left to be checked by the public key. */
static void reads_rsa_keys_without_primes(void **state)
{
	static const char *const rest[] = {"p", "q", "dp", "dq", "qi"};
	const struct cJSON *keys = json_get(read_vectors(), "keys");
	struct cJSON *object = json_get(keys, "RFC 7517 C.1");
	struct jwk key;
	const char *why;
	(void)state;
	for (size_t i = 0; i < COUNT(rest); i++)
		json_remove(object, json_get(object, rest[i]));
	assert_int_equal(jwk_read(&a, object, &key, &why), 0);
	assert_true(key.is_private);
	jwk_clear(&key);
	jwk_clear(&key); /* once more is fine */
	json_remove(object, json_get(object, "d"));
	assert_true(json_add(&a, object, STR("d"), json_new_string(&a, STR("AQAB"))));
	assert_int_equal(jwk_read(&a, object, &key, &why), -EINVAL);
}

static void fits_what_it_is_for(void **state)
{
	static const struct {
		const char *key;
		enum jose_alg alg, enc;
		enum jwk_purpose purpose;
		bool fits;
	} rows[] = {
		{"{" P256 "}", JOSE_ES256, 0, JWK_SIGN, true},
		{"{" P256 "}", JOSE_ES256, 0, JWK_VERIFY, true},
		{"{" P256_PUBLIC "}", JOSE_ES256, 0, JWK_SIGN, false},
		{"{" P256_PUBLIC "}", JOSE_ES256, 0, JWK_VERIFY, true},
		{"{" P256 "}", JOSE_ES384, 0, JWK_SIGN, false},
		{"{" P256 "}", JOSE_ES256K, 0, JWK_SIGN, false},
		{"{" P256 "}", JOSE_EDDSA, 0, JWK_SIGN, false},
		{"{" P256 "}", JOSE_HS256, 0, JWK_SIGN, false},
		{"{" P256 "}", JOSE_RS256, 0, JWK_SIGN, false},
		{"{" P256 "}", JOSE_UNSET, 0, JWK_SIGN, false},
		{"{" P256 "}", JOSE_ECDH_ES, JOSE_A128GCM, JWK_DECRYPT, true},
		{"{" P256 "}", JOSE_ECDH_ES, JOSE_A128GCM, JWK_SIGN, false},
		{"{" P256 "}", JOSE_ES256, 0, JWK_ENCRYPT, false},
		{"{" P256 "}", JOSE_A128GCM, 0, JWK_ENCRYPT, false},
		{"{" P256 ",\"use\":\"sig\"}", JOSE_ES256, 0, JWK_SIGN, true},
		{"{" P256 ",\"use\":\"enc\"}", JOSE_ES256, 0, JWK_SIGN, false},
		{"{" P256 ",\"use\":\"sig\"}", JOSE_ECDH_ES, 0, JWK_DECRYPT, false},
		{"{" P256 ",\"use\":\"other\"}", JOSE_ES256, 0, JWK_SIGN, false},
		{"{" P256 ",\"alg\":\"ES256\"}", JOSE_ES256, 0, JWK_SIGN, true},
		{"{" P256 ",\"alg\":\"ES256\"}", JOSE_ECDH_ES, 0, JWK_DECRYPT, false},
		{"{" P256 ",\"alg\":\"unknown\"}", JOSE_ES256, 0, JWK_SIGN, false},
		{"{" P256 ",\"key_ops\":[\"sign\"]}", JOSE_ES256, 0, JWK_SIGN, true},
		{"{" P256 ",\"key_ops\":[\"sign\"]}", JOSE_ES256, 0, JWK_VERIFY, true},
		{"{" P256 ",\"key_ops\":[\"verify\"]}", JOSE_ES256, 0, JWK_SIGN, false},
		{"{" P256 ",\"key_ops\":[]}", JOSE_ES256, 0, JWK_SIGN, false},
		{"{" P256 ",\"key_ops\":[\"future\"]}", JOSE_ES256, 0, JWK_SIGN, false},
		{"{" P256 ",\"key_ops\":[\"deriveBits\"]}", JOSE_ECDH_ES, 0, JWK_DECRYPT, true},
		{"{" P256 ",\"key_ops\":[]}", JOSE_ECDH_ES, 0, JWK_DECRYPT, false},
		{"{" P256_PUBLIC ",\"key_ops\":[]}", JOSE_ECDH_ES, 0, JWK_ENCRYPT, true},
		{"{" ED25519 "}", JOSE_EDDSA, 0, JWK_SIGN, true},
		{"{" ED25519 "}", JOSE_ECDH_ES, 0, JWK_DECRYPT, false},
		{"{" OKP_X448 "}", JOSE_ECDH_ES, 0, JWK_ENCRYPT, true},
		{"{" OKP_X448 "}", JOSE_EDDSA, 0, JWK_VERIFY, false},
		{"{" OCT_256 "}", JOSE_HS256, 0, JWK_SIGN, true},
		{"{" OCT_256 "}", JOSE_HS384, 0, JWK_SIGN, false}, /* too short */
		{"{" OCT_128 "}", JOSE_HS256, 0, JWK_VERIFY, false},
		{"{" OCT_128 "}", JOSE_A128KW, 0, JWK_ENCRYPT, true},
		{"{" OCT_256 "}", JOSE_A128KW, 0, JWK_ENCRYPT, false},
		{"{" OCT_256 "}", JOSE_A256GCMKW, 0, JWK_ENCRYPT, true},
		{"{" OCT_128 "}", JOSE_PBES2_HS256_A128KW, 0, JWK_ENCRYPT, true},
		{"{" OCT_128 "}", JOSE_DIR, JOSE_A128GCM, JWK_ENCRYPT, true},
		{"{" OCT_128 "}", JOSE_DIR, JOSE_A256GCM, JWK_ENCRYPT, false},
		{"{" OCT_128 ",\"use\":\"sig\"}", JOSE_DIR, JOSE_A128GCM, JWK_DECRYPT, false},
		{"{" OCT_128 ",\"key_ops\":[\"sign\"]}", JOSE_DIR, JOSE_A128GCM, JWK_DECRYPT,
			false},
		{"{" OCT_128 ",\"alg\":\"HS256\"}", JOSE_DIR, JOSE_A128GCM, JWK_DECRYPT, false},
		{"{" OCT_128 ",\"alg\":\"A128GCM\"}", JOSE_DIR, JOSE_A128GCM, JWK_DECRYPT, true},
		{"{" OCT_128 ",\"alg\":\"dir\"}", JOSE_DIR, JOSE_A128GCM, JWK_DECRYPT, true},
		{"{" OCT_128 "}", JOSE_RSA_OAEP, JOSE_A128GCM, JWK_ENCRYPT, false},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct jwk key;
		const char *why = NULL;
		check(rows[i].key, jwk_parse(&a, str_of(rows[i].key), &key, &why) == 0);
		int e = jwk_fits(&key, rows[i].alg, rows[i].enc, rows[i].purpose, &why);
		if (e != (rows[i].fits ? 0 : -ENOKEY))
			fail_msg("row %zu, %s: %d", i, rows[i].key, e);
		check(rows[i].key, rows[i].fits || why);
		jwk_clear(&key);
	}
}

static void takes_plain_secrets(void **state)
{
	struct jwk key;
	const char *why = NULL;
	(void)state;
	assert_int_equal(jwk_from_secret(&a, BYTES("\0secret"), &key, &why), 0);
	assert_true(key.type == JWK_OCT && key.is_private && key.bits == 56);
	const struct jwk *same = key_of("{\"kty\":\"oct\",\"k\":\"AHNlY3JldA\"}");
	assert_memory_equal(key.thumbprint, same->thumbprint, SHA256_SIZE);
	assert_true(str_eq(key.secret, same->secret));
	const char *where = key.secret.p;
	jwk_clear(&key);
	assert_int_equal(where[1], 0); /* wiped */
	assert_int_equal(jwk_from_secret(&a, STR(""), &key, &why), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define test(f) cmocka_unit_test_setup_teardown(f, set_up, jose_tear_down)
		test(refuses_bad_keys),
		test(refuses_bad_points),
		test(refuses_rsa_keys_that_do_not_agree),
		test(reads_rsa_keys_without_primes),
		test(fits_what_it_is_for),
		test(takes_plain_secrets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
