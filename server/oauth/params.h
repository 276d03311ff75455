/* The parameters that a client sent to the authorization server, as it passed them on: a form body
 * (application/x-www-form-urlencoded) as one string. Unlike a form body of our own API it may hold
 * a name twice, which is then for each rule to refuse (RFC 6749 section 3.1). */
#ifndef OAUTH_PARAMS_H
#define OAUTH_PARAMS_H

#include "core/arena.h"

#define PARAMS_MAX 1000 /* real requests have a dozen; looking one up costs as many comparisons */

struct param {
	struct str name, value; /* decoded */
};

struct params {
	struct param *at;
	size_t n;
};

enum param_state { PARAM_ABSENT, PARAM_EMPTY, PARAM_ONE, PARAM_REPEATED };

/* Into the arena. -EINVAL when it is no form (a broken escape, ill-formed UTF-8, too many),
 * -ENOMEM. */
int params_parse(struct arena *a, struct str text, struct params *ret);
/* *ret (may be NULL) is the value of the only one; else STR_NONE. */
enum param_state params_get(const struct params *p, const char *name, struct str *ret);
/* The value of the only one that is not empty; else STR_NONE. */
struct str params_one(const struct params *p, const char *name);

#endif
