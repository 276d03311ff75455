/* What the FAPI CIBA profile (section 5.2.2) adds to a request; see fapi.h for when. */
#include "oauth/ciba_check.h"
#include "oauth/fapi.h"

#define LIFETIME_MAX 3600 /* seconds from nbf to exp of a signed request */
#define RSA_BITS_MIN 2048

static int check_object(struct ciba_work *w)
{
	const struct request_object *object = w->in->object;
	if (!object)
		return ciba_refuse(w, "A243303", "invalid_request",
			"FAPI wants a signed authentication request.");
	if (object->lifetime > LIFETIME_MAX)
		return ciba_refuse(w, "A243304", "invalid_request",
			"FAPI allows 3600 seconds from nbf to exp of the request object.");
	if (!fapi_allows_alg(object->alg))
		return ciba_refuse(w, "A243306", "invalid_request",
			"FAPI allows PS256 and ES256 for the request object.");
	return 0;
}

static int check_client(struct ciba_work *w)
{
	const struct oauth_client *client = w->client;
	if (!fapi_allows_method(client->auth_method))
		return ciba_refuse(w, "A243305", "invalid_client",
			"FAPI does not allow the way in which the client authenticates.");
	if (client->assertion_alg && !fapi_allows_alg(client->assertion_alg))
		return ciba_refuse(w, "A243307", "invalid_client",
			"FAPI allows PS256 and ES256 for the client assertion.");
	if (client->assertion_bits && client->assertion_bits < RSA_BITS_MIN)
		return ciba_refuse(w, "A243308", "invalid_client",
			"FAPI wants a key of 2048 bits or more for the client assertion.");
	return 0;
}

int ciba_check_fapi(struct ciba_work *w)
{
	if (fapi_level(w->o, &w->out->request.scopes) == FAPI_NONE)
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
