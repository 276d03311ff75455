/* cJSON as the files of json*.c share it. */
#ifndef CORE_JSON_PRIVATE_H
#define CORE_JSON_PRIVATE_H

#include <cjson/cJSON.h>

/* In the type of an object that json_copy_indexed made; cJSON leaves the upper bits alone. */
#define JSON_INDEXED (1 << 16)

struct cJSON *json_get_indexed(const struct cJSON *object, const char *name);

#endif
