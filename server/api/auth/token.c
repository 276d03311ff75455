/* The token endpoint: what all grants have in common, then the grant. */
#include <errno.h>

#include "grant/grant.h"
#include "http/reply.h"
#include "jose/x509.h"
#include "oauth/dpop.h"
#include "oauth/load.h"
#include "op.h"

static const struct grant {
	struct str wire; /* grant_type */
	const char *api; /* supportedGrantTypes, grantTypes */
	int (*run)(struct grant_request *g, struct refusal *why); /* NULL: not built */
	/* tells the client by what the grant has, where the request does not; NULL: it cannot */
	int (*client)(struct grant_request *g, struct refusal *why);
} grants[] = {
	{STR("urn:openid:params:grant-type:ciba"), "CIBA", grant_ciba, NULL},
	{STR("refresh_token"), "REFRESH_TOKEN", grant_refresh, grant_refresh_client},
	{STR("authorization_code"), "AUTHORIZATION_CODE", NULL, NULL},
	{STR("client_credentials"), "CLIENT_CREDENTIALS", NULL, NULL},
	{STR("password"), "PASSWORD", NULL, NULL},
	{STR("urn:ietf:params:oauth:grant-type:device_code"), "DEVICE_CODE", NULL, NULL},
	{STR("urn:ietf:params:oauth:grant-type:token-exchange"), "TOKEN_EXCHANGE", NULL, NULL},
	{STR("urn:ietf:params:oauth:grant-type:jwt-bearer"), "JWT_BEARER", NULL, NULL},
	{STR("urn:ietf:params:oauth:grant-type:pre-authorized_code"), "PRE_AUTHORIZED_CODE", NULL,
		NULL},
};

struct work {
	struct grant_request g;
	struct client_credentials credentials;
	const struct grant *grant;
	bool answered;
	struct refusal why;
};

static int no(struct work *w, const char *code, const char *error, const char *message)
{
	return grant_refuse(&w->g, &w->why, code, error, message);
}

/* ---- Parameters ---- */

/* A list, or the same list as JSON in a string. */
static int read_properties(struct work *w)
{
	struct call *c = w->g.c;
	struct json_fault fault;
	struct cJSON *list = json_get(c->in, "properties");
	int r = 0;
	if (list && json_kind(list) == JSON_STRING)
		r = json_parse(&c->arena, json_text(&c->arena, list), &list, &fault);
	if (r == 0 && list && json_kind(list) != JSON_ARRAY)
		r = -EINVAL;
	for (struct cJSON *item = r == 0 && list ? json_first(list) : NULL; item;
		item = json_next(item))
		if (json_kind(item) != JSON_OBJECT)
			r = -EINVAL;
	if (r == -EINVAL) {
		w->answered = true;
		return refuse(c, 400, "A126202",
			"/properties: expected a list of objects, or that list as JSON");
	}
	w->g.properties = list;
	return r;
}

static int read_parameters(struct work *w)
{
	struct call *c = w->g.c;
	int r = params_parse(&c->arena, in_str(c, "parameters"), &w->g.params);
	if (r == -EINVAL)
		return grant_fault(&w->g, &w->why, "A047202",
			"The member parameters is no form: application/x-www-form-urlencoded.");
	if (r == 0 && w->g.params.n == 0)
		return no(w, "A047301", "invalid_request", "The token request has no parameters.");
	return r < 0 ? r : read_properties(w);
}

static int read_grant_type(struct work *w)
{
	static const struct grant_codes codes = {"A049301", "A049302", "A049303"};
	struct call *c = w->g.c;
	struct str name;
	int r = grant_parameter(&w->g, "grant_type", &codes, &name, &w->why);
	if (r < 0 || REFUSED(&w->why))
		return r;
	if (str_eq(name, STR("implicit")))
		return no(w, "A049306", "unsupported_grant_type",
			"The implicit grant has no token request.");
	for (size_t i = 0; i < sizeof grants / sizeof grants[0]; i++)
		if (str_eq(grants[i].wire, name))
			w->grant = &grants[i];
	if (!w->grant)
		return no(w, "A049304", "unsupported_grant_type", "There is no such grant_type.");
	if (!oauth_service_grants(w->g.o.service, w->grant->api))
		return refusal_set(&c->arena, &w->why, "BAD_REQUEST", "A049305",
			"unsupported_grant_type", "The service does not support %s.",
			w->grant->api);
	if (w->grant->run)
		return 0;
	w->answered = true;
	return refuse(c, 501, M_GRANT_NOT_BUILT, "the mock does not have the grant %s yet",
		w->grant->api);
}

/* ---- The client ---- */

#define UNNAMED "A244305" /* nothing says who the client is */

/* A public client may leave it to its grant to say who it is, if the service lets it. */
static int find_client_by_grant(struct work *w)
{
	struct grant_request *g = &w->g;
	struct refusal unnamed = w->why;
	if (!w->grant->client || !oauth_flag(g->o.service, "missingClientIdAllowed"))
		return 0;
	w->why = (struct refusal){0};
	int r = w->grant->client(g, &w->why);
	if (r < 0 && r != -ENOENT)
		return r;
	if (REFUSED(&w->why))
		return 0;
	if (r == -ENOENT || !client_is_public(&g->client)) {
		w->why = unnamed;
		return 0;
	}
	found(g->c, "the token that it shows was issued to a public client");
	struct str id = arena_i64(&g->c->arena, g->client.row.client_id);
	return id.p ? client_auth_usable(&g->o, &client_auth_token, &g->client, id, &w->why)
		    : -ENOMEM;
}

static int find_client(struct work *w)
{
	int r = oauth_find_client(w->g.c, &w->g.o, &client_auth_token, &w->g.params,
		&w->credentials, &w->g.client, &w->why);
	if (r == 0 && REFUSED(&w->why) && str_eq(str_of(w->why.code), STR(UNNAMED)))
		r = find_client_by_grant(w);
	return r;
}

static int authenticate(struct work *w)
{
	int r = client_auth_check(
		&w->g.o, &client_auth_token, &w->g.params, &w->credentials, &w->g.client, &w->why);
	if (r == 0 && !REFUSED(&w->why) &&
		!oauth_client_grants(w->g.client.document, w->grant->api))
		return refusal_set(&w->g.c->arena, &w->why, "BAD_REQUEST", "A047302",
			"unauthorized_client", "The client may not use %s.", w->grant->api);
	return r;
}

/* ---- What the tokens shall be bound to ---- */

static int check_certificate(struct work *w)
{
	static const char name[] = "tlsClientCertificateBoundAccessTokens";
	char thumbprint[X509_THUMBPRINT_SIZE + 1];
	struct str pem = w->credentials.certificate;
	if (!oauth_flag(w->g.o.service, name) || !oauth_flag(w->g.client.document, name))
		return 0;
	if (!pem.n)
		return no(w, "A244308", "invalid_request",
			"The client's tokens are bound to its certificate, and none came.");
	int r = x509_thumbprint_of(pem, thumbprint);
	if (r == -EINVAL)
		return no(w, "A244309", "invalid_request",
			"The client's certificate cannot be read.");
	if (r < 0)
		return r;
	w->g.certificate_thumbprint = arena_copy(
		&w->g.c->arena, (struct str){thumbprint, X509_THUMBPRINT_SIZE});
	return w->g.certificate_thumbprint.p ? 0 : -ENOMEM;
}

static struct str first_of(struct str a, struct str b)
{
	return a.n ? a : b;
}

static int check_proof(struct work *w)
{
	static const struct dpop_codes codes = {
		"A254304", "A254302", "A254303", "A254301", "A254307"};
	struct call *c = w->g.c;
	const struct cJSON *service = w->g.o.service;
	struct str url = first_of(
		in_str(c, "htu"), oauth_text(&c->arena, service, "tokenEndpoint"));
	struct dpop_request request = {
		.proof = in_str(c, "dpop"),
		.method = first_of(in_str(c, "htm"), STR("POST")),
		.url = url.n ? url : STR_NONE,
		.nonce_required = oauth_flag(service, "dpopNonceRequired") ||
				  oauth_flag(c->in, "dpopNonceRequired"),
	};
	if (!request.proof.n && oauth_flag(w->g.client.document, "dpopRequired"))
		return no(
			w, "A254301", "invalid_dpop_proof", "The client has to send a DPoP proof.");
	if (!request.proof.n)
		return 0;
	int r = dpop_verify(&w->g.o, &request, &codes, &w->g.dpop_thumbprint, &w->why);
	w->why.action = "BAD_REQUEST";
	return r;
}

static int run_grant(struct work *w)
{
	return w->grant->run(&w->g, &w->why);
}

static const struct {
	const char *name;
	int (*run)(struct work *w);
} steps[] = {
	{"parameters", read_parameters},
	{"grant_type", read_grant_type},
	{"client id", find_client},
	{"client authentication", authenticate},
	{"client certificate", check_certificate},
	{"DPoP proof", check_proof},
	{"grant", run_grant},
};

/* A refusal for the lack of a nonce tells the nonce. */
static int answer_refusal(struct work *w)
{
	struct call *c = w->g.c;
	if (!str_eq(str_of(w->why.code), STR("A254307")))
		return oauth_refuse(c, &w->g.o, &w->why);
	struct str message = arena_copy(&c->arena, w->why.message);
	struct json_writer *out = message.p ? answer_begin(c, w->why.action, w->why.code, message.p)
					    : NULL;
	if (!out)
		return -ENOMEM;
	json_member_str(out, "responseContent", refusal_content(&w->g.o, &w->why));
	json_member_str(out, "dpopNonce", dpop_nonce(&w->g.o));
	return answer_end(c);
}

OPERATION(auth_token)
{
	struct work w = {.g = {.c = c}, .credentials = oauth_credentials(c)};
	int r = oauth_open(c, &w.g.o);
	for (size_t i = 0; r == 0 && i < sizeof steps / sizeof steps[0]; i++) {
		checking(c, steps[i].name);
		r = steps[i].run(&w);
		if (r == 0 && REFUSED(&w.why))
			return answer_refusal(&w);
		if (w.answered)
			break;
	}
	return r;
}
