/* Services and clients as the engine reads them: the row and its members as trees. They are read
 * once and kept between calls, by all threads, until anything of the kind changes in their store.
 */
#ifndef OAUTH_DEFINITION_H
#define OAUTH_DEFINITION_H

#include "http/call.h"

/* Constant once made; it stays as long as the call that asked for it. */
struct definition {
	struct store_service service; /* of a service */
	struct store_client client;   /* of a client */
	const struct cJSON *document; /* the members callers set, with their defaults */
	const struct cJSON *extension;
};

/* Room for so many, of so many bytes together; NULL without memory. Calls work without it, and then
 * read each time. */
struct definitions *definitions_new(size_t max, size_t max_bytes);
void definitions_free(struct definitions *all);

/* -ENOENT: there is none; -ENOMEM. The client by its id or its alias. Not for a transaction's work:
 * what it has changed would be kept for others before it stands. */
int definition_of_service(struct call *c, int64_t service_id, const struct definition **ret);
int definition_of_client(
	struct call *c, int64_t service_id, struct str identifier, const struct definition **ret);
/* Gives back all that the call asked for. */
void definitions_release(struct call *c);

#endif
