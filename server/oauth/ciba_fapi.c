/* What the FAPI CIBA profile (section 5.2.2) adds. It applies where the service supports FAPI and a
 * scope of the request is marked for it: by the attribute fapi with r or rw. */
#include "oauth/ciba_check.h"

#define LIFETIME_MAX 3600 /* seconds from nbf to exp of a signed request */
#define RSA_BITS_MIN 2048

static bool marks_fapi(const struct cJSON *scope)
{
	const struct cJSON *list = json_get(scope, "attributes");
	if (!list)
		return false;
	json_each (pair, list) {
		const struct cJSON *key = json_get(pair, "key"), *value = json_get(pair, "value");
		if (key && value && str_eq(json_raw(key), STR("fapi")) &&
			(str_eq(json_raw(value), STR("r")) || str_eq(json_raw(value), STR("rw"))))
			return true;
	}
	return false;
}

static bool applies(const struct ciba_work *w)
{
	const struct cJSON *list = json_get(w->o->service, "supportedScopes");
	if (!list || !oauth_has(w->o->service, "supportedServiceProfiles", "FAPI"))
		return false;
	json_each (scope, list) {
		const struct cJSON *name = json_get(scope, "name");
		if (name && scopes_have(&w->out->request.scopes, json_raw(name)) &&
			marks_fapi(scope))
			return true;
	}
	return false;
}

static bool is_one_of(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (str_eq(str_of(word), str_of(*list)))
			return true;
	return false;
}

static const char *const methods[] = {
	"PRIVATE_KEY_JWT", "TLS_CLIENT_AUTH", "SELF_SIGNED_TLS_CLIENT_AUTH", NULL};
static const char *const algs[] = {"PS256", "ES256", NULL};

static int check_object(struct ciba_work *w)
{
	const struct request_object *object = w->in->object;
	if (!object)
		return ciba_refuse(w, "A243303", "invalid_request",
			"FAPI wants a signed authentication request.");
	if (object->lifetime > LIFETIME_MAX)
		return ciba_refuse(w, "A243304", "invalid_request",
			"FAPI allows 3600 seconds from nbf to exp of the request object.");
	if (!is_one_of(object->alg, algs))
		return ciba_refuse(w, "A243306", "invalid_request",
			"FAPI allows PS256 and ES256 for the request object.");
	return 0;
}

static int check_client(struct ciba_work *w)
{
	const struct oauth_client *client = w->client;
	if (!is_one_of(client->auth_method, methods))
		return ciba_refuse(w, "A243305", "invalid_client",
			"FAPI does not allow the way in which the client authenticates.");
	if (client->assertion_alg && !is_one_of(client->assertion_alg, algs))
		return ciba_refuse(w, "A243307", "invalid_client",
			"FAPI allows PS256 and ES256 for the client assertion.");
	if (client->assertion_bits && client->assertion_bits < RSA_BITS_MIN)
		return ciba_refuse(w, "A243308", "invalid_client",
			"FAPI wants a key of 2048 bits or more for the client assertion.");
	return 0;
}

int ciba_check_fapi(struct ciba_work *w)
{
	if (!applies(w))
		return 0;
	if (oauth_flag(w->o->service, "backchannelBindingMessageRequiredInFapi") &&
		w->out->binding_message.n == 0)
		return ciba_refuse(w, "A243301", "invalid_request",
			"FAPI and the service want a binding_message.");
	if (w->out->request.mode == CIBA_PUSH)
		return ciba_refuse(
			w, "A243302", "unauthorized_client", "FAPI does not allow push mode.");
	int r = check_object(w);
	return r < 0 || REFUSED(w->why) ? r : check_client(w);
}
