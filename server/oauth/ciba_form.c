/* What a form of backchannel authentication must look like, whoever sent it. */
#include "oauth/ciba_check.h"

/* The parameters that may come once; resource may come often (RFC 8707 section 2). Those for client
 * authentication have codes of their own. */
static const char *const single[] = {
	"scope",
	"client_notification_token",
	"acr_values",
	"login_hint_token",
	"id_token_hint",
	"login_hint",
	"binding_message",
	"user_code",
	"requested_expiry",
	"request",
	"authorization_details",
};

/* Those that say nothing without a value. The others then count as absent (RFC 6749 section 3.1),
 * or have a code of their own for it. */
static const char *const valued[] = {"request", "login_hint_token", "id_token_hint", "login_hint"};

static int refuse_form(const struct oauth *o, const char *code, const char *what, const char *name,
	struct refusal *why)
{
	return refusal_set(
		o->arena, why, "BAD_REQUEST", code, "invalid_request", "%s%s.", what, name);
}

int ciba_check_form(const struct oauth *o, const struct params *form, struct refusal *why)
{
	if (form->n == 0)
		return refuse_form(o, "A166301", "The request has no parameters", "", why);
	for (size_t i = 0; i < sizeof single / sizeof single[0]; i++)
		if (params_get(form, single[i], NULL) == PARAM_REPEATED)
			return refuse_form(
				o, "A166304", "The request has more than one ", single[i], why);
	for (size_t i = 0; i < sizeof valued / sizeof valued[0]; i++)
		if (params_get(form, valued[i], NULL) == PARAM_EMPTY)
			return refuse_form(
				o, "A166303", "The request has an empty ", valued[i], why);
	return 0;
}

int ciba_check_type(const struct oauth *o, const struct oauth_client *client, struct refusal *why)
{
	if (!client_is_public(client))
		return 0;
	return refusal_set(o->arena, why, "BAD_REQUEST", "A168311", "unauthorized_client",
		"The client is public; CIBA is for confidential ones.");
}
