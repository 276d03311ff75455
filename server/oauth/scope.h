/* Scopes: what was asked for, reduced to what the service has and the client may ask for. */
#ifndef OAUTH_SCOPE_H
#define OAUTH_SCOPE_H

#include "oauth/oauth.h"

struct scopes {
	struct str *at;
	size_t n;
};

/* The words of a scope parameter (RFC 6749 section 3.3), each once, in their order. */
int scopes_parse(struct arena *a, struct str text, struct scopes *ret);
/* Those of them that the service supports and the client may request (extension.requestableScopes).
 * *ret_dropped (may be NULL): the others. */
int scopes_allowed(const struct oauth *o, const struct oauth_client *client,
	const struct scopes *asked, struct scopes *ret, struct scopes *ret_dropped);
/* Those that the service gives when none are asked for: its defaultEntry ones. */
int scopes_default(const struct oauth *o, const struct oauth_client *client, struct scopes *ret);
bool scopes_have(const struct scopes *s, struct str name);
/* "a b c" */
struct str scopes_text(struct arena *a, const struct scopes *s);
/* From a JSON array of strings; NULL: none. */
int scopes_of_json(struct arena *a, const struct cJSON *list, struct scopes *ret);
/* [{"name","defaultEntry"[,"description","descriptions","attributes"]}] of the service, or with
 * brief only the first two. */
void scopes_put_objects(
	struct json_writer *w, const struct oauth *o, const struct scopes *s, bool brief);
/* ["a","b"] */
void scopes_put_names(struct json_writer *w, const struct scopes *s);
/* The claims that profile, email, address and phone stand for (OpenID Connect Core section 5.4),
 * as far as the service supports them. */
int scopes_claims(const struct oauth *o, const struct scopes *s, struct scopes *ret);
/* Those of them that it does not. */
int scopes_claims_lacking(const struct oauth *o, const struct scopes *s, struct scopes *ret);
/* Seconds: the least of the service's setting, the client's extension and the scopes' attributes
 * ("access_token.duration", …), those above 0; otherwise when none is. */
int64_t scopes_duration(const struct oauth *o, const struct oauth_client *client,
	const struct scopes *s, const char *setting, const char *attribute, int64_t otherwise);

#endif
