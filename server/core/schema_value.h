/* Equality of JSON values as JSON Schema has it: numbers by value, objects whatever their order. */
#ifndef CORE_SCHEMA_VALUE_H
#define CORE_SCHEMA_VALUE_H

#include "core/schema_node.h"

bool schema_value_equals(const struct schema_value *value, const struct cJSON *item);

/* Looks for two equal items of an array in n log n time. Returns 1 and their indexes, *ret_first
 * below *ret_second; 0 when all differ; -ENOMEM. */
int schema_find_twin(
	struct arena *a, const struct cJSON *array, size_t *ret_first, size_t *ret_second);

#endif
