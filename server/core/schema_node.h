/* What a compiled schema is made of: plain data, written by schema/emit.c as constants of the
 * program and by schema/compile.c in memory. Only the checker, the compiler and the emitter look
 * inside. An absent keyword is NULL or a value that refuses nothing. */
#ifndef CORE_SCHEMA_NODE_H
#define CORE_SCHEMA_NODE_H

#include "core/json.h"
#include "core/pattern.h"
#include "core/schema.h"

enum schema_type {
	SCHEMA_NULL = 1 << 0,
	SCHEMA_BOOLEAN = 1 << 1,
	SCHEMA_INTEGER = 1 << 2,
	SCHEMA_NUMBER = 1 << 3,
	SCHEMA_STRING = 1 << 4,
	SCHEMA_ARRAY = 1 << 5,
	SCHEMA_OBJECT = 1 << 6,
};

/* The checker marks the members it has seen in a set of this size. */
#define SCHEMA_PROPERTIES_MAX 512
#define SCHEMA_NO_MAX ((size_t)-1)

/* A JSON value of "enum" or "const". Names and texts are in tree form (core/json.h). */
struct schema_value {
	enum json_kind kind;
	const char *name; /* of a member */
	struct str text;
	double number;                       /* a boolean is 0 or 1 */
	const struct schema_value *children; /* members in strcmp's order of their names */
	size_t n_children;
};

struct schema_list {
	const struct schema *const *at;
	size_t n;
};

struct schema_property {
	const char *name;            /* tree form */
	const struct schema *schema; /* NULL: named by "required" only */
};

struct schema_required {
	size_t property; /* index into properties */
	bool mandatory;  /* insisted on whatever the flags */
};

struct schema_string {
	size_t min_length, max_length;
	const struct pattern *pattern;
};

struct schema_number {
	double minimum, maximum, exclusive_minimum, exclusive_maximum; /* ±INFINITY: none */
};

struct schema_array {
	const struct schema *items;
	size_t min_items, max_items;
	bool unique;
};

struct schema_object {
	const struct schema_property *properties; /* in strcmp's order of their names */
	size_t n_properties;
	const struct schema_required *required; /* in the order of the schema file */
	size_t n_required;
	const struct schema *additional; /* NULL: no "additionalProperties" */
	size_t min_properties, max_properties;
	bool described; /* it has "properties" */
};

/* Schemas for the same value. The compiler lets none of them lead back here. */
struct schema_logic {
	struct schema_list all_of, any_of, one_of;
	const struct schema *excluded; /* "not" */
};

struct schema {
	unsigned id;    /* number in order of compilation, from 0 */
	unsigned types; /* set of enum schema_type, 0: any */
	bool never;     /* the schema false */
	bool empty_is_absent, mandatory;
	bool read_only;                      /* schema_record leaves it out */
	const struct schema_value *standard; /* "x-default": what schema_record writes for an absent
					      * member; NULL: nothing */
	const struct schema *ref;
	const struct schema_value *constant, *values; /* "const", "enum" */
	size_t n_values;
	const struct schema_string *string;
	const struct schema_number *number;
	const struct schema_array *array;
	const struct schema_object *object;
	const struct schema_logic *logic;
	const struct schema *strict; /* "x-strict" */
	const struct schema_refusal *refusals;
	size_t n_refusals;
};

/* Index of the property of that name (tree form), o->n_properties when there is none. */
size_t schema_find_property(const struct schema_object *o, const char *name);

#endif
