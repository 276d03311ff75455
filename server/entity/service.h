/* The object Service of the API. */
#ifndef ENTITY_SERVICE_H
#define ENTITY_SERVICE_H

#include "entity/entity.h"
#include "store/store.h"

/* What no schema can say about a Service: rules across members, documents within strings. The first
 * that is broken in *ret, else ret->status 0. 0 or -ENOMEM. in has passed schema_service. */
int service_check(struct arena *a, const struct cJSON *in, struct entity_refusal *ret);
/* The document of a Service that has passed both checks, in the order the API gives it back (scopes
 * by name). in is changed. STR_NONE without memory. */
struct str service_document(struct arena *a, struct cJSON *in);
/* The whole object, braces included, as service/get answers it. A row whose document is "" has the
 * defaults. */
void service_write(struct arena *a, struct json_writer *w, const struct store_service *service);

#endif
