/* What a token is bound to: a client certificate (RFC 8705 section 3) or a key (RFC 9449). */
#ifndef OAUTH_BINDING_H
#define OAUTH_BINDING_H

#include "core/arena.h"

/* Base64url of the SHA-256 of a certificate's DER, from PEM with or without line breaks. 0, -EINVAL
 * when it is no certificate in PEM, -ENOMEM. */
int certificate_thumbprint(struct arena *a, struct str pem, struct str *ret);

#endif
