/* What a service says of itself at the well-known paths: OpenID Connect Discovery 1.0 section 3,
 * RFC 8414 section 2 and what extends them. */
#ifndef OAUTH_METADATA_H
#define OAUTH_METADATA_H

#include "oauth/oauth.h"

/* The document as JSON. 0 or -ENOMEM. */
int metadata_make(const struct oauth *o, struct str *ret);

#endif
