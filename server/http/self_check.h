/* --self-check: each reply is held against its schema file before it goes out. */
#ifndef HTTP_SELF_CHECK_H
#define HTTP_SELF_CHECK_H

#include "http/call.h"

/* Replaces a reply that breaks its contract by a 500 which names the place. What a fault made up is
 * let by. 0 or -ENOMEM. */
int self_check(struct call *c);

#endif
