/* Proofs of possession of a key (DPoP, RFC 9449). */
#ifndef OAUTH_DPOP_H
#define OAUTH_DPOP_H

#include "oauth/oauth.h"

#define DPOP_THUMBPRINT_SIZE 43

/* Which algorithms a proof may use, as a challenge lists them. */
#define DPOP_ALGS "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 ES256K EdDSA"

/* What a proof is held against. */
struct dpop_request {
	struct str proof;        /* the header's value; not empty */
	struct str method, url;  /* of the request it came with; STR_NONE: not compared */
	struct str access_token; /* as it was presented; STR_NONE: none was, so no ath is wanted */
	bool nonce_required;
};

/* How an API calls what is wrong with a proof. */
struct dpop_codes {
	const char *no_alg, *wrong_alg, *no_key, *invalid, *no_nonce;
};

/* 0 with *ret_thumbprint, the key's (RFC 7638) in base64url, or with *why: error
 * "invalid_dpop_proof" or "use_dpop_nonce"; its action is the caller's to set. -ENOMEM. */
int dpop_verify(const struct oauth *o, const struct dpop_request *request,
	const struct dpop_codes *codes, struct str *ret_thumbprint, struct refusal *why);

/* The nonce that proofs are to have now; those of the time before still pass. STR_NONE without
 * memory. */
struct str dpop_nonce(const struct oauth *o);

#endif
