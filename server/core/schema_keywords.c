/* The keywords of any value, of strings, numbers and arrays. */
#include "core/schema_check.h"

#include <math.h>

#include "core/schema_value.h"

static unsigned types_of(const struct cJSON *item)
{
	switch (json_kind(item)) {
	case JSON_NULL:
		return SCHEMA_NULL;
	case JSON_BOOL:
		return SCHEMA_BOOLEAN;
	case JSON_NUMBER:
		return floor(json_double(item)) < json_double(item)
			       ? SCHEMA_NUMBER
			       : SCHEMA_NUMBER | SCHEMA_INTEGER;
	case JSON_STRING:
		return SCHEMA_STRING;
	case JSON_ARRAY:
		return SCHEMA_ARRAY;
	case JSON_OBJECT:
		return SCHEMA_OBJECT;
	}
	return 0;
}

bool check_type(struct check *c, const struct scope *in, const struct cJSON *item)
{
	const struct schema *s = in->schema;
	if (s->never)
		return check_refuse(c, in, "false", item, "nothing here");
	if (!s->types || (s->types & types_of(item)))
		return true;
	if (c->silent)
		return false;
	struct schema_line expected = schema_line(SCHEMA_EXPECTED_MAX);
	schema_line_types(&expected, s->types);
	return check_refuse_line(c, in, "type", item, &expected);
}

static bool is_one_of(const struct schema_value *values, size_t n, const struct cJSON *item)
{
	if (json_kind(item) != JSON_STRING) {
		for (size_t i = 0; i < n; i++)
			if (schema_value_equals(&values[i], item))
				return true;
		return false;
	}
	struct str text = json_raw(item); /* once: an enum can be long */
	for (size_t i = 0; i < n; i++)
		if (values[i].kind == JSON_STRING && str_eq(values[i].text, text))
			return true;
	return false;
}

static bool check_among(struct check *c, const struct scope *in, const struct cJSON *item,
	const char *keyword, const struct schema_value *values, size_t n)
{
	if (!values || is_one_of(values, n, item))
		return true;
	if (c->silent)
		return false;
	struct schema_line expected = schema_line(SCHEMA_EXPECTED_MAX);
	schema_line_values(&expected, values, n);
	return check_refuse_line(c, in, keyword, item, &expected);
}

bool check_values(struct check *c, const struct scope *in, const struct cJSON *item)
{
	const struct schema *s = in->schema;
	bool good = check_among(c, in, item, "enum", s->values, s->n_values);
	return check_among(c, in, item, "const", s->constant, 1) && good;
}

bool check_string(struct check *c, const struct scope *in, const struct cJSON *item)
{
	const struct schema_string *s = in->schema->string;
	if (json_kind(item) != JSON_STRING)
		return true;
	struct str text = json_raw(item);
	bool good = true;
	if (s->min_length || s->max_length != SCHEMA_NO_MAX) {
		size_t n = str_code_points(text);
		if (n < s->min_length)
			good = check_refuse(c, in, "minLength", item,
				"at least %zu character%s, not %zu", s->min_length,
				check_plural(s->min_length), n);
		if (n > s->max_length)
			good = check_refuse(c, in, "maxLength", item,
				"at most %zu character%s, not %zu", s->max_length,
				check_plural(s->max_length), n);
	}
	if (s->pattern && !pattern_matches(s->pattern, text))
		good = check_refuse(
			c, in, "pattern", item, "text that matches %s", s->pattern->text);
	return good;
}

bool check_number(struct check *c, const struct scope *in, const struct cJSON *item)
{
	const struct schema_number *n = in->schema->number;
	if (json_kind(item) != JSON_NUMBER)
		return true;
	double value = json_double(item);
	bool good = true;
	if (value < n->minimum)
		good = check_refuse(
			c, in, "minimum", item, "a number of at least %.17g", n->minimum);
	if (value > n->maximum)
		good = check_refuse(
			c, in, "maximum", item, "a number of at most %.17g", n->maximum);
	if (!isinf(n->exclusive_minimum) && value <= n->exclusive_minimum)
		good = check_refuse(c, in, "exclusiveMinimum", item, "a number above %.17g",
			n->exclusive_minimum);
	if (!isinf(n->exclusive_maximum) && value >= n->exclusive_maximum)
		good = check_refuse(c, in, "exclusiveMaximum", item, "a number below %.17g",
			n->exclusive_maximum);
	return good;
}

static bool check_unique(struct check *c, const struct scope *in, const struct cJSON *array)
{
	size_t first = 0, second = 0;
	int twins = schema_find_twin(c->arena, array, &first, &second);
	if (twins < 0)
		c->no_memory = true;
	if (twins <= 0)
		return true;
	return check_refuse(c, in, "uniqueItems", array,
		"items that differ, but %zu and %zu are equal", first, second);
}

bool check_array(struct check *c, const struct scope *in, const struct cJSON *item)
{
	const struct schema_array *a = in->schema->array;
	if (json_kind(item) != JSON_ARRAY)
		return true;
	bool good = true;
	size_t n = json_count(item);
	if (n < a->min_items)
		good = check_refuse(c, in, "minItems", item, "at least %zu item%s", a->min_items,
			check_plural(a->min_items));
	if (n > a->max_items)
		good = check_refuse(c, in, "maxItems", item, "at most %zu item%s", a->max_items,
			check_plural(a->max_items));
	if (a->unique)
		good = check_unique(c, in, item) && good;
	if (!a->items)
		return good;
	struct schema_place place = {.up = in->place};
	json_each (child, item) {
		good = check_item(c, a->items, child, &place, NULL) && good;
		if (!good && c->silent)
			return false;
		place.index++;
	}
	return good;
}
