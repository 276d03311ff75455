/* Inside the compiler: what its files share. compile.c drives, compile_ref.c follows $refs,
 * compile_keywords.c knows the keywords, compile_object.c those of objects and our own,
 * compile_pattern.c the dialect of "pattern". */
#ifndef SCHEMA_COMPILE_PARTS_H
#define SCHEMA_COMPILE_PARTS_H

#include "schema/compile.h"

struct schema_file {
	const char *name;
	const struct cJSON *document;
};

/* Where the compiler stands, from the inside out. */
struct spot {
	const struct spot *up;
	const struct schema_file *file;
	const char *pointer; /* of the outermost spot: the way to it in the file */
	const char *name;    /* of a member */
	size_t index;        /* of an item, when name is NULL */
};

enum part { PART_NONE, PART_STRING, PART_NUMBER, PART_ARRAY, PART_OBJECT, PART_LOGIC, PARTS };

/* A node under construction with the parts it may need. */
struct draft {
	struct schema *node;
	bool used[PARTS];
	struct schema_string string;
	struct schema_number number;
	struct schema_array array;
	struct schema_object object;
	struct schema_logic logic;
	const struct cJSON *properties, *required; /* handled together at the end */
};

/* Records "file#pointer: message", unless an error is there already. Returns false. */
bool compile_fail(struct schema_compiler *c, const struct spot *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* c->arena's memory, cleared; NULL with the error recorded when there is none. */
void *compile_alloc(struct schema_compiler *c, size_t count, size_t size);
struct spot spot_member(const struct spot *up, const char *name);
struct spot spot_item(const struct spot *up, size_t index);

/* The compiled schema, or NULL with the error recorded. */
const struct schema *compile_schema(
	struct schema_compiler *c, const struct cJSON *item, const struct spot *at);
/* The same for what $refs may lead to: one node, however often it is asked for. */
const struct schema *compile_target(
	struct schema_compiler *c, const struct cJSON *item, const struct spot *at);
/* A schema object with $ref. */
const struct schema *compile_ref(
	struct schema_compiler *c, const struct cJSON *item, const struct spot *at);
/* A node of its own for a schema object; target (may be NULL) is what its $ref leads to. It is
 * remembered as a target before its members are looked at, if as_target says so. */
const struct schema *compile_node(struct schema_compiler *c, const struct cJSON *item,
	const struct spot *at, const struct schema *target, bool as_target);

/* What a JSON Pointer leads to, or NULL with the error recorded. */
const struct cJSON *compile_resolve(struct schema_compiler *c, const struct cJSON *document,
	const char *pointer, const struct spot *at);

/* Compiles one member of a schema object. */
bool compile_keyword(struct schema_compiler *c, struct draft *d, const struct cJSON *member,
	const struct spot *at);
/* Whether a keyword may stand beside a $ref, and whether it then has an effect. */
bool compile_goes_with_ref(const char *name, bool *ret_effect);
/* Whether a violation may carry that keyword. */
bool compile_is_refusable(const char *name);

bool compile_size(
	struct schema_compiler *c, const struct cJSON *value, const struct spot *at, size_t *ret);
bool compile_flag(
	struct schema_compiler *c, const struct cJSON *value, const struct spot *at, bool *ret);
bool compile_into(struct schema_compiler *c, const struct cJSON *value, const struct spot *at,
	const struct schema **ret);

bool compile_definitions(struct schema_compiler *c, struct draft *d, const struct cJSON *value,
	const struct spot *at);
bool compile_refusals(struct schema_compiler *c, struct draft *d, const struct cJSON *value,
	const struct spot *at);
/* "properties" and "required", once all members have been seen. */
bool compile_members(struct schema_compiler *c, struct draft *d, const struct spot *at);
/* Adds the mandatory members to what is required. To be called when all nodes are complete. */
bool compile_mandatory(struct schema_compiler *c, struct schema_object *o);

bool compile_value(struct schema_compiler *c, const struct cJSON *item, struct schema_value *ret);
/* text is in tree form. False with *ret_why. */
bool compile_pattern(struct arena *a, struct str text, struct pattern *ret, const char **ret_why);

#endif
