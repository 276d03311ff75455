/* What control operations share. */
#ifndef ADMIN_CONTROL_H
#define ADMIN_CONTROL_H

#include "http/reply.h"

/* Sets c->service_id from the path, or refuses with 404 when there is no such service. */
int control_service(struct call *c);
int control_no_ticket(struct call *c); /* 404 */
void control_put_ticket(struct json_writer *w, const struct call *c, const struct ticket *t);

#endif
