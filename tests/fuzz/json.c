/* Any bytes as a JSON document. What is accepted is the same after it was written and read again.
 */
#include <errno.h>
#include <string.h>

#include "fuzz.h"

static size_t depth_of(const struct cJSON *item)
{
	size_t deepest = 0;
	json_each (child, item) {
		size_t depth = depth_of(child);
		if (depth > deepest)
			deepest = depth;
	}
	return deepest + (json_kind(item) == JSON_ARRAY || json_kind(item) == JSON_OBJECT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct cJSON *tree, *again;
	struct json_fault fault = {0};
	arena_init(&a, NULL, 0, FUZZ_CEILING);
	struct str text = fuzz_str(data, size);
	int r = json_parse(&a, text, &tree, &fault);
	must(r == 0 || r == -EINVAL);
	if (r < 0) {
		must(fault.reason && fault.at <= size);
		must(str_is_utf8(str_of(fault.reason)));
		must(strcmp(fault.reason, "it is not JSON") != 0); /* scanner and cJSON disagree */
	} else {
		must(str_is_utf8(text));
		must(depth_of(tree) <= JSON_DEPTH_MAX);
		must(!json_find_duplicate(&a, tree));
		struct str once = fuzz_write(&a, tree);
		must(str_is_utf8(once));
		must(json_parse(&a, once, &again, &fault) == 0);
		must(str_eq(once, fuzz_write(&a, again)));
	}
	arena_reset(&a);
	return 0;
}
