/* The service's own keys, with which it signs. */
#ifndef OAUTH_SERVICE_KEY_H
#define OAUTH_SERVICE_KEY_H

#include "jose/jwk.h"
#include "oauth/oauth.h"

/* The private key for the asymmetric algorithm. Where several fit, the one that the setting names
 * by its id, such as "idTokenSignatureKeyId". The caller gives *ret_set back with jwk_set_unref;
 * the key lives as long. why: A046114, A046201 to A046204; action and error are the caller's to
 * set. */
int service_key(const struct oauth *o, enum jose_alg alg, const char *setting,
	struct jwk_set **ret_set, const struct jwk **ret, struct refusal *why);

/* A token signed by the service. members: the header's besides alg and kid, as JSON without the
 * braces. */
int service_sign(const struct oauth *o, enum jose_alg alg, const char *setting, struct str members,
	struct str payload, struct str *ret, struct refusal *why);

#endif
