/* The object Client of the API. */
#ifndef ENTITY_CLIENT_H
#define ENTITY_CLIENT_H

#include "entity/entity.h"
#include "store/store.h"

/* What no schema can say about a Client: rules across members, documents within strings. The first
 * that is broken in *ret, else ret->status 0. 0 or -ENOMEM. in has passed schema_client. */
int client_check(struct arena *a, const struct cJSON *in, struct entity_refusal *ret);
/* Sets alias, developer and document of *ret, and its extension where in has one, from a Client
 * that has passed both checks. fresh: it is being made, and a default depends on that
 * (tokenAuthMethod). The service tells which customMetadata are kept. 0 or -ENOMEM. */
int client_read(struct arena *a, const struct store_service *service, struct cJSON *in, bool fresh,
	struct store_client *ret);
/* The whole object, braces included, as client/get answers it; v2: as Authlete 2.x does. */
void client_write(struct arena *a, struct json_writer *w, const struct store_service *service,
	const struct store_client *client, bool v2);

#endif
