/* What assertions, request objects and ID token hints have in common: claims (RFC 7519). */
#ifndef OAUTH_JWT_H
#define OAUTH_JWT_H

#include "core/json.h"
#include "oauth/oauth.h"

enum jwt_claim { CLAIM_ABSENT, CLAIM_NULL, CLAIM_WRONG, CLAIM_GOOD };

/* It has the form of an encrypted token: five parts. */
bool jwt_is_encrypted(struct str token);
/* The payload as an object. -EINVAL: it is none. */
int jwt_claims(struct arena *a, struct str payload, const struct cJSON **ret);
enum jwt_claim jwt_text(
	struct arena *a, const struct cJSON *claims, const char *name, struct str *ret);
/* Of a NumericDate: milliseconds. CLAIM_WRONG: no number, or not whole where whole is wanted. */
enum jwt_claim jwt_time(const struct cJSON *claims, const char *name, bool whole, int64_t *ret);
/* Whether "aud", one string or a list of them, names it. */
bool jwt_is_for(const struct cJSON *claims, struct str audience);
/* The id of the client, or its alias. */
bool jwt_names_client(
	const struct oauth *o, const struct oauth_client *client, struct str identifier);
/* A claim as text for a message, at most 200 bytes of it. */
struct str jwt_show(struct arena *a, const struct cJSON *claims, const char *name);
/* allowableClockSkew in milliseconds. */
int64_t jwt_skew(const struct oauth *o);

#endif
