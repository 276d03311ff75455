/* Follows $refs. */
#include <string.h>

#include "schema/compile_parts.h"

#define HOPS_MAX 64

/* One reference token with ~1 and ~0 undone, NUL-terminated. */
static char *unescape(struct schema_compiler *c, struct str token)
{
	char *name = compile_alloc(c, token.n + 1, 1);
	size_t n = 0;
	for (size_t i = 0; name && i < token.n; i++) {
		struct str rest = {token.p + i, token.n - i};
		bool slash = str_starts(rest, STR("~1")), tilde = str_starts(rest, STR("~0"));
		name[n] = token.p[i];
		if (slash)
			name[n] = '/';
		n++;
		i += slash || tilde;
	}
	return name;
}

static const struct cJSON *child(const struct cJSON *parent, const char *name)
{
	uint64_t index;
	if (json_kind(parent) == JSON_OBJECT)
		return json_get(parent, name);
	if (json_kind(parent) != JSON_ARRAY || !str_to_u64(str_of(name), &index))
		return NULL;
	json_each (item, parent)
		if (index-- == 0)
			return item;
	return NULL;
}

const struct cJSON *compile_resolve(struct schema_compiler *c, const struct cJSON *document,
	const char *pointer, const struct spot *at)
{
	const struct cJSON *item = document;
	struct str rest = str_of(pointer), token;
	if (rest.n && rest.p[0] != '/') {
		compile_fail(c, at, "\"#%s\": only JSON Pointers are supported", pointer);
		return NULL;
	}
	while (item && rest.p && rest.n) {
		rest = (struct str){rest.p + 1, rest.n - 1}; /* the slash */
		bool more = str_cut(rest, '/', &token, &rest);
		char *name = unescape(c, token);
		if (!name)
			return NULL;
		item = child(item, name);
		if (more)
			rest = (struct str){rest.p - 1, rest.n + 1};
	}
	if (!item)
		compile_fail(c, at, "\"#%s\" leads nowhere", pointer);
	return item;
}

static bool load(
	struct schema_compiler *c, struct str name, const struct spot *at, struct schema_file *ret)
{
	const char *why = "there are no other files";
	struct str copy = arena_copy(c->arena, name);
	ret->name = copy.p;
	ret->document = c->loader.load && copy.p ? c->loader.load(c->loader.context, copy.p, &why)
						 : NULL;
	return ret->document ||
	       compile_fail(c, at, "cannot load \"%s\": %s", copy.p ? copy.p : "", why);
}

static const struct schema *follow(struct schema_compiler *c, struct str ref, const struct spot *at)
{
	struct str name, fragment;
	str_cut(ref, '#', &name, &fragment);
	struct schema_file *file = compile_alloc(c, 1, sizeof *file);
	char *pointer = compile_alloc(c, fragment.n + 1, 1);
	if (!file || !pointer)
		return NULL;
	*file = *at->file;
	if (name.n && !load(c, name, at, file))
		return NULL;
	if (fragment.n && percent_decode(fragment, false, pointer) < 0) {
		compile_fail(c, at, "\"%.*s\" has a broken escape", STR_ARGS(ref));
		return NULL;
	}
	const struct cJSON *item = compile_resolve(c, file->document, pointer, at);
	const struct spot target = {.file = file, .pointer = pointer};
	return item ? compile_target(c, item, &target) : NULL;
}

/* Looks at what stands beside a $ref. *ret_effect: something that has an effect. */
static bool look_beside(struct schema_compiler *c, const struct cJSON *item, const struct spot *at,
	bool *ret_effect)
{
	*ret_effect = false;
	json_each (member, item) {
		const char *name = json_name(member).p;
		bool effect = false;
		struct spot here = spot_member(at, name);
		if (!compile_goes_with_ref(name, &effect) && !c->ignores_beside_ref)
			return compile_fail(c, &here, "is not possible beside $ref");
		*ret_effect |= effect;
	}
	return true;
}

const struct schema *compile_ref(
	struct schema_compiler *c, const struct cJSON *item, const struct spot *at)
{
	const struct cJSON *ref = json_get(item, "$ref");
	struct spot here = spot_member(at, "$ref");
	bool effect;
	if (json_kind(ref) != JSON_STRING) {
		compile_fail(c, &here, "must be a string");
		return NULL;
	}
	if (!look_beside(c, item, at, &effect))
		return NULL;
	if (++c->hops > HOPS_MAX) {
		compile_fail(c, &here, "leads only to itself");
		return NULL;
	}
	const struct schema *target = follow(c, json_raw(ref), &here);
	c->hops--;
	if (!target || !effect)
		return target;
	return compile_node(c, item, at, target, false);
}
