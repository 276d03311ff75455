/* Hashes (FIPS 180-4) by their length, as JOSE's algorithms name them. */
#ifndef JOSE_DIGEST_H
#define JOSE_DIGEST_H

#include "jose/jose.h"

#define DIGEST_MAX 64

/* SHA-256, SHA-384 or SHA-512 by their bits. 0, -EINVAL for other bits, -ENOMEM, -EIO. */
int digest(unsigned bits, struct str s, unsigned char ret[DIGEST_MAX]);
/* The bits of the hash that a signature algorithm uses; what EdDSA is used with where a hash of its
 * own is wanted: 512. */
unsigned digest_bits(enum jose_alg alg);

#endif
