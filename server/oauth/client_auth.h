/* Who the client is, and whether it can prove it (RFC 6749 section 2.3, OpenID Connect Core section
 * 9, RFC 8705). What came by HTTP Basic and what came in the body are different channels: a client
 * must use the one that its method names. */
#ifndef OAUTH_CLIENT_AUTH_H
#define OAUTH_CLIENT_AUTH_H

#include "oauth/oauth.h"
#include "oauth/params.h"

struct client_credentials {
	struct str client_id, client_secret;  /* members of the API call: they came by HTTP Basic */
	struct str certificate;               /* PEM, with or without line breaks; STR_NONE: none */
	const struct cJSON *certificate_path; /* a list of PEM, or NULL */
};

/* How an API answers: its actions, and the codes where APIs differ. */
struct client_auth_api {
	const char *unauthenticated; /* action: "INVALID_CLIENT" or "UNAUTHORIZED" */
	const char *bad_request;     /* action */
	const char *fault;           /* action for what is the server's or caller's fault */
	/* the codes of identification */
	const char *assertion_unparsable, *assertion_without_issuer, *ids_differ, *no_client_id,
		*unknown_client, *locked_client;
	bool ids_in_request_object; /* client_id of a request object and iss of it count too */
};
extern const struct client_auth_api client_auth_backchannel, client_auth_token,
	client_auth_revocation, client_auth_device, client_auth_par;

/* What the request says about who sends it: API clientId, client_id, the assertion's iss. STR_NONE
 * with *why set when it says nothing or contradicts itself. */
int client_auth_identify(const struct oauth *o, const struct client_auth_api *api,
	const struct params *p, const struct client_credentials *credentials,
	struct str *ret_identifier, struct refusal *why);
/* Whether the client proves to be what it is by the method it is registered with. Sets
 * client->auth_method. */
int client_auth_check(const struct oauth *o, const struct client_auth_api *api,
	const struct params *p, const struct client_credentials *credentials,
	struct oauth_client *client, struct refusal *why);

#endif
