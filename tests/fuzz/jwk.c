/* Any bytes as a key and as a key set. What is read is the same key after its public part was
 * written and read again, and writes the same text. */
#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "jose/jwk.h"

static void check_key(struct arena *a, const struct jwk *key)
{
	struct buf once = buf_make(a, SIZE_MAX), twice = buf_make(a, SIZE_MAX);
	const char *why = NULL;
	struct jwk again;
	if (key->type == JWK_OCT) {
		must(key->is_private && key->secret.n * 8 == key->bits);
		must(jwk_write_public(&once, key, &why) == -EINVAL && why);
		return;
	}
	must(key->pkey && !key->secret.p);
	must(jwk_write_public(&once, key, &why) == 0);
	must(jwk_parse(a, buf_str(&once), &again, &why) == 0);
	must(!again.is_private);
	must(memcmp(again.thumbprint, key->thumbprint, SHA256_SIZE) == 0);
	must(jwk_write_public(&twice, &again, &why) == 0);
	must(str_eq(buf_str(&once), buf_str(&twice)));
	jwk_clear(&again);
}

static void check_set(struct arena *a, const struct jwk_set *set)
{
	struct buf out = buf_make(a, SIZE_MAX);
	struct jwk_set *again;
	const char *why = NULL;
	size_t open = 0;
	must(jwk_set_count(set) + jwk_set_bad_count(set) <= JWK_SET_KEYS_MAX);
	for (size_t i = 0; i < jwk_set_count(set); i++) {
		check_key(a, jwk_set_at(set, i));
		open += jwk_set_at(set, i)->type != JWK_OCT;
	}
	for (size_t i = 0; i < jwk_set_bad_count(set); i++)
		must(jwk_set_bad_at(set, i)->why);
	must(jwk_set_write_public(&out, set) == 0);
	must(jwk_set_parse(a, buf_str(&out), &again, &why) == 0);
	must(jwk_set_count(again) == open && jwk_set_bad_count(again) == 0);
	jwk_set_unref(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct jwk key;
	struct jwk_set *set;
	const char *why = NULL;
	arena_init(&a, NULL, 0, FUZZ_CEILING);
	int e = jwk_parse(&a, fuzz_str(data, size), &key, &why);
	must(e == 0 || ((e == -EINVAL || e == -ENOTSUP) && why));
	if (e == 0) {
		check_key(&a, &key);
		jwk_clear(&key);
	}
	why = NULL;
	e = jwk_set_parse(&a, fuzz_str(data, size), &set, &why);
	must(e == 0 || (e == -EINVAL && why));
	if (e == 0) {
		check_set(&a, set);
		jwk_set_unref(set);
	}
	arena_reset(&a);
	return 0;
}
