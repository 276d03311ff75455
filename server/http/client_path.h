/* The client that a path names by its id or alias, {clientId} or {clientIdentifier}. */
#ifndef HTTP_CLIENT_PATH_H
#define HTTP_CLIENT_PATH_H

#include "entity/client.h"
#include "http/call.h"

struct str client_identifier(const struct call *c);

/* On 2.x paths some operations have codes of their own for what 3.0 calls A001212 and A001213. */
struct client_codes {
	const char *unknown, *foreign;
};
/* v2_codes NULL: they are the same. The client, or c->reply refuses: it is unknown, another
 * service's, or its alias must not be used. 0 or a negative error of the store. */
int client_of_path(struct call *c, const struct client_codes *v2_codes, struct store_client *ret);
/* Refuses because the service has no such client. */
int client_refuse_unknown(struct call *c, const struct client_codes *v2_codes);
/* The service of the call, or c->reply refuses because it went away meanwhile. */
int client_service(struct call *c, struct store_service *ret);
int client_refuse_service(struct call *c);
/* The body of a request that makes or changes one against the rules across members: c->reply
 * refuses, or nothing happens. */
int client_check_body(struct call *c);
/* The whole client, as the path's version shows it. */
int client_answer(struct call *c, int status, const struct store_service *service,
	const struct store_client *client);
/* resultCode, resultMessage, newClientSecret, oldClientSecret. */
int client_answer_secrets(struct call *c, const char *code, struct str secret, struct str old);
/* Lets the client of the path request these scopes only, or all with NULL, and answers by finish.
 */
int client_set_requestable(
	struct call *c, const struct cJSON *scopes, int (*finish)(struct call *c));
/* {"requestableScopes":[…]}. NULL, when the client may request all, is an empty list: without the
 * member the Python SDK fails, at a null the TypeScript SDK. */
int client_answer_requestable(struct call *c, const struct cJSON *scopes);

#endif
