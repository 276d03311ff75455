/* Sets of keys: what is read, which key is chosen, what is written, what is kept by its text. */
#include "jose_check.h"

#include <pthread.h>

/* Too few bits for an RSA key, so that it is among the bad ones. */
#define SMALL_N "xFYY-JPnm0wXGxRwb5hvPS-T3j0uWFj9GqpxlZ5wdoe"

#define RSA_E "\"e\":\"AQAB\""

static struct jwk_set *set_of(const char *text)
{
	struct jwk_set *set = NULL;
	const char *why = NULL;
	if (jwk_set_parse(&a, str_of(text), &set, &why) < 0)
		fail_msg("%s: %s", text, why ? why : "no reason");
	return set;
}

static void selects_one_key(void **state)
{
	struct jwk_set *set = set_of(
		"{\"keys\":[{" P256 ",\"kid\":\"a\"},{" ED25519 ",\"kid\":\"b\"},"
		"{" OCT_256 ",\"kid\":\"b\"},{" OCT_256 ",\"kid\":\"c\"},{" OCT_256
		",\"kid\":\"d\",\"use\":\"enc\"},"
		"{\"kty\":\"new\"},{" ED25519_PUBLIC "},{\"kty\":\"oct\",\"k\":\"=\"}]}");
	static const struct {
		const char *kid;
		enum jose_alg alg;
		enum jwk_purpose purpose;
		int wanted; /* the key's place, or an error */
	} rows[] = {
		{"a", JOSE_ES256, JWK_SIGN, 0},
		{NULL, JOSE_ES256, JWK_SIGN, 0},
		{"b", JOSE_ES256, JWK_SIGN, -ENOKEY}, /* the kid is another type's */
		{"b", JOSE_EDDSA, JWK_SIGN, 1},
		{"b", JOSE_HS256, JWK_SIGN, 2},
		{NULL, JOSE_EDDSA, JWK_SIGN, 1}, /* the other is public */
		{NULL, JOSE_EDDSA, JWK_VERIFY, -ENOTUNIQ},
		{NULL, JOSE_HS256, JWK_VERIFY, -ENOTUNIQ},
		{"c", JOSE_HS256, JWK_VERIFY, 3},
		{"d", JOSE_HS256, JWK_VERIFY, -ENOKEY},
		{"e", JOSE_ES256, JWK_SIGN, -ENOKEY},
		{"", JOSE_ES256, JWK_SIGN, -ENOKEY},
		{NULL, JOSE_RS256, JWK_SIGN, -ENOKEY},
	};
	(void)state;
	assert_int_equal(jwk_set_count(set), 6);
	assert_int_equal(jwk_set_bad_count(set), 2);
	assert_int_equal(jwk_set_bad_at(set, 0)->index, 5);
	assert_int_equal(jwk_set_bad_at(set, 1)->index, 7);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct jwk *key = NULL;
		const char *why = NULL;
		const struct jwk_wanted wanted = {
			str_of(rows[i].kid), rows[i].alg, JOSE_UNSET, rows[i].purpose};
		int e = jwk_set_select(set, &wanted, &key, &why);
		if (e < 0 ? e != rows[i].wanted : key != jwk_set_at(set, (size_t)rows[i].wanted))
			fail_msg("row %zu: %d", i, e);
		assert_true(e == 0 || why);
	}
	jwk_set_unref(set);
	jwk_set_unref(NULL);
}

static void refuses_bad_sets(void **state)
{
	static const char *const texts[] = {
		"", "[]", "{}", "{\"keys\":{}}", "{\"keys\":null}", "{\"keys\":[],\"keys\":[]}"};
	struct jwk_set *set;
	const char *why;
	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		why = NULL;
		check(texts[i], jwk_set_parse(&a, str_of(texts[i]), &set, &why) == -EINVAL);
		check(texts[i], why);
	}
	struct buf many = buf_make(&a, SIZE_MAX);
	buf_add(&many, STR("{\"keys\":[1"));
	for (size_t i = 1; i < JWK_SET_KEYS_MAX; i++)
		buf_add(&many, STR(",1"));
	struct str hundred = buf_str(&many);
	buf_add(&many, STR("]}"));
	assert_int_equal(jwk_set_parse(&a, buf_str(&many), &set, &why), 0);
	assert_int_equal(jwk_set_bad_count(set), JWK_SET_KEYS_MAX);
	jwk_set_unref(set);
	many.n = hundred.n;
	buf_add(&many, STR(",1]}"));
	assert_int_equal(jwk_set_parse(&a, buf_str(&many), &set, &why), -EINVAL);
}

static void writes_public_members_only(void **state)
{
	struct jwk_set *set = set_of(
		"{\"keys\":[{\"use\":\"sig\",\"alg\":\"ES256\",\"key_ops\":[\"sign\"],"
		"\"x5c\":[\"AAAA\"],\"x5u\":\"u\",\"x5t\":\"t\",\"x5t#S256\":\"s\","
		"\"more\":1," P256 ",\"kid\":\"\\u0000\"},{" OCT_256 "},{" ED25519 "}]}");
	struct buf out = buf_make(&a, SIZE_MAX);
	const char *why = NULL;
	(void)state;
	assert_int_equal(jwk_set_write_public(&out, set), 0);
	check_str("set", buf_str(&out),
		"{\"keys\":[{\"crv\":\"P-256\",\"kty\":\"EC\"," P256_X "," P256_Y
		",\"kid\":\"\\u0000\",\"use\":\"sig\",\"alg\":\"ES256\",\"x5c\":[\"AAAA\"],"
		"\"x5t\":\"t\",\"x5t#S256\":\"s\",\"x5u\":\"u\"},{\"crv\":\"Ed25519\",\"kty\":"
		"\"OKP\","
		"\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}");
	assert_int_equal(jwk_write_public(&out, jwk_set_at(set, 1), &why), -EINVAL);
	assert_non_null(why);
	jwk_set_unref(set);
}

/* --- the cache --- */

static struct jwk_set *cached(struct jwk_cache *cache, const char *text)
{
	struct jwk_set *set = NULL;
	const char *why;
	assert_int_equal(jwk_cache_get(cache, &a, str_of(text), &set, &why), 0);
	return set;
}

static void keeps_sets_by_their_text(void **state)
{
	static const char *const texts[] = {"{\"keys\":[]}", "{\"keys\":[] }", "{\"keys\":[ ]}"};
	struct jwk_cache *cache = jwk_cache_new(2, SIZE_MAX);
	struct jwk_set *sets[3], *again;
	const char *why = NULL;
	(void)state;
	for (size_t i = 0; i < 2; i++)
		sets[i] = cached(cache, texts[i]);
	assert_ptr_not_equal(sets[0], sets[1]);
	again = cached(cache, texts[0]);
	assert_ptr_equal(again, sets[0]);
	jwk_set_unref(again);
	sets[2] = cached(cache, texts[2]); /* takes the place of the second */
	again = cached(cache, texts[0]);
	assert_ptr_equal(again, sets[0]);
	jwk_set_unref(again);
	again = cached(cache, texts[1]);
	assert_ptr_not_equal(again, sets[1]);
	jwk_set_unref(again);
	assert_int_equal(jwk_cache_get(cache, &a, STR("{"), &again, &why), -EINVAL);
	jwk_cache_free(cache);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(jwk_set_count(sets[i]), 0); /* they outlive it */
		jwk_set_unref(sets[i]);
	}
	cache = jwk_cache_new(0, SIZE_MAX); /* keeps nothing, and works */
	jwk_set_unref(cached(cache, texts[0]));
	jwk_cache_free(cache);
	jwk_cache_free(NULL);
}

static void keeps_few_bytes(void **state)
{
	static const char *const texts[] = {"{\"keys\":[]}", "{\"keys\":[] }", "{\"keys\":[]  }"};
	struct jwk_cache *cache = jwk_cache_new(8, strlen(texts[0]) + strlen(texts[1]));
	struct jwk_set *sets[3], *again;
	(void)state;
	for (size_t i = 0; i < 3; i++) /* both others go for the third */
		sets[i] = cached(cache, texts[i]);
	again = cached(cache, texts[2]);
	assert_ptr_equal(again, sets[2]);
	jwk_set_unref(again);
	for (size_t i = 0; i < 2; i++) {
		again = cached(cache, texts[i]);
		assert_ptr_not_equal(again, sets[i]);
		jwk_set_unref(again);
	}
	struct jwk_set *first = cached(cache, texts[0]);
	again = cached(cache, "{\"keys\":[]                    }");
	jwk_set_unref(again); /* larger than all may be: none goes for it */
	again = cached(cache, texts[0]);
	assert_ptr_equal(again, first);
	jwk_set_unref(again);
	jwk_set_unref(first);
	jwk_cache_free(cache);
	for (size_t i = 0; i < 3; i++)
		jwk_set_unref(sets[i]);
}

static void *use_often(void *cache)
{
	struct arena own;
	bool good = true;
	arena_init(&own, NULL, 0, 1 << 20);
	for (int i = 0; good && i < 200; i++) {
		struct jwk_set *set;
		const char *why;
		struct str text = arena_printf(
			&own, "{\"keys\":[{" ED25519 ",\"kid\":\"%d\"}]}", i % 5);
		good = jwk_cache_get(cache, &own, text, &set, &why) == 0;
		if (good) {
			struct str token;
			good = jws_sign(&own, JOSE_EDDSA, jwk_set_at(set, 0), STR(""), STR("x"),
				       &token, &why) == 0;
			jwk_set_unref(set);
		}
		arena_reset(&own);
	}
	return good ? NULL : cache;
}

static void serves_threads(void **state)
{
	pthread_t threads[4];
	struct jwk_cache *cache = jwk_cache_new(3, SIZE_MAX);
	(void)state;
	for (size_t i = 0; i < COUNT(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, use_often, cache), 0);
	for (size_t i = 0; i < COUNT(threads); i++) {
		void *failed;
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
	jwk_cache_free(cache);
}

/* Memory of the arena gives out at each point in turn. */
static void survives_a_lack_of_memory(void **state)
{
	static const char text[] =
		"{\"keys\":[{" P256
		",\"kid\":\"\\u0000\",\"x5c\":[\"AAAA\"],\"use\":\"sig\"},{" OCT_256 "},{" ED25519
		"},{\"kty\":\"RSA\",\"n\":\"" SMALL_N "\"," RSA_E "}]}";
	unsigned long n = 0;
	int e = -ENOMEM;
	(void)state;
	while (e == -ENOMEM) {
		struct arena small;
		struct jwk_set *set = NULL;
		const char *why = NULL;
		arena_init(&small, NULL, 0, 1 << 20);
		arena_fail_at(++n);
		e = jwk_set_parse(&small, STR(text), &set, &why);
		arena_fail_at(0);
		jwk_set_unref(set);
		arena_reset(&small);
	}
	assert_int_equal(e, 0);
	assert_true(n > 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define test(f) cmocka_unit_test_setup_teardown(f, set_up, jose_tear_down)
		test(selects_one_key),
		test(refuses_bad_sets),
		test(writes_public_members_only),
		test(keeps_sets_by_their_text),
		test(keeps_few_bytes),
		test(serves_threads),
		test(survives_a_lack_of_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
