/* The table of silos. Looking one up takes no lock: see silos.c. */
#ifndef SILOS_H
#define SILOS_H

#include "server.h"

/* 0 or -ENOMEM. The default silo, server->silo, is open already. */
int silos_start(struct server *server);
void silos_stop(struct server *server);

/* The silo of that name, held until silo_release; made from the seed when there is none. -EINVAL: a
 * name that cannot be; -ENOSPC: --max-silos or --max-memory is reached; or an error of the store.
 */
int silo_take(struct server *server, struct str name, struct silo **ret);
/* The same, but NULL when there is none. */
struct silo *silo_find(struct server *server, struct str name);
void silo_release(struct silo *silo);

/* Takes it out of the table; its memory goes when the last call that holds it ends. -ENOENT. */
int silo_drop(struct server *server, struct str name);
/* --max-memory is reached: what makes a silo larger is refused. */
bool silos_full(const struct server *server);
/* So many more bytes in that silo do not pass --max-memory; the default one is not counted. */
bool silos_have_room(const struct server *server, const struct silo *silo, int64_t bytes);
/* Counts what the silo takes now, rather than at the next sweep. */
void silos_measure(struct server *server, struct silo *silo);
/* Once a second: drops what --silo-ttl says, and measures the rest. */
void silos_sweep(struct server *server);

/* Calls visit with each silo, the default one first, then by name. No silo is made or dropped
 * meanwhile, so visit had better be short. */
void silos_each(struct server *server, void (*visit)(struct silo *silo, void *arg), void *arg);

#endif
