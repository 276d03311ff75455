/* What one process consists of. */
#ifndef SERVER_H
#define SERVER_H

#include "config.h"
#include "silo.h"

#define VERSION_TEXT PROJECT_VERSION /* from meson.build */

struct definitions;
struct jwk_cache;
struct seed;
struct silos;

struct server {
	struct config config;   /* constant once serving */
	struct seed *seed;      /* what reset returns to */
	struct silo silo;       /* the default one */
	struct silos *silos;    /* the others; NULL in tests that need none */
	struct jwk_cache *keys; /* of all services and clients; NULL in tests that need none */
	struct definitions *definitions; /* that are kept, likewise */
	int64_t started_us;              /* monotonic, microseconds */
};

#endif
