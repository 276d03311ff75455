/* Any bytes as an encrypted token, and as the text of one. */
#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "jose/jwe.h"

/* Of RFC 7516 A.3, RFC 7517 A.2, RFC 8037 A.6, RFC 7520 5.7 and a password. */
#define KEYS                                                                                       \
	"{\"keys\":[{\"kty\":\"oct\",\"k\":\"GawgguFyGrWKav7AX4VKUg\"},"                           \
	"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\"," \
	"\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\","                                   \
	"\"d\":\"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE\"},"                                  \
	"{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-"      \
	"IK08\","                                                                                  \
	"\"d\":\"XasIfmJKikt54X-Lg4AO5m87sSkmGLb9HC-LJ_-I4Os\"},"                                  \
	"{\"kty\":\"oct\",\"k\":\"qC57l_uxcm7Nm3K-ct4GFjx8tM1U8CZ0NLBvdQstiS8\"}]}"

/* A count that takes no time. */
static const struct jwe_rules rules = {
	.algs = JOSE_KEY_MANAGEMENTS, .encs = JOSE_CONTENTS, .p2c_max = 2000};

static struct jwk_set *keys(void)
{
	static struct jwk_set *set;
	const char *why;
	struct arena a;
	if (set)
		return set;
	arena_init(&a, NULL, 0, FUZZ_CEILING);
	must(jwk_set_parse(&a, STR(KEYS), &set, &why) == 0);
	arena_reset(&a);
	return set;
}

static void check_token(struct arena *a, struct str token)
{
	struct jwe jwe;
	const char *why = NULL;
	struct str plain;
	int e = jwe_parse(a, token, &jwe, &why);
	must(e == 0 || ((e == -EINVAL || e == -ENOTSUP) && why));
	if (e < 0)
		return;
	must(str_starts(token, jwe.aad));
	for (size_t i = 0; i < jwk_set_count(keys()); i++) {
		why = NULL;
		e = jwe_decrypt_key(a, &jwe, &rules, jwk_set_at(keys(), i), &plain, &why);
		must(e == 0 || why);
		must(e == 0 || e == -ENOTSUP || e == -EPERM || e == -ENOKEY || e == -EBADMSG ||
			e == -EINVAL);
		must(e < 0 || plain.n <= jwe.text.n);
	}
}

static void check_plain(struct arena *a, struct str plain)
{
	static const struct {
		enum jose_alg alg, enc;
		size_t key;
	} rows[] = {
		{JOSE_A128KW, JOSE_A128CBC_HS256, 0},
		{JOSE_A128GCMKW, JOSE_A192GCM, 0},
		{JOSE_DIR, JOSE_A256GCM, 3},
	};
	const size_t i = plain.n % 3;
	const struct jwe_how how = {
		.alg = rows[i].alg, .enc = rows[i].enc, .key = jwk_set_at(keys(), rows[i].key)};
	struct rand r = {0};
	struct str token, again;
	struct jwe jwe;
	const char *why = NULL;
	must(rand_seed(&r, plain.n, STR("fuzz")) == 0);
	must(jwe_encrypt(a, &r, &how, plain, &token, &why) == 0);
	must(jwe_parse(a, token, &jwe, &why) == 0);
	must(jwe_decrypt_key(a, &jwe, &rules, how.key, &again, &why) == 0);
	must(str_eq(again, plain));
	struct str aad = arena_copy(a, jwe.aad);
	((char *)(uintptr_t)aad.p)[plain.n % aad.n] ^= 1;
	jwe.aad = aad;
	must(jwe_decrypt_key(a, &jwe, &rules, how.key, &again, &why) == -EBADMSG);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	arena_init(&a, NULL, 0, FUZZ_CEILING);
	check_token(&a, fuzz_str(data, size));
	check_plain(&a, fuzz_str(data, size));
	arena_reset(&a);
	return 0;
}
