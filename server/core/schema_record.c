/* What of an object is kept: data-driven, so that the members of Service and Client and their
 * defaults stand in schema files only. */
#include "core/json.h"
#include "core/schema_node.h"

static void put_item(const struct schema *s, const struct cJSON *item, struct json_writer *w);

static const struct schema_value *standard_of(const struct schema *s)
{
	while (s && !s->standard)
		s = s->ref;
	return s ? s->standard : NULL;
}

static bool is_read_only(const struct schema *s)
{
	while (s && !s->read_only)
		s = s->ref;
	return s;
}

static const struct schema_object *object_of(const struct schema *s)
{
	while (s && !(s->object && s->object->n_properties))
		s = s->ref;
	return s ? s->object : NULL;
}

static const struct schema *items_of(const struct schema *s)
{
	while (s && !(s->array && s->array->items))
		s = s->ref;
	return s ? s->array->items : NULL;
}

static void put_value(const struct schema_value *value, struct json_writer *w)
{
	switch (value->kind) {
	case JSON_NULL:
		json_put_raw(w, STR("null"));
		return;
	case JSON_BOOL:
		json_put_bool(w, value->number != 0);
		return;
	case JSON_NUMBER:
		json_put_int(w, (int64_t)value->number);
		return;
	case JSON_STRING:
		json_put_str(w, value->text);
		return;
	case JSON_ARRAY:
	case JSON_OBJECT:
		break;
	}
	bool object = value->kind == JSON_OBJECT;
	json_open(w, object ? '{' : '[');
	for (size_t i = 0; i < value->n_children; i++) {
		if (object)
			json_put_name(w, value->children[i].name);
		put_value(&value->children[i], w);
	}
	json_close(w, object ? '}' : ']');
}

static void put_member(
	const struct schema_property *p, const struct cJSON *item, struct json_writer *w)
{
	const struct schema_value *standard = standard_of(p->schema);
	if (!p->schema || is_read_only(p->schema) || (!item && !standard))
		return;
	json_put_name(w, p->name);
	if (item)
		put_item(p->schema, item, w);
	else
		put_value(standard, w);
}

static void put_item(const struct schema *s, const struct cJSON *item, struct json_writer *w)
{
	const struct schema *items = items_of(s);
	if (json_kind(item) == JSON_OBJECT && object_of(s)) {
		json_open(w, '{');
		schema_record(s, item, w);
		json_close(w, '}');
	} else if (json_kind(item) == JSON_ARRAY && items) {
		json_open(w, '[');
		json_each (child, item)
			put_item(items, child, w);
		json_close(w, ']');
	} else {
		json_put_tree(w, item);
	}
}

void schema_record(const struct schema *s, const struct cJSON *object, struct json_writer *w)
{
	const struct schema_object *o = object_of(s);
	for (size_t i = 0; o && i < o->n_properties; i++)
		put_member(&o->properties[i], json_get(object, o->properties[i].name), w);
}

const struct schema *schema_item(const struct schema *s)
{
	return items_of(s);
}

const struct schema *schema_member(const struct schema *s, const char *name)
{
	const struct schema_object *o = object_of(s);
	size_t i = o ? schema_find_property(o, name) : 0;
	return o && i < o->n_properties ? o->properties[i].schema : NULL;
}
