/* What services and clients have in common: the way between the JSON that callers send, the
 * documents the store keeps, and the JSON they get. Which members there are, of which types and
 * with which defaults, stands in schema/common, not here. */
#ifndef ENTITY_ENTITY_H
#define ENTITY_ENTITY_H

#include "core/arena.h"

struct cJSON;
struct json_writer;
struct schema;

/* Why an object is refused although its schema has nothing against it. */
struct entity_refusal {
	int status;         /* HTTP; 0: it is not refused */
	const char *code;   /* "A032215" */
	struct str message; /* ours, without the code; in the arena or static */
};

/* Milliseconds, of whole seconds, as the API shows times of services and clients. */
int64_t entity_time(int64_t now);
/* The members that the schema keeps of the object, with its defaults, without the braces. STR_NONE
 * without memory. The object may be NULL: the defaults alone. */
struct str entity_document(struct arena *a, const struct schema *s, const struct cJSON *object);

#endif
