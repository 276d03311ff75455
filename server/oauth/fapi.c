#include "oauth/fapi.h"

#include <errno.h>

#include "jose/jose.h"

static bool is_one_of(const char *word, const char *const *list)
{
	while (word && *list)
		if (str_eq(str_of(word), str_of(*list++)))
			return true;
	return false;
}

bool fapi_allows_method(const char *name)
{
	static const char *const methods[] = {
		"PRIVATE_KEY_JWT", "TLS_CLIENT_AUTH", "SELF_SIGNED_TLS_CLIENT_AUTH", NULL};
	return is_one_of(name, methods);
}

bool fapi_allows_alg(const char *name)
{
	static const char *const algs[] = {"PS256", "ES256", NULL};
	return is_one_of(name, algs);
}

/* ---- When ---- */

static enum fapi mark_of(const struct cJSON *scope)
{
	const struct cJSON *list = json_get(scope, "attributes");
	if (!list)
		return FAPI_NONE;
	json_each (pair, list) {
		if (!oauth_has_value(pair, "key", "fapi"))
			continue;
		if (oauth_has_value(pair, "value", "rw"))
			return FAPI_WRITE;
		if (oauth_has_value(pair, "value", "r"))
			return FAPI_READ;
	}
	return FAPI_NONE;
}

enum fapi fapi_level(const struct oauth *o, const struct scopes *scopes)
{
	enum fapi level = FAPI_NONE;
	const struct cJSON *list = json_get(o->service, "supportedScopes");
	if (!list || !oauth_has(o->service, "supportedServiceProfiles", "FAPI"))
		return level;
	json_each (scope, list) {
		enum fapi mark = mark_of(scope);
		const struct cJSON *name = json_get(scope, "name");
		if (mark > level && name && scopes_have(scopes, json_raw(name)))
			level = mark;
	}
	return level;
}

/* ---- What where tokens are fetched or revoked ---- */

int fapi_check_client(const struct oauth *o, const struct client_auth_api *api,
	const struct oauth_client *client, const struct scopes *scopes, struct refusal *why)
{
	if (fapi_level(o, scopes) == FAPI_NONE)
		return 0;
	if (!fapi_allows_method(client->auth_method))
		return refusal_set(o->arena, why, api->unauthenticated, "A152301", "invalid_client",
			"FAPI does not allow clients to authenticate by %s.",
			client->auth_method ? client->auth_method : "NONE");
	if (client->assertion_alg && !fapi_allows_alg(client->assertion_alg))
		return refusal_set(o->arena, why, api->unauthenticated, "A152302", "invalid_client",
			"FAPI allows PS256 and ES256 for client_assertion, not %s.",
			client->assertion_alg);
	return 0;
}

static int check_id_token(
	const struct oauth *o, const struct oauth_client *client, struct refusal *why)
{
	struct str name = oauth_text(o->arena, client->document, "idTokenSignAlg");
	enum jose_alg alg = name.p ? jose_find_api(JOSE_SIGNATURE, name) : JOSE_RS256;
	if (o->arena->failed)
		return -ENOMEM;
	if (alg != JOSE_UNSET && !fapi_allows_alg(jose_name(alg)))
		return refusal_set(o->arena, why, "BAD_REQUEST", "A152304", "invalid_request",
			"FAPI allows PS256 and ES256 for ID tokens; the client's idTokenSignAlg is "
			"%s.",
			jose_name(alg));
	if (oauth_has_value(client->document, "idTokenEncryptionAlg", "RSA1_5"))
		return refusal_set(o->arena, why, "BAD_REQUEST", "A152306", "invalid_request",
			"FAPI forbids RSA1_5, the client's idTokenEncryptionAlg.");
	return 0;
}

int fapi_check_tokens(const struct oauth *o, const struct oauth_client *client,
	const struct scopes *scopes, bool with_id_token, struct refusal *why)
{
	static const char bound[] = "tlsClientCertificateBoundAccessTokens";
	enum fapi level = fapi_level(o, scopes);
	int r = level != FAPI_NONE && with_id_token ? check_id_token(o, client, why) : 0;
	if (r < 0 || REFUSED(why) || level != FAPI_WRITE)
		return r;
	if (!oauth_flag(o->service, bound) || !oauth_flag(client->document, bound))
		return refusal_set(o->arena, why, "BAD_REQUEST", "A152305", "invalid_request",
			"FAPI wants tokens to be bound to a certificate: set "
			"tlsClientCertificateBoundAccessTokens of service and client.");
	return 0;
}
