/* What the operations about a user's grants to a client have in common. */
#ifndef HTTP_SUBJECT_H
#define HTTP_SUBJECT_H

#include "http/client_path.h"

/* The user that the call is about, where its variants have it: the body, the query, or the path. */
struct str call_subject(struct call *c);

#endif
