/* Sets of names in the documents of services. */
#ifndef ENTITY_NAMES_H
#define ENTITY_NAMES_H

#include "core/arena.h"

struct cJSON;

struct names {
	struct str *at; /* in order */
	size_t n;
};

/* Reads a document as the store keeps it: members without the braces. 0, -ENOMEM, or -EBADMSG for
 * one that no call of ours has written. */
int document_read(struct arena *a, struct str document, struct cJSON **ret);
/* The strings of a list, or with member that member of its objects. An absent list is empty. False
 * without memory. */
bool names_read(struct arena *a, const struct cJSON *list, const char *member, struct names *ret);
/* Whether none comes twice. */
bool names_differ(const struct names *names);
bool names_have(const struct names *names, struct str name);

#endif
