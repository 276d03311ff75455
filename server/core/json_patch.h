/* JSON Patch (RFC 6902). */
#ifndef CORE_JSON_PATCH_H
#define CORE_JSON_PATCH_H

#include "core/json.h"

#define JSON_PATCH_VALUES_MAX 20000 /* of the document on the way: copies of copies grow fast */

/* Applies the patch to *document, which it changes or replaces, all of it or up to the operation
 * that cannot be: -EINVAL, with a sentence in *ret_why (in the arena or static) that names that
 * operation. -ENOMEM. */
int json_patch(
	struct arena *a, struct cJSON **document, const struct cJSON *patch, const char **ret_why);

#endif
