/* Rules across the members of a Service or Client, one function each. */
#ifndef ENTITY_RULES_H
#define ENTITY_RULES_H

#include "core/json.h"
#include "entity/entity.h"

struct checked {
	struct arena *arena;
	const struct cJSON *in;
	struct entity_refusal *refusal;
};

/* Each rule gives false, after broken, when it is broken. */
typedef bool rule(struct checked *k);

/* The first of n that is broken decides. 0, *ret filled or its status 0; or -ENOMEM. */
int rules_check(rule *const rules[], size_t n, struct arena *a, const struct cJSON *in,
	struct entity_refusal *ret);

/* "MEMBER WHAT" with 400. Returns false. */
bool broken(struct checked *k, const char *code, const char *member, const char *what);
/* n 0 when the member is absent or empty. */
struct str text_of(struct checked *k, const char *name);
bool is(struct checked *k, const char *name, struct str value);
bool is_ascii(struct str s); /* printable */
/* The member is absent or the text of a JWK Set (RFC 7517 section 5); A031212, A031216. */
bool is_key_set(struct checked *k, const char *name);
/* The document in a text; NULL when it is none. */
const struct cJSON *document_in(struct checked *k, struct str text);

#endif
