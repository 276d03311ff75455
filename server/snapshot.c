#include "snapshot.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "silos.h"

struct snapshot {
	char name[SILO_NAME_MAX + 1];
	int64_t created_at;
	struct image *image;
	struct snapshot *next;
};

struct snapshots {
	pthread_mutex_t lock;
	struct snapshot *first; /* by name */
	size_t n, bytes;
};

void image_release(struct image *image)
{
	if (!image || atomic_fetch_sub(&image->holders, 1) != 1)
		return;
	store_image_free(image->bytes);
	free(image);
}

struct snapshots *snapshots_make(void)
{
	struct snapshots *s = calloc(1, sizeof *s);
	if (s)
		pthread_mutex_init(&s->lock, NULL);
	return s;
}

void snapshots_free(struct snapshots *s)
{
	if (!s)
		return;
	while (s->first) {
		struct snapshot *gone = s->first;
		s->first = gone->next;
		image_release(gone->image);
		free(gone);
	}
	pthread_mutex_destroy(&s->lock);
	free(s);
}

size_t snapshots_bytes(struct snapshots *s)
{
	pthread_mutex_lock(&s->lock);
	size_t bytes = s->bytes;
	pthread_mutex_unlock(&s->lock);
	return bytes;
}

bool snapshot_name_ok(struct str name)
{
	return silo_name_ok(name) && !str_eq(name, STR("seed")) && !str_eq(name, STR("empty"));
}

/* With the lock held: where the link to it is, or would be. */
static struct snapshot **find(struct snapshots *s, struct str name, bool *ret_found)
{
	struct snapshot **at = &s->first;
	int order = 1;
	while (*at && (order = str_cmp(str_of((*at)->name), name)) < 0)
		at = &(*at)->next;
	*ret_found = *at && order == 0;
	return at;
}

/* Puts the fresh snapshot in its place. Gives what is to be freed: the one of that name before, or
 * itself when there are too many. */
static struct snapshot *insert(struct snapshots *s, struct snapshot *fresh)
{
	bool found;
	struct snapshot *old = NULL;
	pthread_mutex_lock(&s->lock);
	struct snapshot **at = find(s, str_of(fresh->name), &found);
	if (!found && s->n == SNAPSHOTS_MAX) {
		pthread_mutex_unlock(&s->lock);
		return fresh;
	}
	if (found) {
		old = *at;
		*at = old->next;
		s->n--;
		s->bytes -= old->image->bytes.n;
	}
	fresh->next = *at;
	*at = fresh;
	s->n++;
	s->bytes += fresh->image->bytes.n;
	pthread_mutex_unlock(&s->lock);
	return old;
}

/* The bytes are the snapshot's from here on, whatever happens. */
static int keep(struct server *server, struct silo *silo, struct str name, struct str bytes)
{
	struct snapshot *snapshot = calloc(1, sizeof *snapshot);
	struct image *image = calloc(1, sizeof *image);
	int r = -ENOMEM;
	if (snapshot && image)
		r = silos_have_room(server, silo, (int64_t)bytes.n) ? 0 : -ENOSPC;
	if (r < 0) {
		free(snapshot);
		free(image);
		store_image_free(bytes);
		return r;
	}
	*image = (struct image){.holders = 1, .bytes = bytes};
	snapshot->image = image;
	snapshot->created_at = clock_now(NULL);
	memcpy(snapshot->name, name.p, name.n);
	struct snapshot *spare = insert(silo->snapshots, snapshot);
	r = spare == snapshot ? -ENOSPC : 0;
	if (spare)
		image_release(spare->image);
	free(spare);
	silos_measure(server, silo);
	return r;
}

int snapshot_save(struct server *server, struct silo *silo, struct str name)
{
	struct str bytes;
	int r = store_save(silo->store, &silo->clock, &silo->rand, &bytes);
	return r < 0 ? r : keep(server, silo, name, bytes);
}

int snapshot_upload(struct server *server, struct silo *silo, struct str name, struct str given,
	const char **ret_why)
{
	struct str bytes;
	int r = store_import(given, &bytes, ret_why);
	return r < 0 ? r : keep(server, silo, name, bytes);
}

int snapshot_get(struct silo *silo, struct str name, struct image **ret)
{
	bool found;
	struct snapshots *s = silo->snapshots;
	pthread_mutex_lock(&s->lock);
	const struct snapshot *snapshot = *find(s, name, &found);
	if (found) {
		atomic_fetch_add(&snapshot->image->holders, 1);
		*ret = snapshot->image;
	}
	pthread_mutex_unlock(&s->lock);
	return found ? 0 : -ENOENT;
}

int snapshot_delete(struct silo *silo, struct str name)
{
	bool found;
	struct snapshots *s = silo->snapshots;
	struct snapshot *gone = NULL;
	pthread_mutex_lock(&s->lock);
	struct snapshot **at = find(s, name, &found);
	if (found) {
		gone = *at;
		*at = gone->next;
		s->n--;
		s->bytes -= gone->image->bytes.n;
	}
	pthread_mutex_unlock(&s->lock);
	if (!gone)
		return -ENOENT;
	image_release(gone->image);
	free(gone);
	return 0;
}

int snapshot_restore(struct silo *silo, struct str name)
{
	struct image *image;
	int r = snapshot_get(silo, name, &image);
	if (r < 0)
		return r;
	r = store_restore(silo->store, image->bytes, &silo->clock, &silo->rand);
	image_release(image);
	return r;
}

int snapshot_list(struct silo *silo, struct arena *a, struct snapshot_facts **ret, size_t *ret_n)
{
	/* no memory is asked for while the lock is held */
	struct snapshot_facts *facts = arena_alloc(a, SNAPSHOTS_MAX * sizeof *facts);
	char(*names)[SILO_NAME_MAX + 1] = arena_alloc(a, SNAPSHOTS_MAX * sizeof *names);
	struct snapshots *s = silo->snapshots;
	size_t n = 0;
	if (!facts || !names)
		return -ENOMEM;
	pthread_mutex_lock(&s->lock);
	for (const struct snapshot *at = s->first; at; at = at->next, n++) {
		memcpy(names[n], at->name, sizeof at->name);
		facts[n] = (struct snapshot_facts){
			str_of(names[n]), at->image->bytes.n, at->created_at};
	}
	pthread_mutex_unlock(&s->lock);
	*ret = facts;
	*ret_n = n;
	return 0;
}
