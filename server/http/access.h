/* Who is calling, and whether they may. */
#ifndef HTTP_ACCESS_H
#define HTTP_ACCESS_H

#include "http/call.h"

/* For an operation of a service: reads the Authorization header (RFC 9110 section 11.6.2), finds
 * the service the call is for, and checks the right. Sets c->service_id, or c->reply to the
 * refusal. 0, or a negative error of the store. */
int access_check(struct call *c);
/* For a control operation: the token of --admin-token, if there is one. */
int access_check_control(struct call *c);

#endif
