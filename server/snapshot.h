/* Snapshots: images of a silo's data, by name, in memory. An image is a whole SQLite database with
 * the silo's clock and the place of its random sequence in it. */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include "core/arena.h"

#define SNAPSHOTS_MAX 100 /* per silo */

struct server;
struct silo;
struct snapshots;

/* Kept as long as somebody holds it. */
struct image {
	_Atomic unsigned holders;
	struct str bytes;
};
void image_release(struct image *image); /* NULL: nothing */

struct snapshots *snapshots_make(void); /* NULL without memory */
void snapshots_free(struct snapshots *s);
size_t snapshots_bytes(struct snapshots *s);

bool snapshot_name_ok(struct str name); /* as a silo's; "seed" and "empty" are reserved */

/* Saves the silo's data as it is. -ENOSPC: there are too many, or too large ones. */
int snapshot_save(struct server *server, struct silo *silo, struct str name);
/* Keeps an image that came from outside, after checking all of it. Also -EBADMSG with *ret_why. */
int snapshot_upload(struct server *server, struct silo *silo, struct str name, struct str given,
	const char **ret_why);
/* Held until image_release. -ENOENT. */
int snapshot_get(struct silo *silo, struct str name, struct image **ret);
int snapshot_delete(struct silo *silo, struct str name); /* -ENOENT */
/* Puts the silo's data, clock and random place back, all or nothing. -ENOENT. */
int snapshot_restore(struct silo *silo, struct str name);

struct snapshot_facts {
	struct str name;
	size_t bytes;
	int64_t created_at; /* real time */
};
/* All of them by name, in the arena. */
int snapshot_list(struct silo *silo, struct arena *a, struct snapshot_facts **ret, size_t *ret_n);

#endif
