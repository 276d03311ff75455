/* Revokes a token for its client (RFC 7009). Access and refresh token fall together. */
#include <errno.h>

#include "http/issued.h"
#include "http/reply.h"
#include "oauth/fapi.h"
#include "oauth/load.h"
#include "oauth/params.h"
#include "op.h"

#define CALLBACK_MAX 200
#define UNNAMED "A114301" /* nothing says who the client is */

struct revocation {
	struct call *c;
	struct oauth o;
	struct params params;
	struct client_credentials credentials;
	struct oauth_client client;
	struct store_issued row;
	bool known; /* the token is one of this service */
	struct refusal why;
};

static int refuse_with(struct revocation *x, const char *action, const char *code,
	const char *error, const char *message)
{
	return refusal_set(&x->c->arena, &x->why, action, code, error, "%s", message);
}

static int read_request(struct revocation *x)
{
	int r = params_parse(&x->c->arena, in_str(x->c, "parameters"), &x->params);
	if (r == -EINVAL)
		return refuse_with(x, "INTERNAL_SERVER_ERROR", "A113202", "server_error",
			"The revocation request is no form.");
	if (r == 0 && !x->params.n)
		return refuse_with(x, "BAD_REQUEST", "A113301", "invalid_request",
			"The revocation request is empty.");
	return r;
}

/* The hint only says where to look first (RFC 7009 section 2.1). */
static int find_token(struct revocation *x)
{
	struct str token = params_one(&x->params, "token");
	bool refresh = str_eq(params_one(&x->params, "token_type_hint"), STR("refresh_token"));
	int r = -ENOENT;
	if (!token.n)
		return 0;
	for (int i = 0; i < 2 && r == -ENOENT; i++, refresh = !refresh)
		r = refresh ? issued_of_refresh(x->c, token, &x->row)
			    : issued_of_access(x->c, token, &x->row, NULL);
	x->known = r == 0;
	return r == -ENOENT ? 0 : r;
}

/* Who does not say who it is, is the client that has the token, if that need not prove it. */
static int find_client_by_token(struct revocation *x)
{
	struct refusal unnamed = x->why;
	x->why = (struct refusal){0};
	int r = x->known ? oauth_load_client_id(x->c, &x->o, x->row.client_id, &x->client)
			 : -ENOENT;
	if (r == -ENOENT) {
		x->why = unnamed;
		return 0;
	}
	if (r < 0)
		return r;
	if (x->client.row.locked)
		return refuse_with(x, "INVALID_CLIENT", "A116304", "invalid_client",
			"The client that the token was issued to is locked.");
	if (!client_is_public(&x->client))
		return refuse_with(x, "INVALID_CLIENT", "A116302", "invalid_client",
			"The client that the token was issued to must authenticate.");
	return 0;
}

static int find_client(struct revocation *x)
{
	x->credentials = oauth_credentials(x->c);
	int r = oauth_find_client(x->c, &x->o, &client_auth_revocation, &x->params, &x->credentials,
		&x->client, &x->why);
	if (r == 0 && REFUSED(&x->why) && str_eq(str_of(x->why.code), STR(UNNAMED)))
		r = find_client_by_token(x);
	return r;
}

static int authenticate(struct revocation *x)
{
	return client_auth_check(
		&x->o, &client_auth_revocation, &x->params, &x->credentials, &x->client, &x->why);
}

/* By the scopes of the token: the request has none. */
static int check_fapi(struct revocation *x)
{
	struct scopes scopes;
	if (!x->known)
		return 0;
	int r = scopes_parse(&x->c->arena, x->row.scopes, &scopes);
	return r < 0 ? r
		     : fapi_check_client(
			       &x->o, &client_auth_revocation, &x->client, &scopes, &x->why);
}

static int check_token(struct revocation *x)
{
	static const struct {
		const char *code, *message;
	} faults[] = {
		[PARAM_ABSENT] = {"A115301", "The revocation request names no token."},
		[PARAM_EMPTY] = {"A115302", "The token of the revocation request is empty."},
		[PARAM_REPEATED] = {"A115303", "The revocation request names a token twice."},
	};
	enum param_state state = params_get(&x->params, "token", NULL);
	if (state != PARAM_ONE)
		return refuse_with(x, "BAD_REQUEST", faults[state].code, "invalid_request",
			faults[state].message);
	if (x->known && x->row.client_id != x->client.row.client_id)
		return refuse_with(x, "BAD_REQUEST", "A116301", "invalid_request",
			"The token was issued to another client.");
	return 0;
}

static const struct {
	int (*check)(struct revocation *x);
	const char *name, *fine;
} steps[] = {
	{read_request, "request", "it is a form that is not empty"},
	{find_token, "token", "it was looked up"},
	{find_client, "client", "it is known and not locked"},
	{authenticate, "client authentication", "the client is who it says"},
	{check_fapi, "FAPI", "it does not apply, or lets the client authenticate so"},
	{check_token, "the client's token", "it names one, and no other client's"},
};

/* ---- The answer ---- */

static bool is_callback(struct str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '_' || c == '$' || c == '.'))
			return false;
	}
	return name.n && name.n <= CALLBACK_MAX;
}

static int answer_revoked(struct revocation *x)
{
	static const char message[] = "The token is revoked, if there was one.";
	struct call *c = x->c;
	struct str callback = params_one(&x->params, "callback");
	if (!is_callback(callback))
		return answer(c, "OK", "A113001", message);
	return answer_content(c, "OK", "A113001", message,
		arena_printf(&c->arena, "%.*s();", STR_ARGS(callback)));
}

OPERATION(auth_revocation)
{
	struct revocation x = {.c = c};
	int r = oauth_open(c, &x.o);
	for (size_t i = 0; r == 0 && !REFUSED(&x.why) && i < sizeof steps / sizeof steps[0]; i++) {
		checking(c, steps[i].name);
		r = steps[i].check(&x);
		if (r == 0 && !REFUSED(&x.why))
			found(c, steps[i].fine);
	}
	if (r < 0 || REFUSED(&x.why))
		return r < 0 ? r : oauth_refuse(c, &x.o, &x.why);
	/* the answer is made first: once the token is gone nothing may fail any more */
	r = answer_revoked(&x);
	if (r == 0 && c->arena.failed)
		r = -ENOMEM;
	if (r == 0 && x.known)
		r = store_issued_delete(c->silo->store, c->service_id, x.row.number);
	if (r < 0 && r != -ENOENT)
		return r;
	decided(c, "revocation",
		x.known ? "the token and what was issued with it are deleted"
			: "the service has no such token");
	return 0;
}
