/* The members of objects, and our keywords about them. */
#include <stdlib.h>
#include <string.h>

#include "schema/compile_parts.h"

bool compile_definitions(struct schema_compiler *c, struct draft *d, const struct cJSON *value,
	const struct spot *at)
{
	(void)d;
	if (json_kind(value) != JSON_OBJECT)
		return compile_fail(c, at, "must be an object");
	json_each (member, value) {
		struct spot here = spot_member(at, json_name(member).p);
		if (!compile_target(c, member, &here))
			return false;
	}
	return true;
}

/* ---- x-refusals ---- */

static bool is_result_code(struct str s)
{
	if (s.n != 7 || (s.p[0] != 'A' && s.p[0] != 'M'))
		return false;
	return str_is_digits((struct str){s.p + 1, s.n - 1});
}

static bool read_refusal_member(struct schema_compiler *c, const struct cJSON *member,
	const struct spot *at, struct schema_refusal *ret)
{
	struct str name = json_name(member);
	struct spot here = spot_member(at, name.p);
	int64_t status;
	if (str_eq(name, STR("status"))) {
		if (!json_int(member, &status) || status < 200 || status > 599)
			return compile_fail(c, &here, "must be an HTTP status from 200 to 599");
		ret->status = (int)status;
		return true;
	}
	struct str text = json_raw(member);
	if (json_kind(member) != JSON_STRING || text.n == 0)
		return compile_fail(c, &here, "must be a string with something in it");
	if (str_eq(name, STR("action")))
		ret->action = text.p;
	else if (str_eq(name, STR("resultCode")))
		ret->result_code = text.p;
	else if (str_eq(name, STR("error")))
		ret->error = text.p;
	else if (str_eq(name, STR("challenge"))) {
		ret->error = text.p;
		ret->challenge = true;
	} else if (str_eq(name, STR("message")))
		ret->message = text.p;
	else
		return compile_fail(c, &here, "is not a member of a refusal");
	return true;
}

static bool read_refusal(struct schema_compiler *c, const struct cJSON *value,
	const struct spot *at, struct schema_refusal *ret)
{
	if (json_kind(value) != JSON_OBJECT)
		return compile_fail(c, at, "must be an object");
	json_each (member, value)
		if (!read_refusal_member(c, member, at, ret))
			return false;
	if (!ret->status || !ret->result_code || !ret->message)
		return compile_fail(c, at, "must have status, resultCode and message");
	return is_result_code(str_of(ret->result_code)) ||
	       compile_fail(c, at, "resultCode must be A or M and six digits");
}

bool compile_refusals(struct schema_compiler *c, struct draft *d, const struct cJSON *value,
	const struct spot *at)
{
	if (json_kind(value) != JSON_OBJECT || !json_first(value))
		return compile_fail(c, at, "must be an object of at least one member");
	struct schema_refusal *refusals = compile_alloc(c, json_count(value), sizeof *refusals);
	size_t n = 0;
	json_each (member, value) {
		const char *name = json_name(member).p;
		struct spot here = spot_member(at, name);
		if (!compile_is_refusable(name))
			return compile_fail(c, &here, "is not a keyword that refuses anything");
		if (!refusals || !read_refusal(c, member, &here, &refusals[n]))
			return false;
		refusals[n++].keyword = name;
		/* Who gives its absence an answer of its own insists on it. */
		d->node->mandatory |= strcmp(name, "required") == 0;
	}
	d->node->refusals = refusals;
	d->node->n_refusals = n;
	return true;
}

/* ---- properties, required ---- */

static int property_order(const void *a, const void *b)
{
	const struct schema_property *left = a, *right = b;
	return strcmp(left->name, right->name);
}

static bool is_there(const struct schema_property *properties, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(properties[i].name, name) == 0)
			return true;
	return false;
}

/* Collects what "properties" describes and what only "required" names. */
static bool collect(struct schema_compiler *c, struct draft *d, const struct spot *at,
	struct schema_property *properties, size_t *ret)
{
	struct spot list = spot_member(at, "properties");
	size_t n = 0;
	json_each (member, d->properties) {
		const char *name = json_name(member).p;
		struct spot here = spot_member(&list, name);
		properties[n].name = name;
		if (!compile_into(c, member, &here, &properties[n++].schema))
			return false;
	}
	list = spot_member(at, "required");
	json_each (item, d->required) {
		if (json_kind(item) != JSON_STRING)
			return compile_fail(c, &list, "must be a list of names");
		if (!is_there(properties, n, json_raw(item).p))
			properties[n++].name = json_raw(item).p;
	}
	*ret = n;
	return true;
}

bool compile_members(struct schema_compiler *c, struct draft *d, const struct spot *at)
{
	struct schema_object *o = &d->object;
	size_t room = json_count(d->properties) + json_count(d->required);
	o->described = d->properties;
	if (room == 0)
		return true;
	if (room > SCHEMA_PROPERTIES_MAX)
		return compile_fail(c, at, "has more than %d members", SCHEMA_PROPERTIES_MAX);
	struct schema_property *properties = compile_alloc(c, room, sizeof *properties);
	struct schema_required *required = compile_alloc(c, room, sizeof *required);
	if (!properties || !required || !collect(c, d, at, properties, &o->n_properties))
		return false;
	qsort(properties, o->n_properties, sizeof *properties, property_order);
	o->properties = properties;
	json_each (item, d->required) {
		size_t property = schema_find_property(o, json_raw(item).p);
		for (size_t i = 0; i < o->n_required; i++)
			if (required[i].property == property)
				return compile_fail(
					c, at, "requires \"%s\" twice", json_raw(item).p);
		required[o->n_required++].property = property;
	}
	o->required = required;
	return true;
}

static bool is_mandatory(const struct schema *s)
{
	while (s && !s->mandatory)
		s = s->ref;
	return s;
}

bool compile_mandatory(struct schema_compiler *c, struct schema_object *o)
{
	bool listed[SCHEMA_PROPERTIES_MAX] = {false};
	struct schema_required *all = compile_alloc(c, o->n_properties, sizeof *all);
	size_t n = 0;
	if (!all)
		return false;
	for (size_t i = 0; i < o->n_required; i++) {
		size_t property = o->required[i].property;
		listed[property] = true;
		all[n++] = (struct schema_required){
			property, is_mandatory(o->properties[property].schema)};
	}
	for (size_t i = 0; i < o->n_properties; i++)
		if (!listed[i] && is_mandatory(o->properties[i].schema))
			all[n++] = (struct schema_required){i, true};
	o->required = all;
	o->n_required = n;
	return true;
}
