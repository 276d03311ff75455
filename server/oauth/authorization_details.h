/* Rich authorization requests (RFC 9396). On the wire they are a list of objects; in Authlete's API
 * {"elements": […]}, where members that the standard does not name stand as JSON text in
 * "otherFields". */
#ifndef OAUTH_AUTHORIZATION_DETAILS_H
#define OAUTH_AUTHORIZATION_DETAILS_H

#include "oauth/oauth.h"

/* The parameter as the API has it. *why: code (A249301 to A249306), error and message; the action
 * is the caller's to set. */
int authorization_details_read(const struct oauth *o, const struct oauth_client *client,
	struct str text, const struct cJSON **ret, struct refusal *why);
/* The other way: the list for clients. details may be NULL: then nothing is written. */
int authorization_details_put(const struct oauth *o, struct json_writer *w, const char *name,
	const struct cJSON *details);

#endif
