/* Encrypted tokens: each algorithm with each content encryption, what is refused, what an attacker
 * sees, and what a seed repeats. */
#include "jose_check.h"

#include "jose/alg.h"

static const char *const x25519 =
	"{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08\","
	"\"d\":\"XasIfmJKikt54X-Lg4AO5m87sSkmGLb9HC-LJ_-I4Os\"}";

/* A private key for the algorithm. */
static const struct jwk *key_for(enum jose_alg alg, enum jose_alg enc)
{
	const struct alg *row = alg_of(alg);
	if (row->key_type == JWK_RSA)
		return key_in(json_get(read_vectors(), "keys"), STR("RFC 7517 C.1"));
	if (row->key_type == JWK_EC)
		return key_of("{" P256 "}");
	char bytes[64] = {1, 2, 3};
	const char *why;
	size_t n = alg == JOSE_DIR ? alg_of(enc)->key_bytes : row->key_bytes ? row->key_bytes : 20;
	assert_int_equal(jwk_from_secret(&a, (struct str){bytes, n}, &kept[n_kept], &why), 0);
	return &kept[n_kept++];
}

static const char *encrypt(
	enum jose_alg alg, enum jose_alg enc, const struct jwk *key, struct str plain)
{
	struct str token;
	const char *why = NULL;
	const struct jwe_how how = {.alg = alg, .enc = enc, .key = key, .p2c = JWE_P2C_MIN};
	if (jwe_encrypt(&a, NULL, &how, plain, &token, &why) < 0)
		fail_msg("%s: %s", jose_name(alg), why ? why : "no reason");
	return arena_copy(&a, token).p;
}

/* One character of the token becomes another, at the start of a part. */
static char *tamper(const char *token, size_t part)
{
	char *changed = arena_alloc(&a, strlen(token) + 1), *at = changed;
	memcpy(changed, token, strlen(token) + 1);
	for (size_t i = 0; i < part; i++)
		at = strchr(at, '.') + 1;
	*at = *at == 'A' ? 'B' : 'A';
	return changed;
}

static void exchange(enum jose_alg alg, enum jose_alg enc)
{
	const struct jwk *key = key_for(alg, enc);
	const char *name = jose_name(alg), *why;
	struct str plain;
	static const struct str texts[] = {STR(""), BYTES("\0"), STR("sixteen bytes..!"),
		STR("a text that takes more than one block")};
	for (size_t i = 0; i < COUNT(texts); i++) {
		const char *token = encrypt(alg, enc, key, texts[i]);
		check(name, decrypt(token, &all_jwe, key, &plain, &why) == 0);
		check(name, str_eq(plain, texts[i]));
	}
	const char *token = encrypt(alg, enc, key, texts[3]);
	for (size_t part = 1; part < 5; part++)
		if (part > 1 || !alg_of(alg)->direct)
			check(name, decrypt(tamper(token, part), &all_jwe, key, &plain, &why) ==
					    -EBADMSG);
	/* the tag in short, the header in another wording */
	char *cut = arena_copy(&a, str_of(token)).p ? tamper(token, 4) : NULL;
	cut[strlen(cut) - 4] = '\0';
	check(name, decrypt(cut, &all_jwe, key, &plain, &why) == -EINVAL);
	const struct jwe_rules no_alg = {.algs = ~JOSE_BIT(alg), .encs = JOSE_CONTENTS},
			       no_enc = {.algs = ~(uint64_t)0, .encs = ~JOSE_BIT(enc)},
			       nothing = {0};
	check(name, decrypt(token, &no_alg, key, &plain, &why) == -EPERM);
	check(name, decrypt(token, &no_enc, key, &plain, &why) == -EPERM);
	check(name, decrypt(token, &nothing, key, &plain, &why) == -EPERM);
}

static void encrypts_and_decrypts(void **state)
{
	(void)state;
	for (enum jose_alg alg = JOSE_RSA1_5; alg <= JOSE_PBES2_HS512_A256KW; alg++)
		for (enum jose_alg enc = JOSE_A128CBC_HS256; enc <= JOSE_A256GCM; enc++) {
			exchange(alg, enc);
			for (size_t i = 0; i < n_kept; i++)
				jwk_clear(&kept[i]);
			n_kept = 0;
			arena_reset(&a);
		}
}

static void refuses_bad_forms(void **state)
{
	/* {"alg":"dir","enc":"A128GCM"} */
#define DIR "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0"
#define IV "AAAAAAAAAAAAAAAA"
#define TAG "AAAAAAAAAAAAAAAAAAAAAA"
	static const struct {
		const char *token;
		int wanted;
	} rows[] = {
		{"", -EINVAL},
		{"....", -EINVAL},
		{"e30....", -EINVAL}, /* no alg */
		{DIR ".." IV ".AA." TAG, -EBADMSG},
		{DIR ".." IV ".." TAG, -EBADMSG},
		{DIR ".." IV ".AA", -EINVAL},          /* four parts */
		{DIR ".." IV ".AA." TAG ".", -EINVAL}, /* six */
		{DIR ".." IV ".AA." TAG ".AA", -EINVAL},
		{DIR ".AA." IV ".AA." TAG, -EINVAL}, /* dir has no encrypted key */
		{DIR "...AA." TAG, -EINVAL},
		{DIR ".." IV "AAAA.AA." TAG, -EINVAL},
		{DIR ".." IV ".AA.", -EINVAL},
		{DIR ".." IV ".AA." TAG "AA", -EINVAL},
		{DIR ".." IV ".AB." TAG, -EINVAL}, /* not canonical */
		{DIR ".." IV ".AA==." TAG, -EINVAL},
		{DIR "=.." IV ".AA." TAG, -EINVAL},
	};
	const struct jwk *key = key_of("{" OCT_128 "}");
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str plain;
		const char *why;
		check(rows[i].token,
			decrypt(rows[i].token, &all_jwe, key, &plain, &why) == rows[i].wanted);
		check(rows[i].token, why);
	}
}

static void refuses_headers(void **state)
{
	static const struct {
		const char *header;
		int wanted;
	} rows[] = {
		{"{\"alg\":\"dir\",\"enc\":\"A128GCM\"}", -EBADMSG},
		{"{\"alg\":\"dir\"}", -EINVAL},
		{"{\"enc\":\"A128GCM\"}", -EINVAL},
		{"{\"alg\":1,\"enc\":\"A128GCM\"}", -EINVAL},
		{"{\"alg\":\"dir\",\"enc\":1}", -EINVAL},
		{"{\"alg\":\"dir\",\"enc\":\"A128GCM\",\"kid\":{}}", -EINVAL},
		{"{\"alg\":\"none\",\"enc\":\"A128GCM\"}", -ENOTSUP},
		{"{\"alg\":\"HS256\",\"enc\":\"A128GCM\"}", -ENOTSUP},
		{"{\"alg\":\"DIR\",\"enc\":\"A128GCM\"}", -ENOTSUP},
		{"{\"alg\":\"A128GCM\",\"enc\":\"A128GCM\"}", -ENOTSUP},
		{"{\"alg\":\"dir\",\"enc\":\"dir\"}", -ENOTSUP},
		{"{\"alg\":\"dir\",\"enc\":\"A256GCM\"}", -ENOKEY},
		{"{\"alg\":\"dir\",\"enc\":\"A128GCM\",\"zip\":\"DEF\"}", -ENOTSUP},
		{"{\"alg\":\"dir\",\"enc\":\"A128GCM\",\"zip\":null}", -ENOTSUP},
		{"{\"alg\":\"dir\",\"enc\":\"A128GCM\",\"crit\":[\"exp\"],\"exp\":1}", -ENOTSUP},
		{"{\"alg\":\"dir\",\"enc\":\"A128GCM\",\"crit\":[]}", -EINVAL},
		{"{\"alg\":\"RSA-OAEP\",\"enc\":\"A128GCM\"}", -ENOKEY},
		{"{\"alg\":\"ECDH-ES\",\"enc\":\"A128GCM\"}", -ENOKEY},
		{"{\"alg\":\"A256KW\",\"enc\":\"A128GCM\"}", -ENOKEY},
		{"{\"alg\":\"A128GCMKW\",\"enc\":\"A128GCM\"}", -EINVAL},
		{"{\"alg\":\"A128GCMKW\",\"enc\":\"A128GCM\",\"iv\":\"AA\",\"tag\":\"AA\"}",
			-EINVAL},
		{"{\"alg\":\"A128GCMKW\",\"enc\":\"A128GCM\",\"iv\":\"" IV "\",\"tag\":\"" TAG
		 "\"}",
			-EBADMSG},
	};
	const struct jwk *key = key_of("{" OCT_128 "}");
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf token = buf_make(&a, SIZE_MAX);
		struct str plain;
		const char *why;
		text_encode(&token, str_of(rows[i].header));
		buf_add(&token, STR(".." IV ".AA." TAG));
		buf_add_char(&token, '\0');
		int e = decrypt(token.p, &all_jwe, key, &plain, &why);
		if (e != rows[i].wanted)
			fail_msg("%s: %d, %s", rows[i].header, e, why);
		assert_non_null(why);
	}
}

/* A key for signing, even of the right length. */
static void keeps_signing_keys_apart(void **state)
{
	static const char *const keys[] = {"{" OCT_128 ",\"use\":\"sig\"}",
		"{" OCT_128 ",\"alg\":\"HS256\"}", "{" OCT_128 ",\"key_ops\":[\"verify\"]}"};
	const char *token = encrypt(JOSE_DIR, JOSE_A128GCM, key_of("{" OCT_128 "}"), STR("x")),
		   *why;
	struct str plain;
	(void)state;
	for (size_t i = 0; i < COUNT(keys); i++)
		check(keys[i], decrypt(token, &all_jwe, key_of(keys[i]), &plain, &why) == -ENOKEY);
}

static void bounds_the_count_of_pbes2(void **state)
{
	static const struct {
		const char *members;
		int wanted;
	} rows[] = {
		{"\"p2s\":\"AAAAAAAAAAA\",\"p2c\":1000", -EBADMSG},
		{"\"p2s\":\"AAAAAAAAAAA\",\"p2c\":999", -EINVAL},
		{"\"p2s\":\"AAAAAAAAAAA\",\"p2c\":0", -EINVAL},
		{"\"p2s\":\"AAAAAAAAAAA\",\"p2c\":-1000", -EINVAL},
		{"\"p2s\":\"AAAAAAAAAAA\",\"p2c\":1000.5", -EINVAL},
		{"\"p2s\":\"AAAAAAAAAAA\",\"p2c\":\"1000\"", -EINVAL},
		{"\"p2s\":\"AAAAAAAAAAA\"", -EINVAL},
		{"\"p2s\":\"AAAAAAAAAAA\",\"p2c\":1000001", -EPERM},
		{"\"p2s\":\"AAAAAAAAAAA\",\"p2c\":4294968296", -EPERM}, /* 1000 in 32 bits */
		{"\"p2s\":\"AAAAAAAAAAA\",\"p2c\":1e300", -EINVAL},
		{"\"p2s\":\"AAAAAAAAAA\",\"p2c\":1000", -EINVAL}, /* seven bytes */
		{"\"p2s\":1,\"p2c\":1000", -EINVAL},
		{"\"p2c\":1000", -EINVAL},
	};
	const struct jwk *key = key_of("{" OCT_128 "}");
	struct str plain, made;
	const char *why;
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf token = buf_make(&a, SIZE_MAX);
		struct str header = arena_printf(&a,
			"{\"alg\":\"PBES2-HS256+A128KW\",\"enc\":\"A128GCM\",%s}", rows[i].members);
		text_encode(&token, header);
		buf_add(&token, STR(".AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA." IV ".AA." TAG));
		buf_add_char(&token, '\0');
		check(rows[i].members,
			decrypt(token.p, &all_jwe, key, &plain, &why) == rows[i].wanted);
	}
	const uint32_t counts[] = {999, 1000001};
	for (size_t i = 0; i < COUNT(counts); i++) {
		const struct jwe_how how = {.alg = JOSE_PBES2_HS256_A128KW,
			.enc = JOSE_A128GCM,
			.key = key,
			.p2c = counts[i]};
		assert_int_equal(jwe_encrypt(&a, NULL, &how, STR("x"), &made, &why), -EINVAL);
	}
}

/* Whatever the encrypted key of RSA1_5 turns out to be, it is the same error. */
static void tells_nothing_of_padding(void **state)
{
	const struct jwk *key = key_in(json_get(read_vectors(), "keys"), STR("RFC 7517 C.1"));
	const char *token = encrypt(JOSE_RSA1_5, JOSE_A128CBC_HS256, key, STR("x"));
	const char *other_enc = encrypt(JOSE_RSA1_5, JOSE_A256GCM, key, STR("x"));
	struct jwe jwe, longer;
	const char *why, *first;
	struct str plain;
	unsigned char zeros[256] = {0}, ones[256];
	(void)state;
	memset(ones, 0xFF, sizeof ones);
	assert_int_equal(jwe_parse(&a, str_of(token), &jwe, &why), 0);
	assert_int_equal(jwe_parse(&a, str_of(other_enc), &longer, &why), 0);
	assert_int_equal(jwe_decrypt_key(&a, &jwe, &all_jwe, key, &plain, &why), 0);
	assert_int_equal(decrypt(tamper(token, 3), &all_jwe, key, &plain, &first), -EBADMSG);
	/* broken padding; more than the modulus; nothing; too short; a content key too long */
	const struct str sealed[] = {{jwe.encrypted_key.p, 255}, {(char *)zeros, 256},
		{(char *)ones, 256}, STR(""), STR("short"), longer.encrypted_key,
		{(char *)zeros, 1}};
	for (size_t i = 0; i < COUNT(sealed); i++) {
		jwe.encrypted_key = sealed[i];
		why = NULL;
		assert_int_equal(jwe_decrypt_key(&a, &jwe, &all_jwe, key, &plain, &why), -EBADMSG);
		assert_ptr_equal(why, first);
	}
}

static void refuses_bad_ephemeral_keys(void **state)
{
	static const char *const epks[] = {"1", "{}", "{\"kty\":\"oct\",\"k\":\"AA\"}",
		"{" ED25519_PUBLIC "}", "{" P256 "}",
		"{\"kty\":\"EC\",\"crv\":\"P-256\"," P256_X
		",\"y\":\"5Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\"}",
		"{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-"
		"FG-"
		"IK08\"}"};
	const struct jwk *key = key_of("{" P256 "}"), *okp = key_of(x25519);
	const char *why;
	struct str plain;
	(void)state;
	for (size_t i = 0; i < COUNT(epks); i++) {
		struct buf token = buf_make(&a, SIZE_MAX);
		text_encode(&token,
			arena_printf(&a, "{\"alg\":\"ECDH-ES\",\"enc\":\"A128GCM\",\"epk\":%s}",
				epks[i]));
		buf_add(&token, STR(".." IV ".AA." TAG));
		buf_add_char(&token, '\0');
		check(epks[i], decrypt(token.p, &all_jwe, key, &plain, &why) == -EINVAL);
	}
	/* a point of small order gives nothing but zeros */
	struct buf token = buf_make(&a, SIZE_MAX);
	text_encode(&token,
		STR("{\"alg\":\"ECDH-ES\",\"enc\":\"A128GCM\",\"epk\":{\"kty\":\"OKP\","
		    "\"crv\":\"X25519\",\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}}"));
	buf_add(&token, STR(".." IV ".AA." TAG));
	buf_add_char(&token, '\0');
	assert_int_equal(decrypt(token.p, &all_jwe, okp, &plain, &why), -EBADMSG);
	const struct jwk *small = key_of("{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":"
					 "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}");
	const struct jwe_how how = {.alg = JOSE_ECDH_ES, .enc = JOSE_A128GCM, .key = small};
	assert_int_equal(jwe_encrypt(&a, NULL, &how, STR("x"), &plain, &why), -EINVAL);
}

static void repeats_what_it_is_seeded_with(void **state)
{
	(void)state;
	for (enum jose_alg alg = JOSE_RSA1_5; alg <= JOSE_PBES2_HS512_A256KW; alg++) {
		struct str tokens[3];
		const char *why;
		const struct jwk *key = key_for(alg, JOSE_A128GCM);
		const struct jwe_how how = {
			.alg = alg, .enc = JOSE_A128GCM, .key = key, .p2c = JWE_P2C_MIN};
		for (size_t i = 0; i < COUNT(tokens); i++) {
			struct rand r = {0};
			assert_int_equal(rand_seed(&r, i / 2, STR("a")), 0);
			assert_int_equal(jwe_encrypt(&a, &r, &how, STR("x"), &tokens[i], &why), 0);
		}
		/* libcrypto draws the padding of RSA itself */
		check(jose_name(alg), str_eq(tokens[0], tokens[1]) == (key->type != JWK_RSA));
		check(jose_name(alg), !str_eq(tokens[0], tokens[2]));
	}
	struct str tokens[2];
	const char *why;
	const struct jwe_how how = {
		.alg = JOSE_ECDH_ES, .enc = JOSE_A128GCM, .key = key_of(x25519)};
	for (size_t i = 0; i < 2; i++) {
		struct rand r = {0};
		assert_int_equal(rand_seed(&r, 1, STR("a")), 0);
		assert_int_equal(jwe_encrypt(&a, &r, &how, STR("x"), &tokens[i], &why), 0);
	}
	assert_true(str_eq(tokens[0], tokens[1]));
}

static void survives_a_lack_of_memory(void **state)
{
	static const enum jose_alg algs[] = {JOSE_RSA1_5, JOSE_RSA_OAEP, JOSE_A128KW, JOSE_DIR,
		JOSE_ECDH_ES, JOSE_ECDH_ES_A128KW, JOSE_A128GCMKW, JOSE_PBES2_HS256_A128KW};
	(void)state;
	for (size_t i = 0; i < COUNT(algs); i++) {
		const struct jwk *key = key_for(algs[i], JOSE_A128CBC_HS256);
		const struct jwe_how how = {.alg = algs[i],
			.enc = JOSE_A128CBC_HS256,
			.key = key,
			.members = STR("\"kid\":\"\\u0000\""),
			.apu = STR("a"),
			.apv = STR("b"),
			.p2c = JWE_P2C_MIN};
		int e = -ENOMEM;
		for (unsigned long n = 1; e == -ENOMEM; n++) {
			struct str token, plain;
			struct jwe jwe;
			const char *why = NULL;
			arena_fail_at(n);
			e = jwe_encrypt(&a, NULL, &how, STR("x"), &token, &why);
			if (e == 0)
				e = jwe_parse(&a, token, &jwe, &why);
			if (e == 0)
				e = jwe_decrypt_key(&a, &jwe, &all_jwe, key, &plain, &why);
			arena_fail_at(0);
			a.failed = false;
		}
		check(jose_name(algs[i]), e == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define test(f) cmocka_unit_test_setup_teardown(f, set_up, jose_tear_down)
		test(encrypts_and_decrypts),
		test(refuses_bad_forms),
		test(refuses_headers),
		test(keeps_signing_keys_apart),
		test(bounds_the_count_of_pbes2),
		test(tells_nothing_of_padding),
		test(refuses_bad_ephemeral_keys),
		test(repeats_what_it_is_seeded_with),
		test(survives_a_lack_of_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
