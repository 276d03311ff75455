/* What control operations share. */
#ifndef ADMIN_CONTROL_H
#define ADMIN_CONTROL_H

#include "http/reply.h"

/* Sets c->service_id from the path, or refuses with 404 when there is no such service. */
int control_service(struct call *c);
int control_no_ticket(struct call *c); /* 404 */
void control_put_ticket(struct json_writer *w, const struct call *c, const struct ticket *t);

int control_no_snapshot(struct call *c, struct str name); /* 404 */
/* The snapshot's name from the path. With reserved_too "seed" and "empty" are fine; else refuses
 * with 400. */
int control_snapshot(struct call *c, bool reserved_too, struct str *ret);
int control_answer_clock(struct call *c); /* as it is now */

#endif
