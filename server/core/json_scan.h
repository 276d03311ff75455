/* The strict look at a JSON text before cJSON builds a tree of it. */
#ifndef CORE_JSON_SCAN_H
#define CORE_JSON_SCAN_H

#include "core/json.h"

/* True when text is one document as json_parse wants it, duplicates apart. *ret_zeros counts the
 * escapes of U+0000. */
bool json_scan(struct str text, size_t *ret_zeros, struct json_fault *ret_fault);
/* A copy of a scanned text with each escaped U+0000 as C0 80. STR_NONE without memory. */
struct str json_scan_rewrite(struct arena *a, struct str text);

#endif
