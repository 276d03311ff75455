/* What every decision of the engine is made from. Nothing here knows HTTP or SQL: bytes, documents
 * and a time go in, decisions come out. Memory is the arena's; functions return 0 or a negative
 * errno (-ENOMEM) unless they say otherwise. */
#ifndef OAUTH_OAUTH_H
#define OAUTH_OAUTH_H

#include "core/json.h"
#include "core/rand.h"
#include "store/store.h"

struct oauth {
	struct arena *arena;
	int64_t now; /* milliseconds since the epoch, by the silo's clock */
	struct rand *rand;
	struct store_service row;
	const struct cJSON *service; /* its document */
	bool v2;                     /* an API of 2.x was called */
	struct jwk_cache *keys;      /* sets parsed before; NULL: none are kept */
};

struct oauth_client {
	struct store_client row;
	const struct cJSON *document;  /* the members of Client that callers set */
	const struct cJSON *extension; /* those of "extension" */
	bool alias_used;               /* the request named it by its alias */
	const char *auth_method;       /* "CLIENT_SECRET_BASIC"; NULL: not authenticated */
	const char *assertion_alg;     /* "ES256"; NULL: it did not authenticate by an assertion */
	size_t assertion_bits;         /* of the RSA key that signed it; 0: another kind of key */
};

/* A decision against a request. status is always 200: the reply says what to do by its action. */
struct refusal {
	const char *action; /* NULL: there is none */
	const char *code;   /* "A168310" */
	const char *error;  /* RFC 6749 section 5.2 and its kin */
	struct str message; /* ours, without the code */
};
#define REFUSED(r) ((r)->code != NULL)

/* Fills *r and returns 0, or -ENOMEM. */
int refusal_set(struct arena *a, struct refusal *r, const char *action, const char *code,
	const char *error, const char *format, ...) __attribute__((format(printf, 6, 7)));
/* {"error":E,"error_description":"[code] message","error_uri":"…#code"}; the service's
 * errorDescriptionOmitted and errorUriOmitted leave the last two out. */
struct str refusal_content(const struct oauth *o, const struct refusal *r);

/* --- reading documents --- */

bool oauth_flag(const struct cJSON *document, const char *name);
int64_t oauth_number(const struct cJSON *document, const char *name, int64_t otherwise);
/* STR_NONE when it is absent. */
struct str oauth_text(struct arena *a, const struct cJSON *document, const char *name);
/* Whether the member is that very string. */
bool oauth_has_value(const struct cJSON *document, const char *name, const char *value);
/* Whether a list of strings holds the word. */
bool oauth_has(const struct cJSON *document, const char *name, const char *word);
/* The grant types of a service that lists none: AUTHORIZATION_CODE and REFRESH_TOKEN; of such a
 * client: whatever the service allows. "CIBA", "REFRESH_TOKEN", … */
bool oauth_service_grants(const struct cJSON *service, const char *grant_type);
bool oauth_client_grants(const struct cJSON *client, const char *grant_type);

/* The keys of a document's member, "jwks": parsed once and kept. The caller gives the set back with
 * jwk_set_unref. -ENOENT: there are none; else as jwk_set_parse. */
struct jwk_set;
int oauth_keys(const struct oauth *o, const struct cJSON *document, const char *name,
	struct jwk_set **ret, const char **ret_why);

#endif
