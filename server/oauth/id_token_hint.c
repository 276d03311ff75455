#include "oauth/id_token_hint.h"

#include <errno.h>

#include "jose/jws.h"
#include "oauth/jwt.h"

static int refuse(const struct oauth *o, struct refusal *why, const char *code, const char *message)
{
	return refusal_set(o->arena, why, "BAD_REQUEST", code, "invalid_request", "%s", message);
}

static bool is_unsigned(const struct jws *jws)
{
	return oauth_has_value(jws->header, "alg", "none");
}

/* aud is one string or a list of them; the client's alias will do as its id does. */
static bool is_for_client(
	const struct oauth *o, const struct oauth_client *client, const struct cJSON *aud)
{
	if (json_kind(aud) == JSON_STRING)
		return jwt_names_client(o, client, json_raw(aud));
	json_each (item, aud)
		if (json_kind(item) == JSON_STRING && jwt_names_client(o, client, json_raw(item)))
			return true;
	return false;
}

static int check_claims(const struct oauth *o, const struct oauth_client *client,
	const struct cJSON *claims, struct str *ret_sub, struct refusal *why)
{
	struct str issuer;
	const struct cJSON *aud = json_get(claims, "aud");
	bool several = aud && json_kind(aud) == JSON_ARRAY;
	jwt_text(o->arena, claims, "iss", &issuer);
	if (!issuer.n)
		return refuse(o, why, "A175305", "id_token_hint has no iss.");
	if (!str_eq(issuer, oauth_text(o->arena, o->service, "issuer")))
		return refuse(o, why, "A175306",
			"iss of id_token_hint is not the issuer of this service.");
	if (!aud || (!several && json_kind(aud) != JSON_STRING))
		return refuse(o, why, "A175307", "id_token_hint has no aud.");
	if (!is_for_client(o, client, aud))
		return several ? refuse(o, why, "A175308",
					 "aud of id_token_hint is a list without this client.")
			       : refuse(o, why, "A175309",
					 "aud of id_token_hint names another client.");
	jwt_text(o->arena, claims, "sub", ret_sub);
	return ret_sub->n ? 0 : refuse(o, why, "A175310", "id_token_hint has no sub.");
}

/* The signature is not verified: Authlete has no code for a wrong one, and the authorization server
 * authenticates the user in any case. */
int id_token_hint_check(const struct oauth *o, const struct oauth_client *client, struct str hint,
	struct str *ret_sub, struct refusal *why)
{
	struct jws jws;
	const char *reason;
	const struct cJSON *claims;
	*ret_sub = STR_NONE;
	if (jwt_is_encrypted(hint))
		return refuse(o, why, "A175303", "id_token_hint is encrypted.");
	int r = jws_parse(o->arena, hint, &jws, &reason);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return refusal_set(o->arena, why, "BAD_REQUEST", "A175301", "invalid_request",
			"id_token_hint is no JWT: %s", reason);
	if (is_unsigned(&jws))
		return refuse(o, why, "A175302", "id_token_hint is not signed.");
	r = jwt_claims(o->arena, jws.payload, &claims);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return refuse(o, why, "A175304", "The payload of id_token_hint is no JSON object.");
	return check_claims(o, client, claims, ret_sub, why);
}
