/* Issuing tokens: one record for an access token and its refresh token (runtime: a revocation of
 * either kills both, a refresh replaces both). */
#ifndef OAUTH_TOKEN_H
#define OAUTH_TOKEN_H

#include "oauth/oauth.h"
#include "oauth/scope.h"

/* What a grant has come to. */
struct token_grant {
	const struct oauth_client *client;
	const char *grant_type; /* "CIBA" */
	struct str subject;     /* STR_NONE: none (client credentials) */
	struct str sub; /* takes the place of subject in the ID token; STR_NONE: it does not */
	struct scopes scopes;
	bool with_refresh;          /* where service and client allow it */
	bool with_id_token;         /* where openid is among the scopes */
	int64_t auth_time;          /* seconds; 0: unknown */
	struct str acr;             /* or STR_NONE */
	const struct cJSON *claims; /* for the ID token, or NULL */
	const struct cJSON *properties, *resources, *authorization_details,
		*consented_claims;                 /* or NULL */
	const struct cJSON *access_resources;      /* of the access token; NULL: resources */
	struct str access_token, refresh_token;    /* the caller's choice; STR_NONE: made up */
	int64_t access_duration, refresh_duration; /* seconds; 0: by the settings */
	int64_t refresh_expires_at;                /* milliseconds; 0: by the duration */
	const struct scopes *refresh_scopes;       /* of the refresh token; NULL: scopes */
	const struct cJSON
		*jwt_claims; /* further claims of a JWT access token (jwtAtClaims), or NULL */
	const struct cJSON *id_header; /* further members of the ID token's header, or NULL */
	struct str id_audience_type;   /* idTokenAudType; STR_NONE: by the service */
	struct str auth_req_id;        /* push: a claim of the ID token, with at_hash and rt_hash */
	struct str certificate_thumbprint, dpop_thumbprint; /* what the access token is bound to */
	struct str nonce; /* of the authentication request, or STR_NONE */
};

/* What the access token is for: a list of URIs, or NULL for anything. */
const struct cJSON *token_resources(const struct token_grant *grant);

struct token_issued {
	struct store_issued row;                /* store/store.h: with the hashes; not stored yet */
	struct str access_token, refresh_token; /* refresh_token STR_NONE: none */
	struct str jwt_access_token, id_token;  /* STR_NONE: none */
	int64_t access_duration, refresh_duration, id_duration; /* seconds */
	int64_t access_expires_at, refresh_expires_at;          /* milliseconds */
};

/* Makes the tokens; nothing is stored. Signing takes no lock. why: what of the configuration keeps
 * them from being made (no key, alg none, …): a code A046nnn and a message about the ID token; or
 * TOKEN_NO_JWT, in whose place each operation has a code of its own, with a message about the JWT
 * access token. Action and error are the caller's to set. */
#define TOKEN_NO_JWT "A200202"
int token_make(const struct oauth *o, const struct token_grant *grant, struct token_issued *ret,
	struct refusal *why);
/* The token response (RFC 6749 section 5.1): access_token, token_type, expires_in, scope,
 * refresh_token, id_token, in this order, and visible properties; push: auth_req_id first. */
struct str token_response(
	const struct oauth *o, const struct token_grant *grant, const struct token_issued *t);
/* The members of an API reply that tell of issued tokens: accessToken, accessTokenExpiresAt, … */
void token_put_members(struct json_writer *w, const struct oauth *o,
	const struct token_grant *grant, const struct token_issued *t);

/* ---- Extra properties: [{"key","value","hidden"}] ---- */

#define PROPERTIES_MAX 65535 /* bytes, as JSON */

/* Both lists (either may be NULL) as one, where the later property of a key takes the place of the
 * earlier. *ret may be NULL. */
int properties_merge(struct arena *a, const struct cJSON *first, const struct cJSON *second,
	const struct cJSON **ret);
/* False too without memory; see a->failed. */
bool properties_fit(struct arena *a, const struct cJSON *properties);
/* Those that are not hidden, as members of an open object. Left out are the names of a token
 * response, those in taken (up to NULL) and those of the members of others (may be NULL): no object
 * has a name twice. */
void properties_put_visible(struct json_writer *w, const struct cJSON *properties,
	const char *const *taken, const struct cJSON *others);

/* ---- For who signs ---- */

/* "urn:openid:params:grant-type:ciba" for "CIBA"; NULL: there is none of that name. */
const char *grant_wire_name(struct str api_name);

#endif
