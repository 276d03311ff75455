/* What the real service does to a request before it looks at it. */
#include <string.h>

#include "core/schema_node.h"

struct normaliser {
	struct arena *arena;
	bool form, failed;
};

static void normalise(struct normaliser *n, const struct schema *s, struct cJSON *item);

/* The types that s allows: those its $ref and allOf agree on, 0 for any. */
static unsigned allowed_types(const struct schema *s)
{
	unsigned all = s->types;
	if (s->ref) {
		unsigned more = allowed_types(s->ref);
		all = all && more ? all & more : all | more;
	}
	for (size_t i = 0; s->logic && i < s->logic->all_of.n; i++) {
		unsigned more = allowed_types(s->logic->all_of.at[i]);
		all = all && more ? all & more : all | more;
	}
	return all;
}

bool schema_wants_array(const struct schema *s)
{
	return allowed_types(s) == SCHEMA_ARRAY;
}

static bool empty_is_absent(const struct schema *s)
{
	if (s->empty_is_absent || (s->ref && empty_is_absent(s->ref)))
		return true;
	for (size_t i = 0; s->logic && i < s->logic->all_of.n; i++)
		if (empty_is_absent(s->logic->all_of.at[i]))
			return true;
	return false;
}

/* A schema that says nothing about a value leaves it free-form. */
static bool says_nothing(const struct schema *s)
{
	return !s->never && !s->types && !s->ref && !s->constant && !s->values && !s->string &&
	       !s->number && !s->array && !s->object && !s->logic;
}

/* s describes the member and may be NULL; o is the object's. */
static bool is_absent(
	const struct schema_object *o, const struct schema *s, const struct cJSON *member)
{
	switch (json_kind(member)) {
	case JSON_NULL:
		if (!o->described && (!s || says_nothing(s)))
			return false;
		return !s || !(allowed_types(s) & SCHEMA_NULL);
	case JSON_STRING:
		return s && json_raw(member).n == 0 && empty_is_absent(s);
	default:
		return false;
	}
}

static void normalise_string(struct normaliser *n, const struct schema *s, struct cJSON *item)
{
	unsigned types = allowed_types(s);
	if (!types || types & SCHEMA_STRING)
		return;
	struct str text = json_raw(item);
	int64_t number;
	if (types & SCHEMA_BOOLEAN &&
		(str_eq_nocase(text, STR("true")) || str_eq_nocase(text, STR("false"))))
		json_become_bool(item, text.n == 4);
	else if (types & (SCHEMA_INTEGER | SCHEMA_NUMBER) && str_to_i64(text, &number) &&
		 number >= -JSON_INT_MAX && number <= JSON_INT_MAX)
		json_become_int(item, number);
	else if (types & SCHEMA_ARRAY && n->form)
		n->failed |= !json_become_words(n->arena, item);
}

static void normalise_object(
	struct normaliser *n, const struct schema_object *o, struct cJSON *object)
{
	struct cJSON *next;
	for (struct cJSON *member = json_first(object); member; member = next) {
		next = json_next(member);
		size_t i = schema_find_property(o, json_name(member).p);
		const struct schema *s = o->additional;
		if (i < o->n_properties && o->properties[i].schema)
			s = o->properties[i].schema;
		if (is_absent(o, s, member))
			json_remove(object, member);
		else if (s)
			normalise(n, s, member);
	}
}

static void normalise(struct normaliser *n, const struct schema *s, struct cJSON *item)
{
	if (json_kind(item) == JSON_STRING)
		normalise_string(n, s, item);
	if (s->object && json_kind(item) == JSON_OBJECT)
		normalise_object(n, s->object, item);
	if (s->array && s->array->items && json_kind(item) == JSON_ARRAY)
		json_each (child, item)
			normalise(n, s->array->items, child);
	if (s->ref)
		normalise(n, s->ref, item);
	for (size_t i = 0; s->logic && i < s->logic->all_of.n; i++)
		normalise(n, s->logic->all_of.at[i], item);
}

bool schema_normalise(struct arena *a, const struct schema *s, struct cJSON *tree, bool form)
{
	struct normaliser n = {.arena = a, .form = form};
	normalise(&n, s, tree);
	return !n.failed;
}
