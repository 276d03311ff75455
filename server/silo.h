/* A silo is a private universe: its own data, time, journal, faults, snapshots and randomness. The
 * silo "default" is served without a prefix; any other is made on first use of /s/{name}/. */
#ifndef SILO_H
#define SILO_H

#include "core/clock.h"
#include "core/rand.h"
#include "store/store.h"

#define SILO_NAME_MAX 64

struct server;
struct journal;
struct faults;
struct snapshots;
struct coverage;

struct silo {
	char name[SILO_NAME_MAX + 1];
	struct store *store;
	struct clock clock;
	struct rand rand;            /* what identifiers are made of */
	struct journal *journal;     /* http/journal.h */
	struct faults *faults;       /* http/fault.h */
	struct snapshots *snapshots; /* snapshot.h */
	struct coverage *coverage;   /* http/coverage.h */

	/* of silos.c */
	int64_t created_at;       /* real time, milliseconds */
	_Atomic int64_t used_us;  /* last use, monotonic */
	_Atomic int64_t bytes;    /* as of the last look */
	_Atomic unsigned holders; /* calls under way, and one for being in the table */
	_Atomic bool dropped;
};

/* Everything but the data: parts are made, and the store is opened (path NULL: in memory). The silo
 * is all zeros before. 0, or a negative error with *ret_why as store_open gives it. */
int silo_open(struct silo *silo, const struct server *server, struct str name, const char *path,
	bool *ret_fresh, const char **ret_why);
/* Frees what silo_open made, not the struct itself. */
void silo_close(struct silo *silo);
/* Back to "seed" (or STR_NONE), "empty" or a snapshot: data in one transaction, then clock,
 * randomness, journal, faults and coverage. Snapshots stay. -ENOENT: there is none of that name. */
int silo_reset(struct silo *silo, const struct server *server, struct str to);
/* The same, for what is not data: after the data came from elsewhere. */
void silo_reset_parts(struct silo *silo, const struct server *server);
/* It is used now. */
void silo_touch(struct silo *silo);
/* Memory it takes, about; written to silo->bytes too. */
int64_t silo_measure(struct silo *silo);
bool silo_name_ok(struct str name); /* [A-Za-z0-9._-]{1,64} */

#endif
