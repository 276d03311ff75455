/* What a token may do: Authlete's access rights as bits. The bits stand in databases, so a right
 * never changes its place. */
#ifndef HTTP_RIGHTS_H
#define HTTP_RIGHTS_H

#include "core/str.h"

#define RIGHTS_ALL UINT32_MAX

/* The right of that name ("USE_SERVICE", any case) and all that it includes; 0 when unknown. */
uint32_t rights_of(struct str name);
/* The bit of that right alone, all bits for ADMIN; 0 when unknown. */
uint32_t right_bit(struct str name);
/* Whether who holds these rights may do what needs the right of that name. ADMIN needs all. */
bool rights_allow(uint32_t held, struct str name);

#endif
