/* Inside mkops: the parts of the OpenAPI document. */
#ifndef SCHEMA_OPENAPI_H
#define SCHEMA_OPENAPI_H

#include "schema/mkops.h"

struct document {
	struct mkops *m;
	struct json_writer *w;
	bool failed; /* mkops_fail has said why */
};

/* A member's name; the writer's own want plain ASCII. */
void openapi_name(struct document *d, struct str name);
/* {"$ref":"#/components/<kind>/<name>"} */
void openapi_ref(struct document *d, const char *kind, const char *name);

/* "components": the schemas of all operations and common files, the replies that many share, and
 * the security schemes. A schema of an operation is "<symbol>.request" and so on; that of
 * common/x.json is "x", one of its definitions "x.name". */
void openapi_components(struct document *d);
struct str openapi_component(struct document *d, const char *symbol, const char *part);

#endif
