/* Who the client is, and whether it can prove it (RFC 6749 section 2.3, OpenID Connect Core section
 * 9, RFC 8705). What came by HTTP Basic and what came in the body are different channels: a client
 * must use the one that its method names.
 *
 * An operation calls oauth_find_client (load.h) and, after checks of its own, client_auth_check. */
#ifndef OAUTH_CLIENT_AUTH_H
#define OAUTH_CLIENT_AUTH_H

#include "oauth/oauth.h"
#include "oauth/params.h"

struct client_credentials {
	struct str client_id, client_secret;  /* members of the API call: they came by HTTP Basic */
	struct str certificate;               /* PEM, with or without line breaks; STR_NONE: none */
	const struct cJSON *certificate_path; /* a list of PEM, or NULL */
};

/* Why a client cannot be told, or may not be used. */
enum client_fault {
	CLIENT_ID_REPEATED,
	CLIENT_ID_EMPTY,
	CLIENT_ASSERTION_REPEATED,
	CLIENT_ASSERTION_UNPARSABLE,
	CLIENT_ASSERTION_WITHOUT_ISSUER,
	/* two of clientId (HTTP Basic), client_id, iss of the request object or of the assertion */
	CLIENT_BASIC_PARAM_DIFFER,
	CLIENT_OBJECT_PARAM_DIFFER,
	CLIENT_ASSERTION_PARAM_DIFFER,
	CLIENT_BASIC_OBJECT_DIFFER,
	CLIENT_BASIC_ASSERTION_DIFFER,
	CLIENT_OBJECT_ASSERTION_DIFFER,
	CLIENT_UNNAMED,
	CLIENT_UNKNOWN_ID,    /* all digits */
	CLIENT_UNKNOWN_ALIAS, /* anything else */
	CLIENT_UNKNOWN_ISSUER,
	CLIENT_ALIAS_OFF,
	CLIENT_LOCKED,
	CLIENT_FAULTS
};

/* How an API answers: its actions, and the codes where APIs differ. */
struct client_auth_api {
	const char *unauthenticated; /* action: "INVALID_CLIENT" or "UNAUTHORIZED" */
	const char *bad_request;     /* action */
	const char *fault;           /* action for what is the server's or caller's fault */
	const char *endpoint;        /* the service's setting: an audience of assertions */
	bool ids_in_request_object;  /* iss of a request object counts too */
	struct client_code {
		const char *code;
		bool client_unknown; /* "invalid_client" with unauthenticated; else
				      * "invalid_request" with bad_request */
	} codes[CLIENT_FAULTS];
};
extern const struct client_auth_api client_auth_backchannel, client_auth_token,
	client_auth_revocation, client_auth_device, client_auth_par;

/* What the request says about who sends it: API clientId, client_id, iss of the request object, iss
 * of the assertion, in this order. STR_NONE with *why set when it says nothing or contradicts
 * itself. */
int client_auth_identify(const struct oauth *o, const struct client_auth_api *api,
	const struct params *p, const struct client_credentials *credentials,
	struct str *ret_identifier, struct refusal *why);
/* The refusal of such an identifier. */
int client_auth_refuse(const struct oauth *o, const struct client_auth_api *api,
	enum client_fault fault, struct str identifier, struct refusal *why);
/* Whether the client may be used under that name at all: not locked, its alias not off. */
int client_auth_usable(const struct oauth *o, const struct client_auth_api *api,
	const struct oauth_client *client, struct str identifier, struct refusal *why);
/* Whether the client proves to be what it is by the method it is registered with. Sets
 * client->auth_method, and what FAPI asks about an assertion. */
int client_auth_check(const struct oauth *o, const struct client_auth_api *api,
	const struct params *p, const struct client_credentials *credentials,
	struct oauth_client *client, struct refusal *why);

bool client_is_public(const struct oauth_client *client);

#endif
