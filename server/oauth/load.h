/* From a call to what the engine decides on: the service, its clients. The only file of oauth/ that
 * knows calls and the store. */
#ifndef OAUTH_LOAD_H
#define OAUTH_LOAD_H

#include "http/call.h"
#include "oauth/client_auth.h"
#include "oauth/oauth.h"

/* The service of the call. 0, -ENOENT (deleted meanwhile), -ENOMEM. */
int oauth_open(struct call *c, struct oauth *ret);
/* A client of it by its id or alias. -ENOENT. */
int oauth_load_client(
	struct call *c, const struct oauth *o, struct str identifier, struct oauth_client *ret);
/* By the id that a row holds. -ENOENT. */
int oauth_load_client_id(
	struct call *c, const struct oauth *o, int64_t client_id, struct oauth_client *ret);
/* The members clientId, clientSecret, clientCertificate and clientCertificatePath of the call. */
struct client_credentials oauth_credentials(struct call *c);
/* The client that the request names, if it may be used; else *why says why not. It has proved
 * nothing yet. */
int oauth_find_client(struct call *c, const struct oauth *o, const struct client_auth_api *api,
	const struct params *p, const struct client_credentials *credentials,
	struct oauth_client *ret, struct refusal *why);
/* The reply for a refusal: its action, code, message, and responseContent where it has an error. */
int oauth_refuse(struct call *c, const struct oauth *o, const struct refusal *r);

#endif
