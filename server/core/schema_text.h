/* The words of a violation: where it is, what was expected, what came. Inside the checker only.
 *
 * All texts are for people: control characters come out as \u00XX, what is long is cut and ends
 * in dots, and nothing is ill-formed UTF-8 or holds a NUL. */
#ifndef CORE_SCHEMA_TEXT_H
#define CORE_SCHEMA_TEXT_H

#include "core/schema_node.h"

/* The way to a value, from the value up; the document itself has up = NULL. */
struct schema_place {
	const struct schema_place *up;
	const char *name; /* of a member, tree form; NULL: an item of an array */
	size_t index;     /* of an item */
};

/* A text that stops growing when it is full. */
struct schema_line {
	char text[320];
	size_t n, max;
	bool full;
};

struct schema_line schema_line(size_t max);
/* Adds tree-form text as described above. */
void schema_line_add(struct schema_line *line, struct str text);
void schema_line_addf(struct schema_line *line, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Copies it to the arena. STR_NONE (and a->failed) without memory. */
struct str schema_line_str(struct arena *a, const struct schema_line *line);

/* RFC 6901. STR_NONE (and a->failed) without memory. */
struct str schema_pointer(struct arena *a, const struct schema_place *place);
/* "the string \"x\"", "an array of 3 items". */
void schema_line_came(struct schema_line *line, const struct cJSON *item);
/* "a string or an array" for a set of enum schema_type; "a value" for the empty set. */
void schema_line_types(struct schema_line *line, unsigned types);
/* What fits s, roughly: "an integer of at least 1 or text that matches ^[0-9]+$". */
void schema_line_wanted(struct schema_line *line, const struct schema *s);
/* The same for alternatives. */
void schema_line_choice(struct schema_line *line, const struct schema_list *list);
/* "one of A, B, C". */
void schema_line_values(struct schema_line *line, const struct schema_value *values, size_t n);

#endif
