/* The discovery document, made from the service's settings; a patch has the last word. */
#include <errno.h>

#include "core/json_patch.h"
#include "http/reply.h"
#include "oauth/load.h"
#include "oauth/metadata.h"
#include "op.h"

/* The reply where the patch cannot be applied: what is wrong stands in *why; else text is changed.
 */
static int apply_patch(struct arena *a, struct str patch, struct str *text, const char **why)
{
	struct json_fault fault = {0};
	struct cJSON *document, *operations;
	int r = json_parse(a, *text, &document, &fault);
	if (r < 0)
		return r;
	r = json_parse(a, patch, &operations, &fault);
	if (r == -EINVAL) {
		*why = arena_printf(a, "%s, at byte %zu", fault.reason, fault.at).p;
		return *why ? r : -ENOMEM;
	}
	if (r == 0)
		r = json_patch(a, &document, operations, why);
	if (r == 0 && json_kind(document) != JSON_OBJECT) {
		*why = "the document it makes is no object";
		return -EINVAL;
	}
	if (r < 0)
		return r;
	struct buf out = buf_make(a, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_put_tree(&w, document);
	*text = buf_str(&out);
	return a->failed ? -ENOMEM : 0;
}

OPERATION(service_configuration)
{
	struct oauth o;
	struct str text = STR_NONE;
	const char *why = NULL;
	const struct cJSON *patch = call_member(c, "patch");
	const struct cJSON *pretty = call_member(c, "pretty");
	int r = oauth_open(c, &o);
	if (r == 0)
		r = metadata_make(&o, &text);
	checking(c, "patch");
	if (r == 0 && patch && json_raw(patch).n) {
		r = apply_patch(&c->arena, json_text(&c->arena, patch), &text, &why);
		if (r == -EINVAL && why)
			return refuse(c, 400, "A126202",
				"\"patch\" is no JSON Patch that can be applied: %s.", why);
		if (r == 0)
			found(c, "it was applied");
	}
	if (r < 0 || !pretty || !json_true(pretty))
		return r < 0 ? r : answer_json(c, 200, text);
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	json_pretty(&out, text);
	return answer_json(c, 200, buf_str(&out));
}
