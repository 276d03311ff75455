/* Client authentication: which method a client has, and the methods that need a secret or nothing.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "oauth/client_auth_private.h"

#define MESSAGE_MAX 1024

int attempt_refuse(const struct attempt *t, const char *code, const char *format, ...)
{
	char message[MESSAGE_MAX];
	bool client = code[4] == '3';
	va_list args;
	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	/* the end of a long text may be half a character */
	struct str whole = str_of(message);
	struct str text = str_prefix(whole, whole.n < sizeof message - 1 ? whole.n : whole.n - 3);
	return refusal_set(t->o->arena, t->why, client ? t->api->unauthenticated : t->api->fault,
		code, client ? "invalid_client" : "server_error", "%.*s", STR_ARGS(text));
}

bool client_is_public(const struct oauth_client *client)
{
	return !oauth_has_value(client->document, "clientType", "CONFIDENTIAL");
}

/* ---- Nothing to prove ---- */

static int check_none(const struct attempt *t)
{
	const struct params *p = t->params;
	if (!client_is_public(t->client))
		return attempt_refuse(t, "A157301",
			"The client is CONFIDENTIAL, but its authentication method is none.");
	if (t->credentials->client_secret.n || params_one(p, "client_secret").n ||
		params_one(p, "client_assertion").n)
		return attempt_refuse(t, "A157303",
			"The client is PUBLIC and must send nothing but its id, but it sent a "
			"secret or an assertion.");
	return 0;
}

/* ---- Secrets ---- */

static int compare_secret(const struct attempt *t, struct str secret)
{
	if (str_eq_secret(secret, t->client->row.secret))
		return 0;
	return attempt_refuse(t, "A157305", "The client secret is wrong.");
}

static int check_basic(const struct attempt *t)
{
	struct str secret = t->credentials->client_secret;
	if (secret.n)
		return compare_secret(t, secret);
	if (params_one(t->params, "client_secret").n)
		return attempt_refuse(t, "A157357",
			"The client must send its id and secret in the Authorization header "
			"(client_secret_basic), but they came as parameters.");
	return attempt_refuse(t, "A157304",
		"The method of the client is client_secret_basic, but no secret came by the "
		"Authorization header.");
}

static int check_post(const struct attempt *t)
{
	struct str secret = params_one(t->params, "client_secret");
	if (secret.n)
		return compare_secret(t, secret);
	return attempt_refuse(t, "A157304",
		"The method of the client is client_secret_post, but no secret came as a "
		"parameter.");
}

static int check_secret_jwt(const struct attempt *t)
{
	return client_check_assertion(t, true);
}

static int check_private_jwt(const struct attempt *t)
{
	return client_check_assertion(t, false);
}

static int check_unsupported(const struct attempt *t)
{
	return attempt_refuse(t, "A157344", "The method %s cannot be checked here.", t->method);
}

/* ---- Which method ---- */

static const struct {
	const char *setting; /* tokenAuthMethod; what replies call it */
	const char *name;    /* what the standards call it, for messages */
	int (*check)(const struct attempt *t);
} methods[] = {
	/* the first two stand for clients that set none: public, confidential */
	{"NONE", "none", check_none},
	{"CLIENT_SECRET_BASIC", "client_secret_basic", check_basic},
	{"CLIENT_SECRET_POST", "client_secret_post", check_post},
	{"CLIENT_SECRET_JWT", "client_secret_jwt", check_secret_jwt},
	{"PRIVATE_KEY_JWT", "private_key_jwt", check_private_jwt},
	{"TLS_CLIENT_AUTH", "tls_client_auth", client_check_subject},
	{"SELF_SIGNED_TLS_CLIENT_AUTH", "self_signed_tls_client_auth", client_check_self_signed},
	{"ATTEST_JWT_CLIENT_AUTH", "attest_jwt_client_auth", check_unsupported},
};

static size_t find_method(const struct oauth_client *client)
{
	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
		if (oauth_has_value(client->document, "tokenAuthMethod", methods[i].setting))
			return i;
	return client_is_public(client) ? 0 : 1;
}

/* What no method allows: a credential that comes more than once, or half of one. */
static int check_form(const struct attempt *t)
{
	const struct params *p = t->params;
	enum param_state type = params_get(p, "client_assertion_type", NULL);
	enum param_state assertion = params_get(p, "client_assertion", NULL);
	if (params_get(p, "client_secret", NULL) == PARAM_REPEATED)
		return attempt_refuse(
			t, "A158301", "The request has client_secret more than once.");
	if (type == PARAM_REPEATED)
		return attempt_refuse(
			t, "A158304", "The request has client_assertion_type more than once.");
	if (assertion == PARAM_REPEATED)
		return attempt_refuse(
			t, "A158305", "The request has client_assertion more than once.");
	if (type == PARAM_EMPTY)
		return attempt_refuse(
			t, "A158303", "The parameter client_assertion_type is empty.");
	if (type == PARAM_ABSENT && assertion == PARAM_ONE)
		return attempt_refuse(t, "A158302",
			"The request has client_assertion without client_assertion_type.");
	return 0;
}

int client_auth_check(const struct oauth *o, const struct client_auth_api *api,
	const struct params *p, const struct client_credentials *credentials,
	struct oauth_client *client, struct refusal *why)
{
	size_t i = find_method(client);
	const struct attempt t = {o, api, p, credentials, client, methods[i].name, why};
	int r = check_form(&t);
	if (r < 0 || REFUSED(why))
		return r;
	if (i != 0 && client_is_public(client))
		return attempt_refuse(&t, "A157302",
			"The client is PUBLIC, but its authentication method is %s, not none.",
			t.method);
	r = methods[i].check(&t);
	if (r == 0 && !REFUSED(why))
		client->auth_method = methods[i].setting;
	return r;
}
