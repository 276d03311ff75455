#include "entity/rules.h"

#include <errno.h>

bool broken(struct checked *k, const char *code, const char *member, const char *what)
{
	*k->refusal = (struct entity_refusal){
		.status = 400,
		.code = code,
		.message = arena_printf(k->arena, "%s %s", member, what),
	};
	return false;
}

/* n 0 when the member is absent or empty. */
struct str text_of(struct checked *k, const char *name)
{
	const struct cJSON *item = json_get(k->in, name);
	return item && json_kind(item) == JSON_STRING ? json_text(k->arena, item) : STR_NONE;
}

bool is(struct checked *k, const char *name, struct str value)
{
	return str_eq(text_of(k, name), value);
}

bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	return true;
}

const struct cJSON *document_in(struct checked *k, struct str text)
{
	struct cJSON *tree = NULL;
	struct json_fault fault;
	return json_parse(k->arena, text, &tree, &fault) == 0 ? tree : NULL;
}

/* RFC 7517 section 5: keys is an array, and each key tells its kty. */
static bool is_jwks(const struct cJSON *tree)
{
	if (!tree || json_kind(tree) != JSON_OBJECT)
		return false;
	const struct cJSON *keys = json_get(tree, "keys");
	if (!keys || json_kind(keys) != JSON_ARRAY)
		return false;
	json_each (key, keys) {
		if (json_kind(key) != JSON_OBJECT)
			return false;
		const struct cJSON *kty = json_get(key, "kty");
		if (!kty || json_kind(kty) != JSON_STRING)
			return false;
	}
	return true;
}

bool is_key_set(struct checked *k, const char *name)
{
	if (!json_get(k->in, name))
		return true;
	struct str text = text_of(k, name);
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] >= 0x80) /* char has no sign on arm64 */
			return broken(k, "A031216", name, "has a character that is not ASCII");
	return is_jwks(document_in(k, text)) ||
	       broken(k, "A031212", name,
		       "is not the text of a JWK Set such as {\"keys\":[{\"kty\":\"EC\"}]}");
}

int rules_check(rule *const rules[], size_t n, struct arena *a, const struct cJSON *in,
	struct entity_refusal *ret)
{
	struct checked k = {a, in, ret};
	*ret = (struct entity_refusal){0};
	for (size_t i = 0; i < n; i++)
		if (!rules[i](&k))
			break;
	return a->failed ? -ENOMEM : 0;
}
