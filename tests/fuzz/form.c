/* Any bytes as a form or a query. What is accepted is an object of well-formed strings, the same
 * after it went through JSON. */
#include <errno.h>

#include "fuzz.h"
#include "http/body.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct cJSON *tree, *again;
	struct json_fault fault = {0};
	arena_init(&a, NULL, 0, FUZZ_CEILING);
	int r = form_parse(&a, fuzz_str(data, size), &tree, &fault);
	must(r == 0 || r == -EINVAL);
	if (r < 0) {
		must(fault.reason && fault.at <= size);
		must(str_is_utf8(str_of(fault.reason)));
	} else {
		must(json_count(tree) <= size);
		must(!json_find_duplicate(&a, tree));
		json_each (item, tree) {
			must(json_kind(item) == JSON_STRING);
			must(str_is_utf8(json_text(&a, item)));
			must(str_is_utf8(json_decode(&a, json_name(item))));
		}
		struct str once = fuzz_write(&a, tree);
		must(json_parse(&a, once, &again, &fault) == 0);
		must(str_eq(once, fuzz_write(&a, again)));
	}
	arena_reset(&a);
	return 0;
}
