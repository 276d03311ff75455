/* The examples of the RFCs. tests/vectors/jose.json has those that are tokens and keys. */
#include "jose_check.h"

#include "jose/alg.h"

static struct str text_of(const struct cJSON *object, const char *name)
{
	const struct cJSON *member = json_get(object, name);
	return member ? json_text(&a, member) : STR_NONE;
}

/* How the vectors name the refusals that they want. */
static int refusal(const struct cJSON *vector)
{
	return str_eq(text_of(vector, "refused"), STR("ENOTSUP")) ? -ENOTSUP : 0;
}

static void verifies_what_is_signed(void **state)
{
	const struct cJSON *vectors = read_vectors(), *keys = json_get(vectors, "keys");
	size_t n = 0;
	(void)state;
	json_each (vector, json_get(vectors, "signed")) {
		struct str payload = STR_NONE;
		const char *why, *from = text_of(vector, "from").p;
		const struct jwk *key = key_in(keys, text_of(vector, "key"));
		int e = verify(text_of(vector, "token").p, &all_jws, key, &payload, &why);
		check(from, e == refusal(vector));
		if (e == 0)
			check(from, str_eq(payload, text_of(vector, "payload")));
		n++;
	}
	assert_int_equal(n, 11);
}

/* Where the algorithm and the header leave no choice, our own token is the RFC's. */
static void signs_the_same(void **state)
{
	static const struct {
		const char *from;
		enum jose_alg alg;
		const char *members;
	} rows[] = {
		{"RFC 7520 4.1", JOSE_RS256, "\"kid\":\"bilbo.baggins@hobbiton.example\""},
		{"RFC 7520 4.4", JOSE_HS256, "\"kid\":\"018c0ae5-4d9b-471b-bfd6-eef314bc7037\""},
		{"RFC 7515 A.2", JOSE_RS256, ""},
		{"RFC 8037 A.4", JOSE_EDDSA, ""},
	};
	const struct cJSON *vectors = read_vectors(), *keys = json_get(vectors, "keys");
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str token = STR_NONE;
		const char *why = NULL;
		size_t found = 0;
		json_each (vector, json_get(vectors, "signed")) {
			if (!str_eq(text_of(vector, "from"), str_of(rows[i].from)))
				continue;
			const struct jwk *key = key_in(keys, text_of(vector, "key"));
			check(rows[i].from, jws_sign(&a, rows[i].alg, key, str_of(rows[i].members),
						    text_of(vector, "payload"), &token, &why) == 0);
			check_str(rows[i].from, token, text_of(vector, "token").p);
			found++;
		}
		check(rows[i].from, found == 1);
	}
}

static void decrypts_what_is_encrypted(void **state)
{
	const struct cJSON *vectors = read_vectors(), *keys = json_get(vectors, "keys");
	size_t n = 0;
	(void)state;
	json_each (vector, json_get(vectors, "encrypted")) {
		struct str plain = STR_NONE;
		const char *why, *from = text_of(vector, "from").p;
		const struct jwk *key = key_in(keys, text_of(vector, "key"));
		int e = decrypt(text_of(vector, "token").p, &all_jwe, key, &plain, &why);
		if (e != refusal(vector))
			fail_msg("%s: %d, %s", from, e, why ? why : "no reason");
		if (e == 0)
			check(from, str_eq(plain, text_of(vector, "plain")));
		n++;
	}
	assert_int_equal(n, 13);
}

static void reads_all_keys_and_sets(void **state)
{
	const struct cJSON *vectors = read_vectors();
	(void)state;
	json_each (object, json_get(vectors, "keys"))
		key_in(json_get(vectors, "keys"), json_name(object));
	json_each (object, json_get(vectors, "sets")) {
		struct buf text = buf_make(&a, SIZE_MAX);
		struct json_writer w = json_writer(&text);
		struct jwk_set *set;
		const char *why = NULL;
		json_put_tree(&w, object);
		check(json_name(object).p, jwk_set_parse(&a, buf_str(&text), &set, &why) == 0);
		check(json_name(object).p, jwk_set_bad_count(set) == 0);
		check(json_name(object).p,
			jwk_set_count(set) == json_count(json_get(object, "keys")));
		jwk_set_unref(set);
	}
}

static void makes_thumbprints(void **state)
{
	const struct cJSON *vectors = read_vectors(), *keys = json_get(vectors, "keys");
	(void)state;
	json_each (vector, json_get(vectors, "thumbprints")) {
		struct buf text = buf_make(&a, 100);
		const struct jwk *key = key_in(keys, text_of(vector, "key"));
		text_encode(&text, str_bytes(key->thumbprint, SHA256_SIZE));
		check_str(
			text_of(vector, "from").p, buf_str(&text), text_of(vector, "thumbprint").p);
	}
}

/* RFC 7518 appendix B: the tag covers the text, so that the text need not be spelled out. */
static void makes_the_tags_of_cbc(void **state)
{
	static const unsigned char iv[] = {0x1a, 0xf3, 0x8c, 0x2d, 0xc2, 0xb9, 0x6f, 0xfd, 0xd8,
		0x66, 0x94, 0x09, 0x23, 0x41, 0xbc, 0x04};
	static const struct {
		const char *name;
		enum jose_alg enc;
		const char *tag; /* base64url */
	} rows[] = {
		{"B.1", JOSE_A128CBC_HS256, "ZSw_o2sKfFsyGfqzowvBxA"},
		{"B.2", JOSE_A192CBC_HS384, "hJCsDliUm_5Rh11zP5OsIHUWgDnMxzPX"},
		{"B.3", JOSE_A256CBC_HS512, "TdO0wIin9FwhaDlkWyASvy5iaajFaoFtvBsmd2GVW8U"},
	};
	struct str plain = STR("A cipher system must not be required to be secret, and it must be "
			       "able to fall into the hands of the enemy without inconvenience");
	struct str aad = STR("The second principle of Auguste Kerckhoffs");
	struct secret cek = {0};
	unsigned char text[160], tag[32], back[160];
	(void)state;
	for (size_t i = 0; i < sizeof cek.bytes; i++)
		cek.bytes[i] = (unsigned char)i;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct alg *enc = alg_of(rows[i].enc);
		struct buf made = buf_make(&a, 100);
		cek.n = enc->key_bytes;
		ptrdiff_t n = enc->enc->seal(
			enc, &cek, str_bytes(iv, sizeof iv), aad, plain, text, tag);
		check(rows[i].name, n == 144);
		text_encode(&made, str_bytes(tag, enc->tag_bytes));
		check_str(rows[i].name, buf_str(&made), rows[i].tag);
		n = enc->enc->open(enc, &cek, str_bytes(iv, sizeof iv), aad,
			str_bytes(text, (size_t)n), str_bytes(tag, enc->tag_bytes), back);
		check(rows[i].name, str_eq(str_bytes(back, (size_t)n), plain));
	}
}

/* The content key that two sides agree on, as base64url. */
static struct str derive(const char *header, const struct jwk *key)
{
	struct cJSON *tree;
	struct json_fault fault;
	struct secret cek = {.n = 16};
	struct buf made = buf_make(&a, 100);
	assert_int_equal(json_parse(&a, str_of(header), &tree, &fault), 0);
	struct wrap w = {.arena = &a,
		.alg = alg_of(JOSE_ECDH_ES),
		.enc = alg_of(JOSE_A128GCM),
		.key = key,
		.header = tree,
		.cek = &cek};
	assert_int_equal(w.alg->wrap->unwrap(&w), 0);
	text_encode(&made, str_bytes(cek.bytes, cek.n));
	return buf_str(&made);
}

static void agrees_as_the_examples(void **state)
{
	(void)state;
	/* RFC 7518 appendix C */
	struct str made = derive("{\"apu\":\"QWxpY2U\",\"apv\":\"Qm9i\",\"epk\":"
				 "{\"kty\":\"EC\",\"crv\":\"P-256\","
				 "\"x\":\"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0\","
				 "\"y\":\"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps\"}}",
		key_of("{\"kty\":\"EC\",\"crv\":\"P-256\","
		       "\"x\":\"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ\","
		       "\"y\":\"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck\","
		       "\"d\":\"VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw\"}"));
	check_str("RFC 7518 C", made, "VqqN6vgjbSBcIijNcacQGg");
	/* RFC 8037 appendix A.6: the Concat KDF by hand over the Z that it gives */
	made = derive("{\"epk\":{\"kty\":\"OKP\",\"crv\":\"X25519\","
		      "\"x\":\"hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo\"}}",
		key_of("{\"kty\":\"OKP\",\"crv\":\"X25519\","
		       "\"x\":\"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08\","
		       "\"d\":\"XasIfmJKikt54X-Lg4AO5m87sSkmGLb9HC-LJ_-I4Os\"}"));
	check_str("RFC 8037 A.6", made, "6j_2T4boPE5T0F6ASu56Xg");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define test(f) cmocka_unit_test_setup_teardown(f, set_up, jose_tear_down)
		test(verifies_what_is_signed),
		test(signs_the_same),
		test(decrypts_what_is_encrypted),
		test(reads_all_keys_and_sets),
		test(makes_thumbprints),
		test(makes_the_tags_of_cbc),
		test(agrees_as_the_examples),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
