/* Objects that are read often and never changed: their members by hash. */
#include <string.h>

#include "core/json.h"
#include "core/json_private.h"

/* Each member is in the first slot that was free from its own on. */
struct indexed {
	struct cJSON object;
	size_t mask; /* slots less one: a power of two, at most half of them in use */
	struct cJSON *slots[];
};

/* Eight bytes at a time, with the last eight for what is left. */
static size_t hash_of(const char *name)
{
	const uint64_t factor = 0x9E3779B97F4A7C15;
	size_t n = strlen(name);
	uint64_t hash = n, word = 0;
	for (size_t i = 0; i + sizeof word < n; i += sizeof word) {
		memcpy(&word, name + i, sizeof word);
		hash = (hash ^ word) * factor;
	}
	if (n >= sizeof word)
		memcpy(&word, name + n - sizeof word, sizeof word);
	else
		memcpy(&word, name, n);
	return ((hash ^ word) * factor) >> 32;
}

struct cJSON *json_get_indexed(const struct cJSON *object, const char *name)
{
	const struct indexed *index = (const void *)object;
	size_t at = hash_of(name);
	struct cJSON *child;
	while ((child = index->slots[at & index->mask]) && strcmp(child->string, name) != 0)
		at++;
	return child;
}

const struct cJSON *json_copy_indexed(struct arena *a, const struct cJSON *object)
{
	struct cJSON *copy = json_copy(a, object);
	size_t slots = 2;
	while (slots < 2 * json_count(copy))
		slots *= 2;
	struct indexed *index = arena_alloc(a, sizeof *index + slots * sizeof index->slots[0]);
	if (!copy || !index)
		return NULL;
	index->object = *copy;
	index->object.type |= JSON_INDEXED;
	index->mask = slots - 1;
	memset(index->slots, 0, slots * sizeof index->slots[0]);
	json_each (child, copy) {
		size_t at = hash_of(child->string);
		while (index->slots[at & index->mask])
			at++;
		index->slots[at & index->mask] = child;
	}
	return &index->object;
}
