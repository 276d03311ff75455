/* Any bytes as a body of the journal. What is shown is UTF-8; JSON stays JSON; no long ticket is
 * shown whole. */
#include "fuzz.h"
#include "http/mask.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct cJSON *tree, *shown;
	struct json_fault fault;
	struct str text = fuzz_str(data, size);
	arena_init(&a, NULL, 0, FUZZ_CEILING);
	struct str masked = mask_text(&a, text);
	struct str target = mask_target(&a, text);
	must(masked.p && str_is_utf8(masked));
	must(target.p && str_is_utf8(target));
	if (json_parse(&a, text, &tree, &fault) == 0 && json_kind(tree) == JSON_OBJECT) {
		must(json_parse(&a, masked, &shown, &fault) == 0);
		must(json_count(shown) == json_count(tree));
		const struct cJSON *was = json_get(tree, "ticket"), *is = json_get(shown, "ticket");
		if (was && json_kind(was) == JSON_STRING && json_raw(was).n > 32)
			must(!str_eq(json_raw(was), json_raw(is)));
	}
	arena_reset(&a);
	return 0;
}
