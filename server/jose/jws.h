/* Signed tokens: JWS in compact serialization (RFC 7515). Errors are those of jose/jose.h.
 *
 * What may sign is the caller's to say: a token's header chooses among what is accepted, and a key
 * serves only algorithms of its own type. "none" cannot be accepted, as it is in no table; "crit"
 * is refused, as we know no extension. */
#ifndef JOSE_JWS_H
#define JOSE_JWS_H

#include "core/arena.h"
#include "jose/jose.h"
#include "jose/jwk.h"

/* A token taken apart. Everything lives in the arena, or in the token. */
struct jws {
	const struct cJSON *header;
	enum jose_alg alg;  /* JOSE_UNSET when the header's is not one that we know, as "none" */
	struct str kid;     /* STR_NONE when absent */
	struct str payload; /* bytes */
	struct str input, signature;
};

/* Looks at the form only; nothing in *ret is to be trusted before one of the functions below has
 * returned 0. The token must live as long as *ret. */
int jws_parse(struct arena *a, struct str token, struct jws *ret, const char **ret_why);

/* What the caller accepts. */
struct jws_rules {
	uint64_t algs; /* bits of signature algorithms; 0 accepts nothing */
	bool try_each; /* when several keys fit, try them all instead of -ENOTUNIQ */
};

/* 0 when the signature is right by that key. -ENOTSUP and -EPERM: not by an accepted algorithm;
 * -ENOKEY: the key is not for it; -EBADMSG: it is wrong. */
int jws_verify_key(const struct jws *jws, const struct jws_rules *rules, const struct jwk *key,
	const char **ret_why);
/* The same by the key of the set that fits (jwk_set_select with the token's kid); -ENOTUNIQ. ret
 * (may be NULL) gets the key, which lives as long as the set. */
int jws_verify(const struct jws *jws, const struct jws_rules *rules, const struct jwk_set *keys,
	const struct jwk **ret, const char **ret_why);

/* Makes a token in the arena. members are the header's besides "alg", as JSON without the braces
 * (`"typ":"JWT","kid":"1"`, or empty); "crit" and "b64" are refused. */
int jws_sign(struct arena *a, enum jose_alg alg, const struct jwk *key, struct str members,
	struct str payload, struct str *ret, const char **ret_why);

#endif
