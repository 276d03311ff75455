#include "grant/grant.h"

#include <errno.h>

#include "http/reply.h"
#include "oauth/fapi.h"
#include "oauth/resource.h"

int grant_refuse(struct grant_request *g, struct refusal *why, const char *code, const char *error,
	const char *message)
{
	return refusal_set(&g->c->arena, why, "BAD_REQUEST", code, error, "%s", message);
}

int grant_fault(struct grant_request *g, struct refusal *why, const char *code, const char *message)
{
	return refusal_set(
		&g->c->arena, why, "INTERNAL_SERVER_ERROR", code, "server_error", "%s", message);
}

int grant_parameter(struct grant_request *g, const char *name, const struct grant_codes *codes,
	struct str *ret, struct refusal *why)
{
	enum param_state state = params_get(&g->params, name, ret);
	const char *what = state == PARAM_ABSENT  ? "missing"
			   : state == PARAM_EMPTY ? "empty"
						  : "there more than once";
	if (state == PARAM_ONE)
		return 0;
	return refusal_set(&g->c->arena, why, "BAD_REQUEST",
		state == PARAM_ABSENT  ? codes->absent
		: state == PARAM_EMPTY ? codes->empty
				       : codes->repeated,
		"invalid_request", "The parameter %s is %s.", name, what);
}

int grant_take_members(struct grant_request *g, struct token_grant *grant)
{
	struct call *c = g->c;
	int64_t access = in_int(c->in, "accessTokenDuration", 0);
	int64_t refresh = in_int(c->in, "refreshTokenDuration", 0);
	if (access > 0)
		grant->access_duration = access;
	if (refresh > 0)
		grant->refresh_duration = refresh;
	grant->access_token = in_str(c, "accessToken");
	if (g->certificate_thumbprint.n)
		grant->certificate_thumbprint = g->certificate_thumbprint;
	grant->dpop_thumbprint = g->dpop_thumbprint;
	return properties_merge(&c->arena, grant->properties, g->properties, &grant->properties);
}

static bool has(const struct cJSON *list, const struct cJSON *text)
{
	json_each (item, list)
		if (str_eq(json_raw(item), json_raw(text)))
			return true;
	return false;
}

/* Who was granted none has a token for any, and may ask for one for some. */
int grant_take_resources(struct grant_request *g, struct token_grant *grant, struct refusal *why)
{
	const struct cJSON *asked = NULL;
	int r = resource_of_params(&g->o, &g->params, &asked, why);
	why->action = "BAD_REQUEST";
	if (r < 0 || REFUSED(why) || !asked)
		return r;
	bool all = !json_first(grant->resources);
	json_each (item, asked)
		if (!all && !has(grant->resources, item))
			return grant_refuse(g, why, M_RESOURCE_NOT_GRANTED, "invalid_target",
				"The parameter resource asks for one that was not granted.");
	grant->access_resources = asked;
	return 0;
}

int grant_check_fapi(struct grant_request *g, const struct scopes *scopes, bool with_id_token,
	struct refusal *why)
{
	int r = fapi_check_client(&g->o, &client_auth_token, &g->client, scopes, why);
	return r < 0 || REFUSED(why)
		       ? r
		       : fapi_check_tokens(&g->o, &g->client, scopes, with_id_token, why);
}

/* The third digit from the right: 3 is for the client to mend. */
static bool is_clients(const char *code)
{
	return code[4] == '3';
}

int grant_make(struct grant_request *g, const struct token_grant *grant, const char *no_jwt,
	const char *too_big, struct token_issued *ret, struct refusal *why)
{
	checking(g->c, "tokens");
	if (!properties_fit(&g->c->arena, grant->properties))
		return g->c->arena.failed ? -ENOMEM
					  : grant_fault(g, why, too_big,
						    "The properties exceed 65535 bytes as JSON.");
	int r = token_make(&g->o, grant, ret, why);
	if (r < 0 || !REFUSED(why))
		return r;
	if (str_eq(str_of(why->code), STR(TOKEN_NO_JWT)))
		why->code = no_jwt;
	why->action = is_clients(why->code) ? "BAD_REQUEST" : "INTERNAL_SERVER_ERROR";
	why->error = is_clients(why->code) ? "invalid_request" : "server_error";
	return 0;
}

int grant_answer(struct grant_request *g, const char *action, const char *code, const char *message,
	const struct token_grant *grant, const struct token_issued *t, bool previous_used)
{
	struct str content = token_response(&g->o, grant, t);
	struct json_writer *w = answer_begin(g->c, action, code, message);
	if (!w || !content.p)
		return -ENOMEM;
	json_member_str(w, "responseContent", content);
	token_put_members(w, &g->o, grant, t);
	if (previous_used)
		json_member_bool(w, "previousRefreshTokenUsed", true);
	int r = answer_end(g->c);
	return r == 0 && g->c->arena.failed ? -ENOMEM : r;
}
