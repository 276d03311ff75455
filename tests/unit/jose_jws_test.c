/* Signed tokens: each algorithm, what is refused, and that no header chooses what it may not. */
#include "jose_check.h"

#include "jose/alg.h"

/* A token from its header as text; the signature is the right one of what, if any. */
static const char *forge(const char *header, const char *payload, struct str signature)
{
	struct buf out = buf_make(&a, SIZE_MAX);
	text_encode(&out, str_of(header));
	buf_add_char(&out, '.');
	text_encode(&out, str_of(payload));
	buf_add_char(&out, '.');
	text_encode(&out, signature);
	return arena_copy(&a, buf_str(&out)).p;
}

/* The same, signed by HMAC whatever the header says. */
static const char *forge_hmac(const char *header, enum crypto_hash hash, struct str secret)
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	size_t n;
	const char *unsigned_token = forge(header, "{}", STR(""));
	struct str input = {unsigned_token, strlen(unsigned_token) - 1};
	assert_int_equal(crypto_hmac(hash, secret, &input, 1, mac, &n), 0);
	return forge(header, "{}", str_bytes(mac, n));
}

static const char *const secret_512 = "{\"kty\":\"oct\",\"k\":\"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-"
				      "EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4h"
				      "cgUuTwjAzZr1Z9CAow\"}";

static void signs_and_verifies(void **state)
{
	const struct cJSON *keys = json_get(read_vectors(), "keys");
	const struct jwk *secret = key_of(secret_512), *p256 = key_of("{" P256 "}"),
			 *ed25519 = key_of("{" ED25519 "}"),
			 *p521 = key_in(keys, STR("RFC 7515 A.4")),
			 *rsa = key_in(keys, STR("RFC 7515 A.2"));
	const struct {
		enum jose_alg alg;
		const struct jwk *key;
		size_t signature; /* bytes */
	} rows[] = {
		{JOSE_HS256, secret, 32},
		{JOSE_HS384, secret, 48},
		{JOSE_HS512, secret, 64},
		{JOSE_RS256, rsa, 256},
		{JOSE_RS384, rsa, 256},
		{JOSE_RS512, rsa, 256},
		{JOSE_PS256, rsa, 256},
		{JOSE_PS384, rsa, 256},
		{JOSE_PS512, rsa, 256},
		{JOSE_ES256, p256, 64},
		{JOSE_ES512, p521, 132},
		{JOSE_EDDSA, ed25519, 64},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *why = NULL, *name = jose_name(rows[i].alg);
		struct str token, payload;
		struct jws jws;
		check(name, jws_sign(&a, rows[i].alg, rows[i].key, STR("\"kid\":\"k\""),
				    BYTES("\0any"), &token, &why) == 0);
		check(name, jws_parse(&a, token, &jws, &why) == 0);
		check(name, jws.alg == rows[i].alg && jws.signature.n == rows[i].signature);
		check_str(name, jws.kid, "k");
		const char *text = arena_copy(&a, token).p;
		check(name, verify(text, &all_jws, rows[i].key, &payload, &why) == 0);
		check(name, str_eq(payload, BYTES("\0any")));
		struct jws_rules but_this = {.algs = JOSE_SIGNATURES & ~JOSE_BIT(rows[i].alg)};
		check(name, verify(text, &but_this, rows[i].key, &payload, &why) == -EPERM);
		for (size_t k = 0; k < COUNT(rows); k++) /* with the others' keys */
			check(name,
				rows[k].key == rows[i].key ||
					verify(text, &all_jws, rows[k].key, &payload, &why) < 0);
	}
}

static void refuses_bad_forms(void **state)
{
	const struct jwk *key = key_of("{" OCT_256 "}");
	static const struct {
		const char *token;
		int wanted;
	} rows[] = {
		{"", -EINVAL}, {".", -EINVAL}, {"..", -EINVAL}, {"e30.e30", -EINVAL},
		{"e30.e30.", -EINVAL},                        /* no alg */
		{"eyJhbGciOiJIUzI1NiJ9.e30", -EINVAL},        /* two parts */
		{"eyJhbGciOiJIUzI1NiJ9.e30.AA.", -EINVAL},    /* four */
		{"eyJhbGciOiJIUzI1NiJ9.e30.AA.AA", -EINVAL},  /* four */
		{"eyJhbGciOiJIUzI1NiJ9.e30.AA.A.A", -EINVAL}, /* five */
		{"eyJhbGciOiJIUzI1NiJ9.e30.", -EBADMSG}, {"eyJhbGciOiJIUzI1NiJ9.e30.AA", -EBADMSG},
		{"eyJhbGciOiJIUzI1NiJ9.e30.AA==", -EINVAL},
		{"eyJhbGciOiJIUzI1NiJ9.e30=.AA", -EINVAL},
		{"eyJhbGciOiJIUzI1NiJ9=.e30.AA", -EINVAL},
		{"eyJhbGciOiJIUzI1NiJ9.e30.AB", -EINVAL}, /* not canonical */
		{"eyJhbGciOiJIUzI1NiJ9.e31.AA", -EINVAL}, {"eyJhbGciOiJIUzI1NiJ9.e3+/.AA", -EINVAL},
		{"eyJhbGciOiJIUzI1NiJ9 .e30.AA", -EINVAL},
		{"\neyJhbGciOiJIUzI1NiJ9.e30.AA", -EINVAL}, {"W10.e30.AA", -EINVAL}, /* [] */
		{"eyJhbGciOjF9.e30.AA", -EINVAL},                    /* alg no string */
		{"eyJhbGciOiJIUzI1NiIsImFsZyI6MX0.e30.AA", -EINVAL}, /* alg twice */
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str payload;
		const char *why;
		check(rows[i].token,
			verify(rows[i].token, &all_jws, key, &payload, &why) == rows[i].wanted);
		check(rows[i].token, why);
	}
}

/* Everything but the header is right. */
static void refuses_headers(void **state)
{
	const struct jwk *key = key_of("{" OCT_256 "}");
	static const struct {
		const char *header;
		int wanted;
	} rows[] = {
		{"{\"alg\":\"HS256\"}", 0},
		{"{\"alg\":\"HS256\",\"b64\":true}", 0},
		{"{\"alg\":\"HS256\",\"x\":1,\"kid\":\"another\"}", 0},
		{"{\"alg\":\"none\"}", -ENOTSUP},
		{"{\"alg\":\"None\"}", -ENOTSUP},
		{"{\"alg\":\"NONE\"}", -ENOTSUP},
		{"{\"alg\":\"nOnE\"}", -ENOTSUP},
		{"{\"alg\":\"\"}", -ENOTSUP},
		{"{\"alg\":\"hs256\"}", -ENOTSUP},
		{"{\"alg\":\"HS256\\u0000\"}", -ENOTSUP},
		{"{\"alg\":\"A128KW\"}", -ENOTSUP},
		{"{\"alg\":\"dir\"}", -ENOTSUP},
		{"{\"alg\":\"RS256\"}", -ENOKEY},
		{"{\"alg\":\"ES256\"}", -ENOKEY},
		{"{\"alg\":\"EdDSA\"}", -ENOKEY},
		{"{\"alg\":\"HS384\"}", -ENOKEY}, /* the secret is too short */
		{"{\"alg\":\"HS256\",\"kid\":1}", -EINVAL},
		{"{\"alg\":\"HS256\",\"b64\":false}", -ENOTSUP},
		{"{\"alg\":\"HS256\",\"b64\":\"true\"}", -ENOTSUP},
		{"{\"alg\":\"HS256\",\"b64\":false,\"crit\":[\"b64\"]}", -ENOTSUP},
		{"{\"alg\":\"HS256\",\"exp\":1,\"crit\":[\"exp\"]}", -ENOTSUP},
		{"{\"alg\":\"HS256\",\"crit\":[]}", -EINVAL},
		{"{\"alg\":\"HS256\",\"crit\":null}", -EINVAL},
		{"{\"alg\":\"HS256\",\"crit\":\"exp\",\"exp\":1}", -EINVAL},
		{"{\"alg\":\"HS256\",\"crit\":[1]}", -EINVAL},
		{"{\"alg\":\"HS256\",\"crit\":[\"alg\"]}", -EINVAL},
		{"{\"alg\":\"HS256\",\"crit\":[\"absent\"]}", -EINVAL},
		{"{\"alg\":\"HS256\",\"exp\":1,\"crit\":[\"exp\",\"exp\"]}", -EINVAL},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str payload;
		const char *why;
		const char *token = forge_hmac(rows[i].header, HASH_SHA256, key->secret);
		check(rows[i].header,
			verify(token, &all_jws, key, &payload, &why) == rows[i].wanted);
		check(rows[i].header, rows[i].wanted == 0 || why);
	}
}

/* A public key that the attacker knows is used as a secret, and other swaps. */
static void is_not_confused(void **state)
{
	const struct cJSON *keys = json_get(read_vectors(), "keys");
	const struct jwk *rsa = key_in(keys, STR("RFC 7515 A.2")), *p256 = key_of("{" P256 "}");
	struct str payload, token;
	const char *why;
	const struct str secrets[] = {rsa->n, rsa->e, p256->x, STR("\0")};
	(void)state;
	for (size_t i = 0; i < COUNT(secrets); i++) {
		const char *forged = forge_hmac("{\"alg\":\"HS256\"}", HASH_SHA256, secrets[i]);
		assert_int_equal(verify(forged, &all_jws, rsa, &payload, &why), -ENOKEY);
		assert_int_equal(verify(forged, &all_jws, p256, &payload, &why), -ENOKEY);
		forged = forge_hmac("{\"alg\":\"RS256\"}", HASH_SHA256, secrets[i]);
		assert_int_equal(verify(forged, &all_jws, rsa, &payload, &why), -EBADMSG);
	}
	/* a signature of one scheme under the name of another */
	const struct jwk *for_encryption = key_in(keys, STR("RFC 7517 C.1"));
	struct jws jws;
	assert_int_equal(jws_sign(&a, JOSE_RS256, for_encryption, STR(""), STR("{}"), &token, &why),
		-ENOKEY);
	assert_int_equal(jws_sign(&a, JOSE_RS256, rsa, STR(""), STR("{}"), &token, &why), 0);
	assert_int_equal(jws_parse(&a, token, &jws, &why), 0);
	static const char *const others[] = {"{\"alg\":\"PS256\"}", "{\"alg\":\"RS384\"}"};
	for (size_t i = 0; i < COUNT(others); i++)
		assert_int_equal(verify(forge(others[i], "{}", jws.signature), &all_jws, rsa,
					 &payload, &why),
			-EBADMSG);
	/* only the algorithms that the caller names */
	const struct jws_rules ps = {.algs = JOSE_BIT(JOSE_PS256)}, nothing = {0},
			       wrong_kind = {.algs = ~JOSE_SIGNATURES};
	const char *text = arena_copy(&a, token).p;
	assert_int_equal(verify(text, &all_jws, rsa, &payload, &why), 0);
	assert_int_equal(verify(text, &ps, rsa, &payload, &why), -EPERM);
	assert_int_equal(verify(text, &nothing, rsa, &payload, &why), -EPERM);
	assert_int_equal(verify(text, &wrong_kind, rsa, &payload, &why), -EPERM);
}

/* ECDSA: r and s of the curve's length, neither more nor less, and never DER. */
static void demands_whole_signatures(void **state)
{
	const struct jwk *key = key_of("{" P256 "}");
	struct str token, payload;
	struct jws jws;
	const char *why;
	char bytes[80] = {0};
	(void)state;
	assert_int_equal(jws_sign(&a, JOSE_ES256, key, STR(""), STR("{}"), &token, &why), 0);
	assert_int_equal(jws_parse(&a, token, &jws, &why), 0);
	memcpy(bytes, jws.signature.p, 64);
	for (size_t n = 0; n < sizeof bytes; n++) {
		const char *cut = forge("{\"alg\":\"ES256\"}", "{}", (struct str){bytes, n});
		check("length",
			verify(cut, &all_jws, key, &payload, &why) == (n == 64 ? 0 : -EBADMSG));
	}
	memset(bytes, 0, sizeof bytes);
	const char *zeros = forge("{\"alg\":\"ES256\"}", "{}", (struct str){bytes, 64});
	assert_int_equal(verify(zeros, &all_jws, key, &payload, &why), -EBADMSG);
	memset(bytes, 0xFF, sizeof bytes);
	const char *ones = forge("{\"alg\":\"ES256\"}", "{}", (struct str){bytes, 64});
	assert_int_equal(verify(ones, &all_jws, key, &payload, &why), -EBADMSG);
}

static void chooses_from_a_set(void **state)
{
	struct jwk_set *set;
	const struct jwk *found = NULL, *signer = key_of("{" P256 "}");
	const char *why = NULL;
	struct str token;
	struct jws jws;
	const struct jws_rules each = {.algs = JOSE_SIGNATURES, .try_each = true};
	(void)state;
	assert_int_equal(
		jwk_set_parse(&a,
			STR("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\","
			    "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
			    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"},{" P256_PUBLIC
			    ",\"kid\":\"1\"},{" ED25519_PUBLIC ",\"kid\":\"2\"}]}"),
			&set, &why),
		0);
	assert_int_equal(jws_sign(&a, JOSE_ES256, signer, STR(""), STR("{}"), &token, &why), 0);
	assert_int_equal(jws_parse(&a, token, &jws, &why), 0);
	assert_int_equal(jws_verify(&jws, &all_jws, set, &found, &why), -ENOTUNIQ);
	assert_int_equal(jws_verify(&jws, &each, set, &found, &why), 0);
	assert_ptr_equal(found, jwk_set_at(set, 1));
	jws.signature.n--;
	assert_int_equal(jws_verify(&jws, &each, set, NULL, &why), -EBADMSG);
	static const struct {
		const char *members;
		int wanted;
	} rows[] = {
		{"\"kid\":\"1\"", 0},
		{"\"kid\":\"2\"", -ENOKEY}, /* a key of another type */
		{"\"kid\":\"3\"", -ENOKEY},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(jws_sign(&a, JOSE_ES256, signer, str_of(rows[i].members),
					 STR("{}"), &token, &why),
			0);
		assert_int_equal(jws_parse(&a, token, &jws, &why), 0);
		check(rows[i].members, jws_verify(&jws, &each, set, NULL, &why) == rows[i].wanted);
	}
	jwk_set_unref(set);
}

static void refuses_to_sign(void **state)
{
	const struct jwk *key = key_of("{" P256 "}"), *open = key_of("{" P256_PUBLIC "}");
	static const struct {
		struct str members;
		int wanted;
	} rows[] = {
		{STR(""), 0},
		{STR("\"typ\":\"JWT\""), 0},
		{STR("\"alg\":\"none\""), -EINVAL},
		{STR("\"crit\":[\"x\"],\"x\":1"), -EINVAL},
		{STR("\"b64\":false"), -EINVAL},
		{STR("\"typ\""), -EINVAL},
		{STR("\"typ\":\"JWT\"}"), -EINVAL},
		{STR("\"typ\":\"JWT\"\0,\"x\":1"), -EINVAL},
		{STR(","), -EINVAL},
	};
	struct str token;
	const char *why = NULL;
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check(rows[i].members.p, jws_sign(&a, JOSE_ES256, key, rows[i].members, STR("{}"),
						 &token, &why) == rows[i].wanted);
	assert_int_equal(jws_sign(&a, JOSE_ES256, open, STR(""), STR("{}"), &token, &why), -ENOKEY);
	assert_int_equal(jws_sign(&a, JOSE_UNSET, key, STR(""), STR("{}"), &token, &why), -ENOKEY);
	struct str large = {arena_calloc(&a, JOSE_TOKEN_MAX, 1), JOSE_TOKEN_MAX};
	assert_int_equal(jws_sign(&a, JOSE_ES256, key, STR(""), large, &token, &why), -EINVAL);
	struct jws jws;
	large.n++;
	assert_int_equal(jws_parse(&a, large, &jws, &why), -EINVAL);
}

static void survives_a_lack_of_memory(void **state)
{
	const struct jwk *key = key_of("{" P256 "}");
	int e = -ENOMEM;
	unsigned long n = 0;
	(void)state;
	while (e == -ENOMEM) {
		struct str token;
		struct jws jws;
		const char *why = NULL;
		arena_fail_at(++n);
		e = jws_sign(
			&a, JOSE_ES256, key, STR("\"kid\":\"\\u0000\""), STR("{}"), &token, &why);
		if (e == 0)
			e = jws_parse(&a, token, &jws, &why);
		if (e == 0)
			e = jws_verify_key(&jws, &all_jws, key, &why);
		arena_fail_at(0);
		a.failed = false;
	}
	assert_int_equal(e, 0);
	assert_true(n > 15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define test(f) cmocka_unit_test_setup_teardown(f, set_up, jose_tear_down)
		test(signs_and_verifies),
		test(refuses_bad_forms),
		test(refuses_headers),
		test(is_not_confused),
		test(demands_whole_signatures),
		test(chooses_from_a_set),
		test(refuses_to_sign),
		test(survives_a_lack_of_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
