/* What the tests of server/jose/ share: an arena `a`, keys from text, and tokens that are taken. */
#ifndef TESTS_JOSE_CHECK_H
#define TESTS_JOSE_CHECK_H

#include "check_arena.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "jose/jwe.h"
#include "jose/jwk.h"
#include "jose/jws.h"

/* Of RFC 7517 appendix A.2 and C.1, RFC 7515 A.4, RFC 8037 A.1 and of our own making. */
#define P256_X "\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\""
#define P256_Y "\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\""
#define P256_D "\"d\":\"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE\""
#define P256_PUBLIC "\"kty\":\"EC\",\"crv\":\"P-256\"," P256_X "," P256_Y
#define P256 P256_PUBLIC "," P256_D
#define ED25519_PUBLIC                                                                             \
	"\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_"                               \
	"7TyWQHOg7hcvPapiMlrwIaaPcHURo\""
#define ED25519 ED25519_PUBLIC ",\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\""
#define OCT_128 "\"kty\":\"oct\",\"k\":\"GawgguFyGrWKav7AX4VKUg\""
#define OCT_256 "\"kty\":\"oct\",\"k\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\""

static const struct jws_rules all_jws __attribute__((unused)) = {.algs = JOSE_SIGNATURES};
static const struct jwe_rules all_jwe
	__attribute__((unused)) = {.algs = JOSE_KEY_MANAGEMENTS, .encs = JOSE_CONTENTS};

/* Keys that the tests' tear-down clears. */
static struct jwk kept[64];
static size_t n_kept;

static int jose_tear_down(void **state)
{
	for (size_t i = 0; i < n_kept; i++)
		jwk_clear(&kept[i]);
	n_kept = 0;
	return tear_down(state);
}

/* A key from its text, which must be a good one. */
static inline const struct jwk *key_of(const char *text)
{
	const char *why = NULL;
	assert_true(n_kept < COUNT(kept));
	if (jwk_parse(&a, str_of(text), &kept[n_kept], &why) < 0)
		fail_msg("%s: %s", text, why ? why : "no reason");
	return &kept[n_kept++];
}

/* The same from a member of the vectors. */
static inline const struct jwk *key_in(const struct cJSON *keys, struct str name)
{
	const char *why = NULL;
	const struct cJSON *object = json_get(keys, name.p);
	assert_non_null(object);
	assert_true(n_kept < COUNT(kept));
	if (jwk_read(&a, object, &kept[n_kept], &why) < 0)
		fail_msg("%s: %s", name.p, why ? why : "no reason");
	return &kept[n_kept++];
}

/* Takes a token apart and looks at its signature; the payload on success. */
static inline int verify(const char *token, const struct jws_rules *rules, const struct jwk *key,
	struct str *ret, const char **ret_why)
{
	struct jws jws;
	*ret_why = NULL;
	int e = jws_parse(&a, str_of(token), &jws, ret_why);
	if (e == 0)
		e = jws_verify_key(&jws, rules, key, ret_why);
	if (e == 0)
		*ret = jws.payload;
	return e;
}

static inline int decrypt(const char *token, const struct jwe_rules *rules, const struct jwk *key,
	struct str *ret, const char **ret_why)
{
	struct jwe jwe;
	*ret_why = NULL;
	int e = jwe_parse(&a, str_of(token), &jwe, ret_why);
	return e < 0 ? e : jwe_decrypt_key(&a, &jwe, rules, key, ret, ret_why);
}

static inline struct cJSON *read_vectors(void)
{
	char path[4096];
	struct cJSON *tree;
	struct json_fault fault;
	const char *root = getenv("SOURCE_ROOT");
	size_t room = 1 << 20;
	char *text = arena_alloc(&a, room);
	snprintf(path, sizeof path, "%s/tests/vectors/jose.json", root ? root : ".");
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	size_t n = fread(text, 1, room, file);
	fclose(file);
	assert_int_equal(json_parse(&a, (struct str){text, n}, &tree, &fault), 0);
	return tree;
}

#endif
