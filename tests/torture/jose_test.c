/* Memory runs out at every allocation of server/jose/ and libcrypto, once and from then on.
 * Whatever happens, the answer is the right one or an error, and what is wrong is never taken. */
#include "jose_check.h"

#include "failing.h"

static const char keys_text[] = "{\"keys\":[{" P256 ",\"kid\":\"p\"},{" ED25519
				",\"kid\":\"e\"},{" OCT_256 ",\"kid\":\"o\"},"
				"{\"kty\":\"OKP\",\"crv\":\"X25519\",\"kid\":\"x\","
				"\"x\":\"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08\","
				"\"d\":\"XasIfmJKikt54X-Lg4AO5m87sSkmGLb9HC-LJ_-I4Os\"}]}";

enum { P, E, O, X, KEYS };

static struct jwk_set *set;

static const struct jwk *rsa(void)
{
	return key_in(json_get(read_vectors(), "keys"), STR("RFC 7516 A.1"));
}

/* One thing to do; 0 or an error. */
struct subject {
	const char *name;
	int (*work)(const struct subject *s, const struct jwk *key);
	enum jose_alg alg, enc;
	size_t key; /* KEYS: the RSA key */
};

static int read_set(const struct subject *s, const struct jwk *key)
{
	struct jwk_set *again;
	const char *why;
	(void)s, (void)key;
	int e = jwk_set_parse(&a, STR(keys_text), &again, &why);
	if (e < 0)
		return e;
	/* a key that libcrypto had no memory for may be told from a bad one or not */
	assert_int_equal(jwk_set_count(again) + jwk_set_bad_count(again), KEYS);
	jwk_set_unref(again);
	return 0;
}

static int use_cache(const struct subject *s, const struct jwk *key)
{
	struct jwk_cache *cache = jwk_cache_new(2, SIZE_MAX);
	struct jwk_set *once = NULL, *twice = NULL;
	const char *why;
	(void)s, (void)key;
	if (!cache)
		return -ENOMEM;
	int e = jwk_cache_get(cache, &a, STR(keys_text), &once, &why);
	if (e == 0)
		e = jwk_cache_get(cache, &a, STR(keys_text), &twice, &why);
	jwk_set_unref(once);
	jwk_set_unref(twice);
	jwk_cache_free(cache);
	return e;
}

static int sign_and_verify(const struct subject *s, const struct jwk *key)
{
	struct str token;
	struct jws jws;
	const char *why;
	int e = jws_sign(&a, s->alg, key, STR("\"kid\":\"1\""), STR("{}"), &token, &why);
	if (e == 0)
		e = jws_parse(&a, token, &jws, &why);
	if (e < 0)
		return e;
	e = jws_verify_key(&jws, &all_jws, key, &why);
	((char *)(uintptr_t)jws.signature.p)[3] ^= 1;
	assert_true(jws_verify_key(&jws, &all_jws, key, &why) < 0);
	return e;
}

static int encrypt_and_decrypt(const struct subject *s, const struct jwk *key)
{
	struct str token, plain;
	struct jwe jwe;
	const char *why;
	const struct jwe_how how = {.alg = s->alg, .enc = s->enc, .key = key, .p2c = JWE_P2C_MIN};
	int e = jwe_encrypt(&a, NULL, &how, STR("text"), &token, &why);
	if (e == 0)
		e = jwe_parse(&a, token, &jwe, &why);
	if (e < 0)
		return e;
	e = jwe_decrypt_key(&a, &jwe, &all_jwe, key, &plain, &why);
	assert_true(e < 0 || str_eq(plain, STR("text")));
	((char *)(uintptr_t)jwe.tag.p)[3] ^= 1;
	assert_true(jwe_decrypt_key(&a, &jwe, &all_jwe, key, &plain, &why) < 0);
	return e;
}

static const struct subject subjects[] = {
	{"read", read_set, 0, 0, P},
	{"cache", use_cache, 0, 0, P},
	{"HS256", sign_and_verify, JOSE_HS256, 0, O},
	{"ES256", sign_and_verify, JOSE_ES256, 0, P},
	{"EdDSA", sign_and_verify, JOSE_EDDSA, 0, E},
	{"RS256", sign_and_verify, JOSE_RS256, 0, KEYS},
	{"PS256", sign_and_verify, JOSE_PS256, 0, KEYS},
	{"RSA1_5", encrypt_and_decrypt, JOSE_RSA1_5, JOSE_A128CBC_HS256, KEYS},
	{"RSA-OAEP-256", encrypt_and_decrypt, JOSE_RSA_OAEP_256, JOSE_A128GCM, KEYS},
	{"ECDH-ES", encrypt_and_decrypt, JOSE_ECDH_ES, JOSE_A128GCM, P},
	{"X25519", encrypt_and_decrypt, JOSE_ECDH_ES_A128KW, JOSE_A128GCM, X},
	{"A256KW", encrypt_and_decrypt, JOSE_A256KW, JOSE_A128GCM, O},
	{"A256GCMKW", encrypt_and_decrypt, JOSE_A256GCMKW, JOSE_A256CBC_HS512, O},
	{"dir", encrypt_and_decrypt, JOSE_DIR, JOSE_A256GCM, O},
	{"PBES2", encrypt_and_decrypt, JOSE_PBES2_HS256_A128KW, JOSE_A128GCM, O},
};

/* libcrypto hides the private number of RSA behind a pair of numbers, of which it may have changed
 * only one when memory ran out. It makes new ones after 32 uses and is right again. */
static int work(const struct subject *s, const struct jwk *key)
{
	int e = s->work(s, key);
	for (int i = 0; e == -EBADMSG && key->type == JWK_RSA && i < 32; i++)
		e = s->work(s, key);
	return e;
}

static void torture(const struct subject *s, const struct jwk *key, bool from_then_on)
{
	bool hit = true;
	check(s->name, work(s, key) == 0);
	/* not every one: thousands of signatures would take a minute; prime, so that over the
	 * subjects all kinds of places are met */
	for (unsigned long n = 1; hit; n += from_then_on ? 11 : 5) {
		failing_at(n, from_then_on);
		int e = s->work(s, key);
		hit = failing_hit();
		failing_stop();
		a.failed = false;
		check(s->name, e <= 0);
		check(s->name, hit || work(s, key) == 0);
	}
	check(s->name, work(s, key) == 0);
}

static void keeps_its_word(void **state)
{
	const struct jwk *rsa_key = rsa();
	const char *why;
	(void)state;
	assert_int_equal(jwk_set_parse(&a, STR(keys_text), &set, &why), 0);
	for (size_t i = 0; i < COUNT(subjects); i++) {
		const struct subject *s = &subjects[i];
		const struct jwk *key = s->key < KEYS ? jwk_set_at(set, s->key) : rsa_key;
		torture(s, key, false);
		torture(s, key, true);
	}
	jwk_set_unref(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(keeps_its_word, set_up, jose_tear_down),
	};
	return cmocka_run_group_tests(tests, failing_take_allocators, NULL);
}
