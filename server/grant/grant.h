/* The grants of the token endpoint, one file each. */
#ifndef GRANT_GRANT_H
#define GRANT_GRANT_H

#include "http/call.h"
#include "oauth/params.h"
#include "oauth/token.h"

/* A token request whose client is known and may use the grant. */
struct grant_request {
	struct call *c;
	struct oauth o;
	struct params params;
	struct oauth_client client;
	const struct cJSON *properties;                     /* those of the call, or NULL */
	struct str dpop_thumbprint, certificate_thumbprint; /* STR_NONE: none was shown */
};

/* Each answers, or sets *why: then the token endpoint refuses. */
int grant_ciba(struct grant_request *g, struct refusal *why);
int grant_refresh(struct grant_request *g, struct refusal *why);
/* Fills in g->client, which the request does not name, by the refresh token that it has; *why:
 * A244314. -ENOENT: that does not tell it either. */
int grant_refresh_client(struct grant_request *g, struct refusal *why);

/* --- what they share (grant.c) --- */

/* "BAD_REQUEST" with error and message. */
int grant_refuse(struct grant_request *g, struct refusal *why, const char *code, const char *error,
	const char *message);
/* "INTERNAL_SERVER_ERROR" with server_error. */
int grant_fault(
	struct grant_request *g, struct refusal *why, const char *code, const char *message);
/* The codes by which a grant says what is wrong with a parameter. */
struct grant_codes {
	const char *absent, *empty, *repeated;
};
/* The only value of a parameter that must be there; or *why. */
int grant_parameter(struct grant_request *g, const char *name, const struct grant_codes *codes,
	struct str *ret, struct refusal *why);
/* The request's members accessToken, accessTokenDuration, … and what was shown, over what the grant
 * has of its own. */
int grant_take_members(struct grant_request *g, struct token_grant *grant);
/* What the parameters "resource" ask for (RFC 8707 section 2.2): the access token is for those, if
 * they are among what was granted. */
int grant_take_resources(struct grant_request *g, struct token_grant *grant, struct refusal *why);
/* Whether FAPI lets this client have tokens for these scopes in this way. */
int grant_check_fapi(struct grant_request *g, const struct scopes *scopes, bool with_id_token,
	struct refusal *why);
/* Makes the tokens. Where they cannot be made, *why has what JSON they cannot be made for: no_jwt
 * is the grant's code for a JWT access token, too_big for too many properties. */
int grant_make(struct grant_request *g, const struct token_grant *grant, const char *no_jwt,
	const char *too_big, struct token_issued *ret, struct refusal *why);
/* The reply with the tokens; call it before anything is stored. */
int grant_answer(struct grant_request *g, const char *action, const char *code, const char *message,
	const struct token_grant *grant, const struct token_issued *t, bool previous_used);

#endif
