/* The table of keywords, and those of any value, of strings, numbers and arrays. */
#include <stdlib.h>
#include <string.h>

#include "schema/compile_parts.h"

typedef bool reader(struct schema_compiler *c, struct draft *d, const struct cJSON *value,
	const struct spot *at);

bool compile_size(
	struct schema_compiler *c, const struct cJSON *value, const struct spot *at, size_t *ret)
{
	int64_t n;
	if (!json_int(value, &n) || n < 0)
		return compile_fail(c, at, "must be a whole number from 0");
	*ret = (size_t)n;
	return true;
}

bool compile_flag(
	struct schema_compiler *c, const struct cJSON *value, const struct spot *at, bool *ret)
{
	if (json_kind(value) != JSON_BOOL)
		return compile_fail(c, at, "must be true or false");
	*ret = json_true(value);
	return true;
}

bool compile_into(struct schema_compiler *c, const struct cJSON *value, const struct spot *at,
	const struct schema **ret)
{
	*ret = compile_schema(c, value, at);
	return *ret;
}

static bool read_number(
	struct schema_compiler *c, const struct cJSON *value, const struct spot *at, double *ret)
{
	if (json_kind(value) != JSON_NUMBER)
		return compile_fail(c, at, "must be a number");
	*ret = json_double(value);
	return true;
}

static bool read_list(struct schema_compiler *c, const struct cJSON *value, const struct spot *at,
	struct schema_list *ret)
{
	if (json_kind(value) != JSON_ARRAY || !json_first(value))
		return compile_fail(c, at, "must be a list of at least one schema");
	const struct schema **list = compile_alloc(
		c, json_count(value), sizeof(const struct schema *));
	size_t n = 0;
	json_each (item, value) {
		struct spot here = spot_item(at, n);
		if (!list || !compile_into(c, item, &here, &list[n]))
			return false;
		n++;
	}
	*ret = (struct schema_list){list, n};
	return true;
}

/* ---- Annotations ---- */

static bool read_text(struct schema_compiler *c, struct draft *d, const struct cJSON *value,
	const struct spot *at)
{
	(void)d;
	return json_kind(value) == JSON_STRING || compile_fail(c, at, "must be a string");
}

static bool read_examples(struct schema_compiler *c, struct draft *d, const struct cJSON *value,
	const struct spot *at)
{
	(void)d;
	return json_kind(value) == JSON_ARRAY || compile_fail(c, at, "must be an array");
}

/* For tests/contract-diff: by pointer, why the contract is not what is published. */
static bool read_differs(struct schema_compiler *c, struct draft *d, const struct cJSON *value,
	const struct spot *at)
{
	if (json_kind(value) != JSON_OBJECT)
		return compile_fail(c, at, "must be an object");
	json_each (why, value) {
		struct spot here = spot_member(at, json_name(why).p);
		if (!str_starts(json_name(why), STR("/")))
			return compile_fail(c, &here, "must begin with a slash");
		if (!read_text(c, d, why, &here))
			return false;
	}
	return true;
}

/* ---- Any value ---- */

static unsigned type_of_word(const struct cJSON *word)
{
	static const char *const words[] = {
		"null", "boolean", "integer", "number", "string", "array", "object"};
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (json_kind(word) == JSON_STRING && str_eq(json_raw(word), str_of(words[i])))
			return 1u << i;
	return 0;
}

static bool add_type(
	struct schema_compiler *c, struct draft *d, const struct cJSON *word, const struct spot *at)
{
	unsigned type = type_of_word(word);
	if (!type)
		return compile_fail(c, at, "is not the name of a type");
	if (d->node->types & type)
		return compile_fail(c, at, "names a type twice");
	d->node->types |= type;
	return true;
}

static bool read_type(struct schema_compiler *c, struct draft *d, const struct cJSON *value,
	const struct spot *at)
{
	if (json_kind(value) != JSON_ARRAY)
		return add_type(c, d, value, at);
	if (!json_first(value))
		return compile_fail(c, at, "must not be empty");
	json_each (word, value)
		if (!add_type(c, d, word, at))
			return false;
	return true;
}

static int child_order(const void *a, const void *b)
{
	const struct schema_value *left = a, *right = b;
	return strcmp(left->name, right->name);
}

bool compile_value(struct schema_compiler *c, const struct cJSON *item, struct schema_value *ret)
{
	*ret = (struct schema_value){.kind = json_kind(item), .name = json_name(item).p};
	if (ret->kind == JSON_BOOL)
		ret->number = json_true(item);
	if (ret->kind == JSON_NUMBER)
		ret->number = json_double(item);
	if (ret->kind == JSON_STRING)
		ret->text = json_raw(item);
	if (!json_first(item))
		return true;
	struct schema_value *children = compile_alloc(c, json_count(item), sizeof *children);
	if (!children)
		return false;
	json_each (child, item)
		if (!compile_value(c, child, &children[ret->n_children++]))
			return false;
	if (ret->kind == JSON_OBJECT)
		qsort(children, ret->n_children, sizeof *children, child_order);
	ret->children = children;
	return true;
}

static bool read_enum(struct schema_compiler *c, struct draft *d, const struct cJSON *value,
	const struct spot *at)
{
	if (json_kind(value) != JSON_ARRAY || !json_first(value))
		return compile_fail(c, at, "must be a list of at least one value");
	struct schema_value *values = compile_alloc(c, json_count(value), sizeof *values);
	size_t n = 0;
	json_each (item, value)
		if (!values || !compile_value(c, item, &values[n++]))
			return false;
	d->node->values = values;
	d->node->n_values = n;
	return true;
}

/* A value that is no member of anything. */
static bool read_value(struct schema_compiler *c, const struct cJSON *value, const struct spot *at,
	const struct schema_value **ret)
{
	(void)at;
	struct schema_value *fresh = compile_alloc(c, 1, sizeof *fresh);
	if (!fresh || !compile_value(c, value, fresh))
		return false;
	fresh->name = NULL;
	*ret = fresh;
	return true;
}

/* ---- Strings, numbers, arrays, logic ---- */

static bool read_pattern(struct schema_compiler *c, struct draft *d, const struct cJSON *value,
	const struct spot *at)
{
	struct pattern *pattern = compile_alloc(c, 1, sizeof *pattern);
	const char *why = NULL;
	if (json_kind(value) != JSON_STRING)
		return compile_fail(c, at, "must be a string");
	if (!pattern || !compile_pattern(c->arena, json_raw(value), pattern, &why))
		return compile_fail(c, at, "%s", why ? why : "no memory");
	d->string.pattern = pattern;
	return true;
}

/* Keywords whose value goes straight into a member of the draft. */
#define READER(name, read, member)                                                                 \
	static bool name(struct schema_compiler *c, struct draft *d, const struct cJSON *value,    \
		const struct spot *at)                                                             \
	{                                                                                          \
		return read(c, value, at, &d->member);                                             \
	}
READER(read_const, read_value, node->constant)
READER(read_standard, read_value, node->standard)
READER(read_min_length, compile_size, string.min_length)
READER(read_max_length, compile_size, string.max_length)
READER(read_minimum, read_number, number.minimum)
READER(read_maximum, read_number, number.maximum)
READER(read_exclusive_minimum, read_number, number.exclusive_minimum)
READER(read_exclusive_maximum, read_number, number.exclusive_maximum)
READER(read_min_items, compile_size, array.min_items)
READER(read_max_items, compile_size, array.max_items)
READER(read_unique_items, compile_flag, array.unique)
READER(read_items, compile_into, array.items)
READER(read_min_properties, compile_size, object.min_properties)
READER(read_max_properties, compile_size, object.max_properties)
READER(read_additional, compile_into, object.additional)
READER(read_all_of, read_list, logic.all_of)
READER(read_any_of, read_list, logic.any_of)
READER(read_one_of, read_list, logic.one_of)
READER(read_not, compile_into, logic.excluded)
READER(read_empty_is_absent, compile_flag, node->empty_is_absent)
READER(read_mandatory, compile_flag, node->mandatory)
READER(read_read_only, compile_flag, node->read_only)
READER(read_strict, compile_into, node->strict)

/* Kept for compile_members, which needs both at once. */
static bool read_properties(struct schema_compiler *c, struct draft *d, const struct cJSON *value,
	const struct spot *at)
{
	d->properties = value;
	return json_kind(value) == JSON_OBJECT || compile_fail(c, at, "must be an object");
}

static bool read_required(struct schema_compiler *c, struct draft *d, const struct cJSON *value,
	const struct spot *at)
{
	d->required = value;
	return json_kind(value) == JSON_ARRAY || compile_fail(c, at, "must be a list of names");
}

/* ---- The table ---- */

enum place_beside_ref { NOT_BESIDE_REF, BESIDE_REF, EFFECT_BESIDE_REF };

static const struct keyword {
	const char *name;
	reader *read; /* NULL: any value will do */
	enum part part;
	enum place_beside_ref beside;
	bool refusable;
} keywords[] = {
	{"$ref", NULL, PART_NONE, BESIDE_REF, false}, /* compile_ref.c */
	{"$comment", read_text, PART_NONE, BESIDE_REF, false},
	{"$schema", read_text, PART_NONE, BESIDE_REF, false},
	{"additionalProperties", read_additional, PART_OBJECT, NOT_BESIDE_REF, true},
	{"allOf", read_all_of, PART_LOGIC, NOT_BESIDE_REF, false},
	{"anyOf", read_any_of, PART_LOGIC, NOT_BESIDE_REF, true},
	{"const", read_const, PART_NONE, NOT_BESIDE_REF, true},
	{"default", NULL, PART_NONE, BESIDE_REF, false},
	{"definitions", compile_definitions, PART_NONE, BESIDE_REF, false},
	{"description", read_text, PART_NONE, BESIDE_REF, false},
	{"enum", read_enum, PART_NONE, NOT_BESIDE_REF, true},
	{"examples", read_examples, PART_NONE, BESIDE_REF, false},
	{"exclusiveMaximum", read_exclusive_maximum, PART_NUMBER, NOT_BESIDE_REF, true},
	{"exclusiveMinimum", read_exclusive_minimum, PART_NUMBER, NOT_BESIDE_REF, true},
	{"format", read_text, PART_NONE, BESIDE_REF, false},
	{"items", read_items, PART_ARRAY, NOT_BESIDE_REF, false},
	{"maxItems", read_max_items, PART_ARRAY, NOT_BESIDE_REF, true},
	{"maxLength", read_max_length, PART_STRING, NOT_BESIDE_REF, true},
	{"maxProperties", read_max_properties, PART_OBJECT, NOT_BESIDE_REF, true},
	{"maximum", read_maximum, PART_NUMBER, NOT_BESIDE_REF, true},
	{"minItems", read_min_items, PART_ARRAY, NOT_BESIDE_REF, true},
	{"minLength", read_min_length, PART_STRING, NOT_BESIDE_REF, true},
	{"minProperties", read_min_properties, PART_OBJECT, NOT_BESIDE_REF, true},
	{"minimum", read_minimum, PART_NUMBER, NOT_BESIDE_REF, true},
	{"not", read_not, PART_LOGIC, NOT_BESIDE_REF, true},
	{"oneOf", read_one_of, PART_LOGIC, NOT_BESIDE_REF, true},
	{"pattern", read_pattern, PART_STRING, NOT_BESIDE_REF, true},
	{"properties", read_properties, PART_OBJECT, NOT_BESIDE_REF, false},
	{"readOnly", read_read_only, PART_NONE, EFFECT_BESIDE_REF, false},
	{"required", read_required, PART_OBJECT, NOT_BESIDE_REF, true},
	{"title", read_text, PART_NONE, BESIDE_REF, false},
	{"type", read_type, PART_NONE, NOT_BESIDE_REF, true},
	{"uniqueItems", read_unique_items, PART_ARRAY, NOT_BESIDE_REF, true},
	{"x-default", read_standard, PART_NONE, EFFECT_BESIDE_REF, false},
	{"x-differs", read_differs, PART_NONE, BESIDE_REF, false},
	{"x-emptyIsAbsent", read_empty_is_absent, PART_NONE, EFFECT_BESIDE_REF, false},
	{"x-mandatory", read_mandatory, PART_NONE, EFFECT_BESIDE_REF, false},
	{"x-refusals", compile_refusals, PART_NONE, EFFECT_BESIDE_REF, false},
	{"x-strict", read_strict, PART_NONE, EFFECT_BESIDE_REF, false},
};

static const struct keyword *find_keyword(const char *name)
{
	for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++)
		if (strcmp(keywords[i].name, name) == 0)
			return &keywords[i];
	return NULL;
}

bool compile_keyword(struct schema_compiler *c, struct draft *d, const struct cJSON *member,
	const struct spot *at)
{
	const char *name = json_name(member).p;
	const struct keyword *keyword = find_keyword(name);
	struct spot here = spot_member(at, name);
	if (!keyword)
		return compile_fail(c, &here, "unknown keyword");
	d->used[keyword->part] = true;
	return !keyword->read || keyword->read(c, d, member, &here);
}

bool compile_goes_with_ref(const char *name, bool *ret_effect)
{
	const struct keyword *keyword = find_keyword(name);
	*ret_effect = keyword && keyword->beside == EFFECT_BESIDE_REF;
	return keyword && keyword->beside != NOT_BESIDE_REF;
}

bool compile_is_refusable(const char *name)
{
	const struct keyword *keyword = find_keyword(name);
	return keyword && keyword->refusable;
}
