/* The checker of JSON values against compiled schemas. The compiler is schema/compile.c; it runs at
 * build time, so that these tables are constant data. Dialect: schema/README.md. */
#ifndef CORE_SCHEMA_H
#define CORE_SCHEMA_H

#include "core/arena.h"

struct cJSON;
struct schema; /* core/schema_node.h */

/* How the refusal of one member by one keyword is answered, where that is not the default. */
struct schema_refusal {
	const char *keyword; /* "required", "type", "enum", … */
	int status;          /* HTTP */
	const char *action;  /* NULL: the reply has none */
	const char *result_code;
	const char *error;   /* makes a responseContent; NULL: none */
	bool challenge;      /* that for WWW-Authenticate (RFC 6750 section 3), else JSON (RFC 6749
			      * section 5.2) */
	const char *message; /* our sentence, without the code in brackets */
};

enum schema_flags {
	SCHEMA_PUBLISHED = 1, /* enforce "required" as published; else only what x-mandatory says */
	SCHEMA_STRICT = 2,    /* apply x-strict, and refuse members no schema names */
	SCHEMA_CLOSED = 4,    /* with it: also where "additionalProperties": true allows them */
};

/* Texts are for people and safe to print: no control characters, no NUL, of bounded length. */
struct schema_violation {
	const struct schema_violation *next;
	const char *keyword; /* "required", "type", …; an unknown member: "additionalProperties" */
	struct str pointer;  /* RFC 6901, "" for the whole document; names over 128 bytes are cut */
	struct str expected;                  /* "one of ACCESS_DENIED, …" */
	struct str came;                      /* "the string \"x\"" */
	const struct schema_refusal *refusal; /* NULL: the default one */
	bool strict_only; /* found only because of the flags; without them it would pass */
};

struct schema_report {
	/* Document order; a missing member comes after those that are there, and the parts of an
	 * allOf one after the other. */
	const struct schema_violation *first;
	size_t count; /* all; the list stops at SCHEMA_REPORT_MAX */
};
#define SCHEMA_REPORT_MAX 50

/* What the real service does before it checks, per the schema: a null member is absent, "" is
 * absent where x-emptyIsAbsent says so, "true" and "42" become boolean and integer where only those
 * are wanted; with form, a string becomes an array of its words. Looks through $ref and allOf only;
 * a value that no schema describes stays as it is. False without memory. */
bool schema_normalise(struct arena *a, const struct schema *s, struct cJSON *tree, bool form);

/* Whether the value must be an array. */
bool schema_wants_array(const struct schema *s);

/* Writes the members of a checked object that are to be kept, without the braces around them: those
 * that the schema describes and does not call readOnly, and x-default for those that are absent, in
 * strcmp's order of their names; likewise inside. */
struct json_writer;
void schema_record(const struct schema *s, const struct cJSON *object, struct json_writer *w);

/* Every violation in one pass; a value of the wrong type is one, whatever else it breaks. Flags: a
 * set of enum schema_flags; SCHEMA_PUBLISHED alone is plain draft-07, 0 the faithful mode. The
 * report and its texts live in the arena; with nothing to report and no uniqueItems, none of it is
 * used. False without memory. */
bool schema_check(struct arena *a, const struct schema *s, const struct cJSON *tree, unsigned flags,
	struct schema_report *ret);

/* The schema of an object's member, NULL when it describes none of that name. */
const struct schema *schema_item(const struct schema *s); /* of a list's items, or NULL */
const struct schema *schema_member(const struct schema *s, const char *name);

#endif
