#include "oauth/definition.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "entity/entity.h"
#include "silo.h"

#define KEPT_MAX ((size_t)256 << 10) /* bytes of one that is kept; a larger one serves its call */

/* What a definition is kept under. The generation tells stores apart, and their states. */
struct key {
	uint64_t generation;
	int64_t service_id;
	struct str identifier; /* of a client; STR_NONE: the service itself */
};

struct entry {
	struct definition is;
	struct key key;
	atomic_uint references;
	struct arena arena;
};

struct definition_hold {
	struct entry *entry;
	struct definition_hold *next;
};

struct definitions {
	pthread_mutex_t lock; /* over what follows; nothing is read or freed under it */
	size_t bytes, max_bytes;
	size_t hand; /* whose turn it is to go, when there are too many bytes */
	size_t n;
	struct entry *kept[];
};

struct definitions *definitions_new(size_t max, size_t max_bytes)
{
	struct definitions *all = calloc(1, sizeof *all + max * sizeof(struct entry *));
	if (!all)
		return NULL;
	all->n = max;
	all->max_bytes = max_bytes;
	pthread_mutex_init(&all->lock, NULL);
	return all;
}

static struct entry *reference(struct entry *entry)
{
	atomic_fetch_add_explicit(&entry->references, 1, memory_order_relaxed);
	return entry;
}

static void release(struct entry *entry)
{
	if (!entry || atomic_fetch_sub_explicit(&entry->references, 1, memory_order_acq_rel) != 1)
		return;
	arena_reset(&entry->arena);
	free(entry);
}

void definitions_free(struct definitions *all)
{
	if (!all)
		return;
	for (size_t i = 0; i < all->n; i++)
		release(all->kept[i]);
	pthread_mutex_destroy(&all->lock);
	free(all);
}

/* The one place where it may be: a later one takes the place of an earlier. */
static struct entry **place(struct definitions *all, const struct key *key)
{
	uint64_t hash = key->generation * 31 + (uint64_t)key->service_id;
	for (size_t i = 0; i < key->identifier.n; i++)
		hash = hash * 31 + (unsigned char)key->identifier.p[i];
	hash *= UINT64_C(0x9E3779B97F4A7C15);
	return &all->kept[(hash >> 32) % all->n];
}

static bool is_of(const struct entry *entry, const struct key *key)
{
	return entry->key.generation == key->generation &&
	       entry->key.service_id == key->service_id &&
	       !entry->key.identifier.p == !key->identifier.p &&
	       str_eq(entry->key.identifier, key->identifier);
}

static struct entry *find(struct definitions *all, const struct key *key)
{
	if (!all || !all->n)
		return NULL;
	struct entry **at = place(all, key);
	pthread_mutex_lock(&all->lock);
	struct entry *entry = *at && is_of(*at, key) ? reference(*at) : NULL;
	pthread_mutex_unlock(&all->lock);
	return entry;
}

/* With the lock held. What was there is for the caller to release. */
static struct entry *swap(struct definitions *all, struct entry **at, struct entry *entry)
{
	struct entry *old = *at;
	*at = entry;
	all->bytes += entry ? entry->arena.used : 0;
	all->bytes -= old ? old->arena.used : 0;
	return old;
}

static void keep(struct definitions *all, struct entry *entry)
{
	if (!all || !all->n || entry->arena.used > KEPT_MAX)
		return;
	struct entry **at = place(all, &entry->key);
	struct entry *old = reference(entry);
	bool full;
	pthread_mutex_lock(&all->lock);
	old = swap(all, at, old);
	full = all->bytes > all->max_bytes;
	pthread_mutex_unlock(&all->lock);
	release(old);
	while (full) {
		pthread_mutex_lock(&all->lock);
		old = swap(all, &all->kept[all->hand++ % all->n], NULL);
		full = all->bytes > all->max_bytes;
		pthread_mutex_unlock(&all->lock);
		release(old);
	}
}

/* A row's JSON without the braces as a tree of the entry's; a row that has none holds what its
 * schema gives. What is needed on the way is the call's. */
static int read_members(struct call *c, struct entry *entry, struct str members,
	const struct schema *defaults, const struct cJSON **ret)
{
	struct json_fault fault;
	struct cJSON *tree;
	if (members.n == 0 && defaults)
		members = entity_document(&c->arena, defaults, NULL);
	struct buf text = buf_make(&c->arena, SIZE_MAX);
	buf_reserve(&text, members.n + 2);
	buf_add_char(&text, '{');
	buf_add(&text, members);
	buf_add_char(&text, '}');
	int r = c->arena.failed ? -ENOMEM : json_parse(&c->arena, buf_str(&text), &tree, &fault);
	if (r < 0)
		return r;
	*ret = json_copy_indexed(&entry->arena, tree);
	return *ret ? 0 : -ENOMEM;
}

static int read_service(struct call *c, struct entry *entry)
{
	struct definition *d = &entry->is;
	int r = store_service_get(
		c->silo->store, &entry->arena, entry->key.service_id, &d->service);
	return r < 0 ? r
		     : read_members(c, entry, d->service.document, schema_service, &d->document);
}

static int read_client(struct call *c, struct entry *entry)
{
	struct definition *d = &entry->is;
	int r = store_client_get(c->silo->store, &entry->arena, entry->key.service_id,
		entry->key.identifier, &d->client);
	if (r == 0)
		r = read_members(c, entry, d->client.document, schema_client, &d->document);
	if (r == 0)
		r = read_members(c, entry, d->client.extension, NULL, &d->extension);
	return r;
}

static int read_entry(struct call *c, const struct key *key, struct entry **ret)
{
	struct entry *entry = calloc(1, sizeof *entry);
	if (!entry)
		return -ENOMEM;
	atomic_init(&entry->references, 1);
	arena_init(&entry->arena, NULL, 0, c->arena.ceiling);
	entry->key = *key;
	if (key->identifier.p)
		entry->key.identifier = arena_copy(&entry->arena, key->identifier);
	int r = entry->arena.failed ? -ENOMEM
		: key->identifier.p ? read_client(c, entry)
				    : read_service(c, entry);
	if (r < 0)
		release(entry);
	else
		*ret = entry;
	return r;
}

static int get(struct call *c, const struct key *key, const struct definition **ret)
{
	struct definitions *all = c->server->definitions;
	struct definition_hold *hold = arena_alloc(&c->arena, sizeof *hold);
	if (!hold)
		return -ENOMEM;
	struct entry *entry = find(all, key);
	if (!entry) {
		int r = read_entry(c, key, &entry);
		if (r < 0)
			return r;
		keep(all, entry);
	}
	*hold = (struct definition_hold){entry, c->definitions};
	c->definitions = hold;
	*ret = &entry->is;
	return 0;
}

/* The generation is asked for before anything is read, so that nothing is kept as newer than it is.
 */
int definition_of_service(struct call *c, int64_t service_id, const struct definition **ret)
{
	struct key key = {store_generation(c->silo->store), service_id, STR_NONE};
	return get(c, &key, ret);
}

int definition_of_client(
	struct call *c, int64_t service_id, struct str identifier, const struct definition **ret)
{
	struct key key = {store_generation(c->silo->store), service_id, identifier};
	if (!identifier.p)
		key.identifier = STR("");
	return get(c, &key, ret);
}

void definitions_release(struct call *c)
{
	for (; c->definitions; c->definitions = c->definitions->next)
		release(c->definitions->entry);
}
