/* Inside the checker: what its files share. schema.c drives, schema_keywords.c knows the keywords
 * of single values and arrays, schema_object.c those of objects, schema_report.c writes down. */
#ifndef CORE_SCHEMA_CHECK_H
#define CORE_SCHEMA_CHECK_H

#include "core/schema_node.h"
#include "core/schema_text.h"

#define SCHEMA_EXPECTED_MAX 240 /* bytes; an enum is worth showing whole */
#define SCHEMA_CAME_MAX 80

struct check {
	struct arena *arena;
	unsigned flags;
	struct schema_report *report;
	struct schema_violation *last;
	size_t kept;
	unsigned silent; /* in an anyOf, oneOf or not: only whether a value fits is wanted */
	unsigned strict; /* in an x-strict */
	bool no_memory;
};

/* A schema at work on a value, and the schemas that led to it on the same value. */
struct scope {
	const struct schema *schema;
	const struct scope *outer;
	const struct schema_place *place;
};

/* True when item fits s; else, unless c is silent, its violations are in the report. All functions
 * below that take a check and return a bool do the same. */
bool check_item(struct check *c, const struct schema *s, const struct cJSON *item,
	const struct schema_place *place, const struct scope *outer);

/* The schema of the scope has the part in question; check_type and check_object are for any. */
bool check_type(struct check *c, const struct scope *in, const struct cJSON *item);
bool check_values(struct check *c, const struct scope *in, const struct cJSON *item);
bool check_string(struct check *c, const struct scope *in, const struct cJSON *item);
bool check_number(struct check *c, const struct scope *in, const struct cJSON *item);
bool check_array(struct check *c, const struct scope *in, const struct cJSON *item);
bool check_object(struct check *c, const struct scope *in, const struct cJSON *item);

/* How the scope's schemas, or one schema, want the refusal by that keyword answered; or NULL. */
const struct schema_refusal *check_refusal_in(const struct scope *in, const char *keyword);
const struct schema_refusal *check_refusal_of(const struct schema *s, const char *keyword);

/* Appends a copy of v to the report, with its texts. Returns false, and so do the next two, so that
 * a keyword's function may end with one. */
bool check_report(struct check *c, const struct schema_violation *v,
	const struct schema_place *place, const struct schema_line *expected,
	const struct schema_line *came);
/* The value of the scope broke the keyword. */
bool check_refuse(struct check *c, const struct scope *in, const char *keyword,
	const struct cJSON *item, const char *format, ...) __attribute__((format(printf, 5, 6)));
bool check_refuse_line(struct check *c, const struct scope *in, const char *keyword,
	const struct cJSON *item, const struct schema_line *expected);

/* "s" unless n is 1. */
const char *check_plural(size_t n);

#endif
