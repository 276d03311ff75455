/* ID tokens that a client gives as a hint of the user it means (CIBA Core 1.0 section 7.1): A175301
 * to A175310, all BAD_REQUEST, invalid_request. It may have expired. */
#ifndef OAUTH_ID_TOKEN_HINT_H
#define OAUTH_ID_TOKEN_HINT_H

#include "oauth/oauth.h"

/* *ret_sub: whom it is about. */
int id_token_hint_check(const struct oauth *o, const struct oauth_client *client, struct str hint,
	struct str *ret_sub, struct refusal *why);

#endif
