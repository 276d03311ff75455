/* Signed authentication requests (CIBA Core 1.0 section 7.1.1): the parameter "request".
 *
 * request_object_read, then the client of its issuer (none: A167307), then request_object_verify,
 * then request_object_params, whose parameters take the place of the request's own; those for
 * client authentication stay outside. All refusals are BAD_REQUEST, invalid_request. */
#ifndef OAUTH_REQUEST_OBJECT_H
#define OAUTH_REQUEST_OBJECT_H

#include "jose/jws.h"
#include "oauth/oauth.h"
#include "oauth/params.h"

struct request_object {
	struct jws jws;
	const struct cJSON *claims;
	struct str issuer;  /* the client */
	struct str context; /* request_context as JSON text, or STR_NONE */
	int64_t lifetime;   /* seconds from nbf to exp; set by verify */
	const char *alg;    /* "ES256"; set by verify */
};

/* What can be said before anything is verified: A167301 to A167306. p has the parameter once. */
int request_object_read(const struct oauth *o, const struct params *p, struct request_object *ret,
	struct refusal *why);
/* Signature and claims: A167308 to A167326. */
int request_object_verify(const struct oauth *o, const struct oauth_client *client,
	struct request_object *object, struct refusal *why);
/* Its claims as parameters: texts as they are, lists of resource one by one, all else as JSON. */
int request_object_params(
	const struct oauth *o, const struct request_object *object, struct params *ret);

#endif
