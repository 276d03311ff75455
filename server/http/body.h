/* From the bytes of a body or query to a checked tree. */
#ifndef HTTP_BODY_H
#define HTTP_BODY_H

#include "http/call.h"

/* Refuses a media type that the operation does not take, if one was declared. */
int body_check_type(struct call *c);
/* How large the operation's body may be, in bytes. */
size_t body_limit(const struct call *c);
/* Refuses a body over --max-body. */
int body_refuse_size(struct call *c);
/* Sets c->in and c->in_query, or c->reply to the refusal. 0 or a negative errno. */
int body_read(struct call *c);

/* The violations as one sentence each, for a message. */
void body_describe(struct buf *out, const struct schema_report *report);

/* "a=1&b=2" (application/x-www-form-urlencoded, WHATWG URL section 5.1) as an object of strings. A
 * name that comes twice, a broken escape or bytes that are no UTF-8: -EINVAL and a fault. */
int form_parse(struct arena *a, struct str text, struct cJSON **ret, struct json_fault *ret_fault);

#endif
