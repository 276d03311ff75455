/* Hides secrets in what the journal shows: of each value that could be one, the first four
 * characters and "…" are left; of one of eight characters or fewer "…" alone. */
#ifndef HTTP_MASK_H
#define HTTP_MASK_H

#include "core/buf.h"

/* A body: JSON or a form, judged by its first byte. It may be cut short or broken anywhere, and
 * need not be UTF-8; the result is. STR_NONE without memory. */
struct str mask_text(struct arena *a, struct str text);
/* A result message: what came for a member that is secret. */
struct str mask_message(struct arena *a, struct str text);
/* Whether members, parameters and headers of that name are. */
bool mask_is_secret(struct str name);
/* A request target: long segments of the path, and the query. */
struct str mask_target(struct arena *a, struct str target);
/* With U+FFFD in place of what is no UTF-8. */
struct str mask_nothing(struct arena *a, struct str text);

#endif
