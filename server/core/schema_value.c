#include "core/schema_value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int child_order(const void *name, const void *child)
{
	return strcmp(name, ((const struct schema_value *)child)->name);
}

/* Names appear once on either side, so equal counts and every member found mean equal objects. */
static bool object_equals(const struct schema_value *value, const struct cJSON *object)
{
	size_t n = 0;
	json_each (member, object) {
		const struct schema_value *child = NULL;
		if (++n <= value->n_children)
			child = bsearch(json_name(member).p, value->children, value->n_children,
				sizeof value->children[0], child_order);
		if (!child || !schema_value_equals(child, member))
			return false;
	}
	return n == value->n_children;
}

static bool array_equals(const struct schema_value *value, const struct cJSON *array)
{
	size_t n = 0;
	json_each (item, array) {
		if (n == value->n_children || !schema_value_equals(&value->children[n], item))
			return false;
		n++;
	}
	return n == value->n_children;
}

static bool number_equals(double a, double b)
{
	return a <= b && a >= b;
}

bool schema_value_equals(const struct schema_value *value, const struct cJSON *item)
{
	if (value->kind != json_kind(item))
		return false;
	switch (value->kind) {
	case JSON_NULL:
		return true;
	case JSON_BOOL:
		return json_true(item) == (value->number > 0);
	case JSON_NUMBER:
		return number_equals(json_double(item), value->number);
	case JSON_STRING:
		return str_eq(json_raw(item), value->text);
	case JSON_ARRAY:
		return array_equals(value, item);
	case JSON_OBJECT:
		return object_equals(value, item);
	}
	return false;
}

/* What finds twins: the same bytes for equal values, other bytes for others. */

static void add_key(struct buf *out, const struct cJSON *item);

static void add_text(struct buf *out, char kind, struct str text)
{
	buf_addf(out, "%c%zu:", kind, text.n); /* the length makes the end unmistakable */
	buf_add(out, text);
}

static int member_order(const void *a, const void *b)
{
	const struct cJSON *const *left = a, *const *right = b;
	return strcmp(json_name(*left).p, json_name(*right).p);
}

static void add_object_key(struct buf *out, const struct cJSON *object)
{
	size_t n = json_count(object), i = 0;
	const struct cJSON **members = arena_calloc(
		out->arena, n + 1, sizeof(const struct cJSON *));
	if (!members) {
		out->failed = true;
		return;
	}
	json_each (member, object)
		members[i++] = member;
	qsort(members, n, sizeof(const struct cJSON *), member_order);
	buf_add_char(out, '{');
	for (i = 0; i < n; i++) {
		add_text(out, 'n', json_name(members[i]));
		add_key(out, members[i]);
	}
	buf_add_char(out, '}');
}

static void add_key(struct buf *out, const struct cJSON *item)
{
	double number;
	switch (json_kind(item)) {
	case JSON_NULL:
		buf_add_char(out, 'z');
		return;
	case JSON_BOOL:
		buf_add_char(out, json_true(item) ? 't' : 'f');
		return;
	case JSON_NUMBER:
		number = json_double(item) + 0.0; /* -0 is 0 */
		buf_addf(out, "#%.17g;", number);
		return;
	case JSON_STRING:
		add_text(out, 's', json_raw(item));
		return;
	case JSON_ARRAY:
		buf_add_char(out, '[');
		json_each (child, item)
			add_key(out, child);
		buf_add_char(out, ']');
		return;
	case JSON_OBJECT:
		add_object_key(out, item);
		return;
	}
}

struct keyed {
	size_t start, index; /* of the key in the buffer; of the item in the array */
	struct str key;
};

static int key_order(const void *a, const void *b)
{
	const struct keyed *left = a, *right = b;
	int order = str_cmp(left->key, right->key);
	if (order)
		return order;
	return left->index < right->index ? -1 : left->index > right->index;
}

int schema_find_twin(
	struct arena *a, const struct cJSON *array, size_t *ret_first, size_t *ret_second)
{
	size_t n = json_count(array), i = 0;
	if (n < 2)
		return 0;
	struct keyed *items = arena_calloc(a, n + 1, sizeof *items);
	if (!items)
		return -ENOMEM;
	struct buf keys = buf_make(a, SIZE_MAX);
	json_each (item, array) {
		items[i] = (struct keyed){.start = keys.n, .index = i};
		add_key(&keys, item);
		i++;
	}
	items[n].start = keys.n;
	if (keys.failed)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		items[i].key = (struct str){
			keys.p + items[i].start, items[i + 1].start - items[i].start};
	qsort(items, n, sizeof items[0], key_order);
	for (i = 1; i < n; i++) {
		if (!str_eq(items[i - 1].key, items[i].key))
			continue;
		*ret_first = items[i - 1].index;
		*ret_second = items[i].index;
		return 1;
	}
	return 0;
}
