/* From method and path to an operation. */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include "op.h"

struct route_match {
	const struct op *op;
	const struct op_route *route;
	struct str params[4];     /* decoded, in the order of the pattern */
	bool service_segment_bad; /* nothing found, and the segment after /api/ is no service id */
	bool control;             /* it is a control operation's path, whatever the method */
	unsigned methods; /* what the path knows, as bits 1 << enum op_method; 0: no such path */
};

/* Builds the tree of ops[]. 0 or -ENOMEM. Called once, before any find. */
int route_init(void);
void route_release(void);

/* path is still percent-encoded and has no query. Slashes at its end are ignored. HEAD finds what
 * GET does. ret->op is NULL when nothing is served there by that method. 0 or -ENOMEM. */
int route_find(struct arena *a, struct str method, struct str path, struct route_match *ret);

extern const char *const op_method_names[OP_METHODS];

#endif
