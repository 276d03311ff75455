/* What FAPI (Financial-grade API Security Profile 1.0, and its CIBA profile) adds. It applies where
 * the service supports FAPI and one of the scopes is marked for it: by the attribute fapi with r
 * (read-only) or rw (read and write). */
#ifndef OAUTH_FAPI_H
#define OAUTH_FAPI_H

#include "oauth/client_auth.h"
#include "oauth/scope.h"

enum fapi { FAPI_NONE, FAPI_READ, FAPI_WRITE };

enum fapi fapi_level(const struct oauth *o, const struct scopes *scopes);
/* Part 2 section 5.2.2-14: "PRIVATE_KEY_JWT" or mutual TLS. name may be NULL: none. */
bool fapi_allows_method(const char *name);
/* Part 2 section 8.6: "PS256", "ES256". */
bool fapi_allows_alg(const char *name);

/* Whether the client may be the one to use such scopes, by how it has authenticated; *why: A152301,
 * A152302, with the action that api has for clients that fail to authenticate. */
int fapi_check_client(const struct oauth *o, const struct client_auth_api *api,
	const struct oauth_client *client, const struct scopes *scopes, struct refusal *why);
/* Whether its settings let it have tokens for such scopes; *why: A152304 and A152306, where an ID
 * token is to be made, and A152305. */
int fapi_check_tokens(const struct oauth *o, const struct oauth_client *client,
	const struct scopes *scopes, bool with_id_token, struct refusal *why);

#endif
