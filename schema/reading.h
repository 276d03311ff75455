/* Reading the members of an object in a schema file, each refused with its place. */
#ifndef SCHEMA_READING_H
#define SCHEMA_READING_H

#include "schema/mkops.h"

struct reading {
	struct mkops *m;
	struct operation *operation;
	const struct cJSON *in; /* the object being read */
	const char *pointer;    /* its way in the file */
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* mkops_fail for the member name. Returns false. */
bool reading_refuse(const struct reading *r, const char *name, const char *message);
/* False after reading_refuse. What is absent and not needed leaves *ret alone; an absent bool is
 * false. */
bool reading_text(const struct reading *r, const char *name, bool needed, const char **ret);
bool reading_bool(const struct reading *r, const char *name, bool *ret);
/* One of n words; *ret is its number. */
bool reading_word(
	const struct reading *r, const char *name, const char *const *words, size_t n, size_t *ret);
bool reading_confidence(const struct reading *r, enum op_confidence *ret);
/* Refuses members that are not among names. */
bool reading_only(const struct reading *r, const char *const *names, size_t n);

/* The member "results". */
bool results_read(const struct reading *r);

#endif
