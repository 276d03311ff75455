/* Sets of keys, and those kept by their text. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "jose/jwk_private.h"

#define SET_BYTES_MAX ((size_t)4 << 20)

struct jwk_set {
	atomic_uint references;
	struct arena arena; /* the texts of its keys */
	struct jwk *keys;
	struct jwk_bad *bad;
	size_t n, n_bad;
};

struct jwk_set *jwk_set_ref(struct jwk_set *set)
{
	atomic_fetch_add_explicit(&set->references, 1, memory_order_relaxed);
	return set;
}

void jwk_set_unref(struct jwk_set *set)
{
	if (!set || atomic_fetch_sub_explicit(&set->references, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < set->n; i++)
		jwk_clear(&set->keys[i]);
	arena_reset(&set->arena);
	free(set);
}

size_t jwk_set_count(const struct jwk_set *set)
{
	return set->n;
}

const struct jwk *jwk_set_at(const struct jwk_set *set, size_t i)
{
	return &set->keys[i];
}

size_t jwk_set_bad_count(const struct jwk_set *set)
{
	return set->n_bad;
}

const struct jwk_bad *jwk_set_bad_at(const struct jwk_set *set, size_t i)
{
	return &set->bad[i];
}

/* Moves the key's texts from where it was read to where the set keeps them. */
static int keep_texts(struct arena *a, struct jwk *key)
{
	struct str *const texts[] = {&key->kid, &key->use, &key->alg_name, &key->x, &key->y,
		&key->n, &key->e, &key->x5c, &key->x5t, &key->x5t_s256, &key->x5u};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (texts[i]->p)
			*texts[i] = arena_copy(a, *texts[i]);
	struct str secret = key->secret;
	if (secret.p) {
		key->secret = arena_copy(a, secret);
		OPENSSL_cleanse((void *)(uintptr_t)secret.p, secret.n);
	}
	return a->failed ? -ENOMEM : 0;
}

static int read_keys(struct jwk_set *set, struct arena *scratch, const struct cJSON *keys)
{
	size_t index = 0, count = json_count(keys);
	set->keys = arena_calloc(&set->arena, count, sizeof *set->keys);
	set->bad = arena_calloc(&set->arena, count, sizeof *set->bad);
	if (!set->keys || !set->bad)
		return -ENOMEM;
	json_each (item, keys) {
		const char *why = NULL;
		struct jwk *key = &set->keys[set->n];
		int e = jwk_read(scratch, item, key, &why);
		if (e == 0) {
			set->n++; /* from here on jwk_set_unref clears it */
			e = keep_texts(&set->arena, key);
		} else if (e != -ENOMEM && e != -EIO) {
			set->bad[set->n_bad++] = (struct jwk_bad){index, why};
			e = 0;
		}
		if (e < 0)
			return e;
		index++;
	}
	return 0;
}

static int find_keys(
	struct arena *scratch, struct str text, const struct cJSON **ret, const char **ret_why)
{
	struct cJSON *tree;
	struct json_fault fault;
	int e = json_parse(scratch, text, &tree, &fault);
	if (e == -EINVAL)
		return refuse(ret_why, e, "The key set is not JSON, or names a member twice.");
	if (e < 0)
		return e;
	const struct cJSON *keys = json_kind(tree) == JSON_OBJECT ? json_get(tree, "keys") : NULL;
	if (!keys || json_kind(keys) != JSON_ARRAY)
		return refuse(
			ret_why, -EINVAL, "The key set is not an object with an array \"keys\".");
	if (json_count(keys) > JWK_SET_KEYS_MAX)
		return refuse(ret_why, -EINVAL, "The key set has more than 100 keys.");
	*ret = keys;
	return 0;
}

int jwk_set_parse(
	struct arena *scratch, struct str text, struct jwk_set **ret, const char **ret_why)
{
	const struct cJSON *keys;
	int e = find_keys(scratch, text, &keys, ret_why);
	if (e < 0)
		return e;
	struct jwk_set *set = calloc(1, sizeof *set);
	if (!set)
		return -ENOMEM;
	atomic_init(&set->references, 1);
	arena_init(&set->arena, NULL, 0, SET_BYTES_MAX);
	e = read_keys(set, scratch, keys);
	if (e < 0) {
		jwk_set_unref(set);
		return e;
	}
	*ret = set;
	return 0;
}

/* --- sets by their text --- */

struct kept {
	struct str text;     /* a copy of our own */
	struct jwk_set *set; /* NULL: the place is free */
	uint64_t used;       /* when it was last asked for */
};

struct jwk_cache {
	pthread_mutex_t lock;    /* over what follows; nothing is parsed or freed under it */
	uint64_t now;            /* counts what was asked */
	size_t bytes, max_bytes; /* of the texts */
	size_t n;
	struct kept kept[];
};

struct jwk_cache *jwk_cache_new(size_t max_sets, size_t max_bytes)
{
	struct jwk_cache *cache = calloc(1, sizeof *cache + max_sets * sizeof cache->kept[0]);
	if (!cache)
		return NULL;
	cache->n = max_sets;
	cache->max_bytes = max_bytes;
	pthread_mutex_init(&cache->lock, NULL);
	return cache;
}

static void forget(struct kept kept)
{
	if (kept.text.p)
		OPENSSL_cleanse((void *)(uintptr_t)kept.text.p, kept.text.n);
	free((void *)(uintptr_t)kept.text.p);
	jwk_set_unref(kept.set);
}

void jwk_cache_free(struct jwk_cache *cache)
{
	if (!cache)
		return;
	for (size_t i = 0; i < cache->n; i++)
		forget(cache->kept[i]);
	pthread_mutex_destroy(&cache->lock);
	free(cache);
}

/* The place of that text, NULL when it has none. Almost all comparisons end with the length: a few
 * hundred of them cost less than one hash. */
static struct kept *find(struct jwk_cache *cache, struct str text)
{
	for (size_t i = 0; i < cache->n; i++)
		if (cache->kept[i].set && str_eq(cache->kept[i].text, text)) {
			cache->kept[i].used = ++cache->now;
			return &cache->kept[i];
		}
	return NULL;
}

static struct jwk_set *find_and_ref(struct jwk_cache *cache, struct str text)
{
	pthread_mutex_lock(&cache->lock);
	const struct kept *kept = find(cache, text);
	struct jwk_set *set = kept ? jwk_set_ref(kept->set) : NULL;
	pthread_mutex_unlock(&cache->lock);
	return set;
}

/* The place that was not asked for the longest; a free one, unless it has to be in use. */
static struct kept *oldest(struct jwk_cache *cache, bool in_use)
{
	struct kept *place = NULL;
	for (size_t i = 0; i < cache->n; i++) {
		struct kept *kept = &cache->kept[i];
		if ((kept->set || !in_use) && (!place || kept->used < place->used))
			place = kept;
	}
	return place;
}

/* With the lock held: puts it in, or makes room for it; *ret_again says which. What is returned is
 * in the cache no more, or not needed there, and for the caller to forget. */
static struct kept put(struct jwk_cache *cache, const struct kept *fresh, bool *ret_again)
{
	bool full = cache->bytes + fresh->text.n > cache->max_bytes;
	*ret_again = false;
	if (find(cache, fresh->text)) /* another thread has parsed the same text meanwhile */
		return *fresh;
	struct kept *place = oldest(cache, full);
	struct kept old = *place, none = {.set = NULL};
	*place = full ? none : *fresh;
	place->used = full ? 0 : ++cache->now;
	cache->bytes += place->text.n;
	cache->bytes -= old.text.n;
	*ret_again = full;
	return old;
}

/* Without memory for it, it is not kept. */
static void keep(struct jwk_cache *cache, struct str text, struct jwk_set *set)
{
	bool again = cache->n && text.n <= cache->max_bytes;
	char *copy = again ? malloc(text.n) : NULL;
	if (!copy)
		return;
	memcpy(copy, text.p, text.n);
	const struct kept fresh = {{copy, text.n}, jwk_set_ref(set), 0};
	while (again) {
		pthread_mutex_lock(&cache->lock);
		struct kept old = put(cache, &fresh, &again);
		pthread_mutex_unlock(&cache->lock);
		forget(old);
	}
}

int jwk_cache_get(struct jwk_cache *cache, struct arena *scratch, struct str text,
	struct jwk_set **ret, const char **ret_why)
{
	struct jwk_set *set = find_and_ref(cache, text);
	if (!set) {
		int e = jwk_set_parse(scratch, text, &set, ret_why);
		if (e < 0)
			return e;
		/* libcrypto does not always tell a bad key from one that it had no memory for */
		if (set->n_bad == 0)
			keep(cache, text, set);
	}
	*ret = set;
	return 0;
}
