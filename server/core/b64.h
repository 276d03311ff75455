/* Base64 (RFC 4648): strict decoding; base64url both ways. */
#ifndef CORE_B64_H
#define CORE_B64_H

#include "core/arena.h"

/* Standard alphabet (section 4), padding demanded. out holds at least s.n / 4 * 3 bytes. Returns
 * the length, or -1 when s is not the one canonical encoding of some bytes. */
ptrdiff_t b64_decode(struct str s, unsigned char *out);

/* URL alphabet (section 5), no padding. out holds at least s.n / 4 * 3 + 2 bytes. Returns the
 * length, or -1 when s is not the one canonical encoding of some bytes (RFC 7515 section 2). */
ptrdiff_t b64url_decode(struct str s, unsigned char *out);

/* URL alphabet (section 5) without padding; out holds at least (n * 4 + 2) / 3 bytes, which is
 * also what is returned. */
size_t b64url_encode(const unsigned char *bytes, size_t n, char *out);

#endif
