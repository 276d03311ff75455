/* What rules about members need to know of a URI (RFC 3986). */
#ifndef ENTITY_URI_H
#define ENTITY_URI_H

#include "core/str.h"

struct uri {
	struct str scheme; /* STR_NONE: the reference is relative */
	struct str host;   /* as it is written; n 0: none */
	bool fragment;     /* there is a # */
};
/* False when it holds a character no URI has, a broken escape or a second #. */
bool uri_read(struct str text, struct uri *ret);

#endif
