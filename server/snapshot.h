/* Snapshots: images of a silo's data, by name, in memory. An image is a whole SQLite database with
 * the silo's clock and the place of its random sequence in it. */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include "core/arena.h"

struct silo;
struct snapshots;

struct snapshots *snapshots_make(void); /* NULL without memory */
void snapshots_free(struct snapshots *s);
size_t snapshots_bytes(struct snapshots *s);

bool snapshot_name_ok(struct str name); /* as a silo's; "seed" and "empty" are reserved */

/* Saves the silo's data as it is. -ENOSPC: there are too many. */
int snapshot_save(struct silo *silo, struct str name);
/* Keeps an image that came from outside, after checking all of it. -EBADMSG with *ret_why. */
int snapshot_upload(struct silo *silo, struct str name, struct str image, const char **ret_why);
/* A copy in the arena. -ENOENT. */
int snapshot_get(struct silo *silo, struct arena *a, struct str name, struct str *ret);
int snapshot_delete(struct silo *silo, struct str name); /* -ENOENT */
/* Puts the silo's data, clock and random place back, all or nothing. -ENOENT. */
int snapshot_restore(struct silo *silo, struct str name);

#endif
