/* Access tokens as JWTs (RFC 9068): their jti is the opaque token, by which everything is looked
 * up. The signature is not looked at: whoever knows the jti has the token. */
#ifndef OAUTH_ACCESS_JWT_H
#define OAUTH_ACCESS_JWT_H

#include "core/arena.h"

enum access_jwt {
	ACCESS_JWT,            /* *ret is its jti */
	ACCESS_JWT_OPAQUE,     /* it has not the form of a JWT */
	ACCESS_JWT_UNREADABLE, /* it has, but there is no jti to be read */
	ACCESS_JWT_EMPTY_ID,   /* the jti is null or empty */
	ACCESS_JWT_UNSIGNED,   /* it is encrypted, unsigned, or signed with a shared secret */
};

/* -ENOMEM, or one of enum access_jwt. *ret lives in the arena. */
int access_jwt_read(struct arena *a, struct str token, struct str *ret);

#endif
