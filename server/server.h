/* What one process and one silo consist of. */
#ifndef SERVER_H
#define SERVER_H

#include "config.h"
#include "core/clock.h"
#include "store/store.h"

#define VERSION_TEXT PROJECT_VERSION /* from meson.build */

struct seed;

/* A private universe: its own data and its own time. */
struct silo {
	struct store *store;
	struct clock clock;
};

struct server {
	struct config config; /* constant once serving */
	struct seed *seed;    /* what reset returns to */
	struct silo silo;     /* the default one */
	int64_t started_us;   /* monotonic, microseconds */
};

#endif
