/* Resource indicators (RFC 8707): absolute URIs without a fragment. */
#ifndef OAUTH_RESOURCE_H
#define OAUTH_RESOURCE_H

#include "oauth/oauth.h"
#include "oauth/params.h"

/* All parameters "resource" as a list of strings, NULL when there is none. *why: code, error and
 * message (A251306 to A251308); the action is the caller's to set. */
int resource_of_params(const struct oauth *o, const struct params *p, const struct cJSON **ret,
	struct refusal *why);
/* The same of a request object's claim "resource" (may be NULL): A251301 to A251305, A251309 to
 * A251311. */
int resource_of_object(const struct oauth *o, const struct cJSON *claim, const struct cJSON **ret,
	struct refusal *why);

#endif
