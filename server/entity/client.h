/* The object Client of the API. */
#ifndef ENTITY_CLIENT_H
#define ENTITY_CLIENT_H

#include "entity/entity.h"
#include "store/store.h"

/* What no schema can say about a Client: rules across members, documents within strings. The first
 * that is broken in *ret, else ret->status 0. 0 or -ENOMEM. in has passed schema_client. */
int client_check(struct arena *a, const struct cJSON *in, struct entity_refusal *ret);
/* Sets alias with its flag, developer and document of *ret, and its extension where in has one,
 * from a Client that has passed both checks; what has a place of its own is taken out of in. fresh:
 * it is being made, and a default depends on that (tokenAuthMethod). The service tells which
 * customMetadata are kept. 0 or -ENOMEM. */
int client_read(struct arena *a, const struct store_service *service, struct cJSON *in, bool fresh,
	struct store_client *ret);
/* The whole object, braces included, as client/get answers it; v2: as Authlete 2.x does. */
void client_write(struct arena *a, struct json_writer *w, const struct store_service *service,
	const struct store_client *client, bool v2);
/* The few members of it that lists about other things show. 0 or -ENOMEM. */
int client_write_limited(
	struct arena *a, struct json_writer *w, const struct store_client *client, bool v2);

/* The scopes of a row's extension that the client may request: *ret NULL when it may request all. 0
 * or -ENOMEM. */
int client_requestable(struct arena *a, struct str extension, struct cJSON **ret);
/* The extension with these scopes instead; NULL: all. Likewise. */
int client_restrict(
	struct arena *a, struct str extension, const struct cJSON *scopes, struct str *ret);
/* The host that pairwise subjects are made for: that of sectorIdentifierUri, else the only one of
 * redirectUris. n 0: there is none, or *ret_several. */
struct str client_sector(struct arena *a, const struct cJSON *in, bool *ret_several);

#endif
