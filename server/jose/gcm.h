/* AES in Galois/Counter Mode, for content and for keys. Private to server/jose/. */
#ifndef JOSE_GCM_H
#define JOSE_GCM_H

#include "jose/crypto.h"

#define GCM_IV 12
#define GCM_TAG 16

/* As many bytes at out as plain has. */
int gcm_seal(enum crypto_aes aes, struct str key, const unsigned char iv[GCM_IV], struct str aad,
	struct str plain, unsigned char *out, unsigned char tag[GCM_TAG]);
/* As many bytes at out as text has; -EBADMSG. */
int gcm_open(enum crypto_aes aes, struct str key, const unsigned char iv[GCM_IV], struct str aad,
	struct str text, const unsigned char tag[GCM_TAG], unsigned char *out);

#endif
