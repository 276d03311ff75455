/* The URL by which others reach the server. */
#ifndef ADDRESS_H
#define ADDRESS_H

#include "config.h"

/* http://HOST:PORT, NUL-terminated, in the arena. An address that means all of this machine's is
 * 127.0.0.1 there; an IPv6 address stands in brackets (RFC 3986 section 3.2.2). STR_NONE without
 * memory. */
struct str address_url(struct arena *a, const struct config *config, int port);

/* Whether it is http://HOST… or https://HOST…, of visible ASCII, without a query. */
bool address_is_url(const char *text);

#endif
