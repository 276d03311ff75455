/* The keywords of objects. */
#include "core/schema_check.h"

#include <stdlib.h>
#include <string.h>

static int property_order(const void *name, const void *property)
{
	return strcmp(name, ((const struct schema_property *)property)->name);
}

size_t schema_find_property(const struct schema_object *o, const char *name)
{
	if (o->n_properties == 0)
		return 0;
	const struct schema_property *found = bsearch(
		name, o->properties, o->n_properties, sizeof o->properties[0], property_order);
	return found ? (size_t)(found - o->properties) : o->n_properties;
}

static bool any_in_list(const struct schema_list *list,
	bool (*holds)(const struct schema *s, const char *name), const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (holds(list->at[i], name))
			return true;
	return false;
}

/* True when s, or a schema it applies to the same value, fulfils holds. */
static bool any_beside(const struct schema *s,
	bool (*holds)(const struct schema *s, const char *name), const char *name)
{
	if ((s->ref && holds(s->ref, name)) || (s->strict && holds(s->strict, name)))
		return true;
	return s->logic && (any_in_list(&s->logic->all_of, holds, name) ||
				   any_in_list(&s->logic->any_of, holds, name) ||
				   any_in_list(&s->logic->one_of, holds, name));
}

/* Has "properties": the schema is meant to know the members. */
static bool describes_members(const struct schema *s, const char *unused)
{
	return (s->object && s->object->described) || any_beside(s, describes_members, unused);
}

/* "additionalProperties": true, which in draft-07 says no more than nothing. */
static bool takes_anything(const struct schema *s)
{
	return !s->never && !s->types && !s->ref && !s->constant && !s->values && !s->string &&
	       !s->number && !s->array && !s->object && !s->logic && !s->strict;
}

/* Names the member, or says explicitly what becomes of those it does not name. */
static bool knows_member(const struct schema *s, const char *name)
{
	const struct schema_object *o = s->object;
	if (o && (o->additional || schema_find_property(o, name) < o->n_properties))
		return true;
	return any_beside(s, knows_member, name);
}

/* The same with SCHEMA_CLOSED. */
static bool describes_member(const struct schema *s, const char *name)
{
	const struct schema_object *o = s->object;
	if (o && ((o->additional && !takes_anything(o->additional)) ||
			 schema_find_property(o, name) < o->n_properties))
		return true;
	return any_beside(s, describes_member, name);
}

static bool refuse_unknown(struct check *c, const struct scope *in, const struct cJSON *member,
	const struct schema_place *place, bool strict_only)
{
	if (c->silent)
		return false;
	const struct schema_violation v = {
		.keyword = "additionalProperties",
		.refusal = check_refusal_in(in, "additionalProperties"),
		.strict_only = strict_only,
	};
	struct schema_line expected = schema_line(SCHEMA_EXPECTED_MAX);
	struct schema_line came = schema_line(SCHEMA_CAME_MAX);
	schema_line_add(&expected, STR("no member of this name"));
	schema_line_came(&came, member);
	return check_report(c, &v, place, &expected, &came);
}

static bool refuse_missing(struct check *c, const struct scope *in,
	const struct schema_property *property, bool strict_only)
{
	if (c->silent)
		return false;
	const struct schema_violation v = {
		.keyword = "required",
		.refusal = check_refusal_of(property->schema, "required"),
		.strict_only = strict_only,
	};
	const struct schema_place place = {.up = in->place, .name = property->name};
	struct schema_line expected = schema_line(SCHEMA_EXPECTED_MAX);
	struct schema_line came = schema_line(SCHEMA_CAME_MAX);
	schema_line_wanted(&expected, property->schema);
	schema_line_add(&came, STR("nothing"));
	return check_report(c, &v, &place, &expected, &came);
}

struct seen {
	uint64_t bits[SCHEMA_PROPERTIES_MAX / 64];
};

static bool check_member(struct check *c, const struct scope *in, const struct schema_object *o,
	const struct cJSON *member, struct seen *seen)
{
	const char *name = json_name(member).p;
	struct schema_place place = {.up = in->place, .name = name};
	size_t i = schema_find_property(o, name);
	const struct schema *s = o->additional;
	if (i < o->n_properties) {
		seen->bits[i / 64] |= (uint64_t)1 << i % 64;
		if (o->properties[i].schema)
			return check_item(c, o->properties[i].schema, member, &place, NULL);
	}
	if (s && s->never)
		return refuse_unknown(c, in, member, &place, false);
	bool closed = c->flags & SCHEMA_CLOSED;
	if (s && !(closed && takes_anything(s)))
		return check_item(c, s, member, &place, NULL);
	/* Only the first schema of a value can tell that none of them knows a member. */
	if (!(c->flags & SCHEMA_STRICT) || in->outer || !describes_members(in->schema, NULL) ||
		(closed ? describes_member : knows_member)(in->schema, name))
		return true;
	return refuse_unknown(c, in, member, &place, true);
}

/* In a choice "required" tells the alternatives apart, so there it always counts. */
static bool check_missing(struct check *c, const struct scope *in, const struct schema_object *o,
	const struct seen *seen)
{
	bool good = true;
	for (size_t i = 0; i < o->n_required; i++) {
		size_t at = o->required[i].property;
		bool mandatory = o->required[i].mandatory;
		if (seen->bits[at / 64] >> at % 64 & 1)
			continue;
		if (mandatory || c->silent || (c->flags & SCHEMA_PUBLISHED))
			good = refuse_missing(c, in, &o->properties[at], !mandatory);
	}
	return good;
}

bool check_object(struct check *c, const struct scope *in, const struct cJSON *item)
{
	static const struct schema_object nothing = {.max_properties = SCHEMA_NO_MAX};
	const struct schema_object *o = in->schema->object;
	if (json_kind(item) != JSON_OBJECT)
		return true;
	if (!o) {
		if (!(c->flags & SCHEMA_STRICT) || in->outer)
			return true;
		o = &nothing; /* its allOf may describe the members */
	}
	bool good = true;
	if (o->min_properties || o->max_properties != SCHEMA_NO_MAX) {
		size_t n = json_count(item);
		if (n < o->min_properties)
			good = check_refuse(c, in, "minProperties", item, "at least %zu member%s",
				o->min_properties, check_plural(o->min_properties));
		if (n > o->max_properties)
			good = check_refuse(c, in, "maxProperties", item, "at most %zu member%s",
				o->max_properties, check_plural(o->max_properties));
	}
	struct seen seen = {0};
	json_each (member, item) {
		good = check_member(c, in, o, member, &seen) && good;
		if (!good && c->silent)
			return false;
	}
	return check_missing(c, in, o, &seen) && good;
}
