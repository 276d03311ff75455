/* What a protected resource answers in WWW-Authenticate (RFC 6750 section 3, RFC 9449 section 7.1).
 */
#ifndef OAUTH_CHALLENGE_H
#define OAUTH_CHALLENGE_H

#include "oauth/oauth.h"

/* Bearer error="E",error_description="[code] message",error_uri="…"[,further][,algs="…"]; for
 * tokens that are bound to a key the scheme is DPoP. further: name="value", or STR_NONE. STR_NONE
 * without memory. */
struct str challenge_content(
	const struct oauth *o, const struct refusal *why, struct str further, bool dpop);
/* For errors of the resource's own. */
struct str challenge_template(const struct oauth *o, bool dpop);
/* name="a b", without the characters that would end it. */
struct str challenge_words(struct arena *a, const char *name, const struct str *words, size_t n);

#endif
