/* What the operations about a user's grants to a client have in common. */
#ifndef HTTP_SUBJECT_H
#define HTTP_SUBJECT_H

#include "http/client_path.h"

/* Where a call's variants have it: a member of the body, the query, or the path. */
const struct cJSON *call_member(struct call *c, const char *name);
/* The user that the call is about. */
struct str call_subject(struct call *c);

#endif
