#include "oauth/ciba_check.h"

#include <errno.h>
#include <string.h>

#include "jose/x509.h"
#include "oauth/authorization_details.h"
#include "oauth/id_token_hint.h"
#include "oauth/resource.h"

#define NOTIFICATION_TOKEN_MAX 1024 /* characters: CIBA Core 1.0 section 7.1 */

int ciba_refuse(const struct ciba_work *w, const char *code, const char *error, const char *message)
{
	return refusal_set(w->o->arena, w->why, "BAD_REQUEST", code, error, "%s", message);
}

static int invalid(const struct ciba_work *w, const char *code, const char *message)
{
	return ciba_refuse(w, code, "invalid_request", message);
}

/* The request goes on without it; the authorization server is told. */
static void warn(struct ciba_work *w, const char *code, const char *what, struct str name,
	const char *why_not)
{
	struct arena *a = w->o->arena;
	struct buf text = buf_make(a, SIZE_MAX);
	buf_addf(&text, "[%s] %s ", code, what);
	buf_add(&text, name);
	buf_addf(&text, " is left out: %s.", why_not);
	json_put_str(&w->out->warn, buf_str(&text));
}

static bool is_bound(const struct ciba_work *w)
{
	const char *flag = "tlsClientCertificateBoundAccessTokens";
	return oauth_flag(w->o->service, flag) && oauth_flag(w->client->document, flag);
}

/* ---- The checks, in the order in which they answer ---- */

static int check_grant(struct ciba_work *w)
{
	if (!oauth_service_grants(w->o->service, "CIBA"))
		return ciba_refuse(w, "A166305", "unauthorized_client",
			"The service does not support the grant type of CIBA.");
	if (!oauth_client_grants(w->client->document, "CIBA"))
		return ciba_refuse(w, "A166306", "unauthorized_client",
			"The client is not registered for the grant type of CIBA.");
	return 0;
}

static int check_mode(struct ciba_work *w)
{
	struct str name = oauth_text(w->o->arena, w->client->document, "bcDeliveryMode");
	enum ciba_mode mode = ciba_mode_of(name);
	if (mode == CIBA_NO_MODE)
		return ciba_refuse(w, "A169301", "unauthorized_client",
			"The client has no backchannel token delivery mode.");
	if (!oauth_has(
		    w->o->service, "supportedBackchannelTokenDeliveryModes", ciba_mode_name(mode)))
		return ciba_refuse(w, "A169302", "unauthorized_client",
			"The service does not support the backchannel token delivery mode of the "
			"client.");
	w->out->request.mode = mode;
	return 0;
}

/* RFC 6750 section 2.1: 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"=" */
static bool is_bearer_token(struct str s)
{
	while (s.n && s.p[s.n - 1] == '=')
		s.n--;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool word = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
		if (!word && (!c || !strchr("-._~+/", c)))
			return false;
	}
	return s.n > 0;
}

static int check_notification_token(struct ciba_work *w)
{
	struct str token = params_one(&w->in->params, "client_notification_token");
	if (w->out->request.mode == CIBA_POLL)
		return 0;
	if (token.n == 0)
		return invalid(w, "A155301",
			"The client gets notifications, but sent no client_notification_token.");
	if (str_code_points(token) > NOTIFICATION_TOKEN_MAX)
		return invalid(
			w, "A155302", "client_notification_token has more than 1024 characters.");
	if (!is_bearer_token(token))
		return invalid(w, "A155303",
			"client_notification_token is no bearer token: it has other characters.");
	w->out->request.notification_token = token;
	return 0;
}

static bool service_has_scope(const struct ciba_work *w, struct str name)
{
	struct scopes one = {&name, 1}, known;
	return scopes_allowed(w->o, NULL, &one, &known, NULL) == 0 && known.n;
}

/* What profile, email, address and phone stand for. */
static int name_claims(struct ciba_work *w)
{
	const struct scopes *scopes = &w->out->request.scopes;
	struct scopes lacking;
	int r = scopes_claims(w->o, scopes, &w->out->claims);
	if (r == 0)
		r = scopes_claims_lacking(w->o, scopes, &lacking);
	for (size_t i = 0; r == 0 && i < lacking.n; i++)
		warn(w, "A176306", "The claim", lacking.at[i],
			"a scope asks for it, but the service does not support it");
	return r;
}

static int check_scope(struct ciba_work *w)
{
	struct str text = params_one(&w->in->params, "scope");
	struct scopes asked, dropped, *scopes = &w->out->request.scopes;
	struct str openid = STR("openid");
	int r = text.n ? scopes_parse(w->o->arena, text, &asked)
		       : scopes_default(w->o, w->client, &asked);
	if (r < 0)
		return r;
	if (asked.n == 0)
		return invalid(w, "A176301", "The request has no scope.");
	if (!scopes_have(&asked, openid))
		return ciba_refuse(
			w, "A176304", "invalid_scope", "The request lacks the scope openid.");
	if (!service_has_scope(w, openid))
		return refusal_set(w->o->arena, w->why, "INTERNAL_SERVER_ERROR", "A176105",
			"server_error", "The service does not have the scope openid.");
	r = scopes_allowed(w->o, w->client, &asked, scopes, &dropped);
	if (r < 0)
		return r;
	if (!scopes_have(scopes, openid))
		return ciba_refuse(w, "A176305", "invalid_scope",
			"The client may not request the scope openid.");
	for (size_t i = 0; i < dropped.n; i++) {
		bool known = service_has_scope(w, dropped.at[i]);
		warn(w, known ? "A176302" : "A176303", "The scope", dropped.at[i],
			known ? "the client may not request it" : "the service does not have it");
	}
	return name_claims(w);
}

/* acr_values, or what the client is registered with for their absence. */
static int check_acr(struct ciba_work *w)
{
	struct str text = params_one(&w->in->params, "acr_values");
	struct arena *a = w->o->arena;
	struct scopes asked, *acrs = &w->out->request.acrs;
	int r = text.n ? scopes_parse(a, text, &asked)
		       : scopes_of_json(a, json_get(w->client->document, "defaultAcrs"), &asked);
	if (r < 0)
		return r;
	size_t n = 0;
	for (size_t i = 0; i < asked.n; i++) {
		struct str acr = arena_copy(a, asked.at[i]);
		if (!acr.p)
			return -ENOMEM;
		if (oauth_has(w->o->service, "supportedAcrs", acr.p))
			asked.at[n++] = acr;
		else
			warn(w, "A173301", "The ACR", acr, "the service does not support it");
	}
	*acrs = (struct scopes){asked.at, n};
	return 0;
}

static int check_hint(struct ciba_work *w)
{
	static const struct {
		const char *param, *type;
	} hints[] = {
		{"login_hint", "LOGIN_HINT"},
		{"login_hint_token", "LOGIN_HINT_TOKEN"},
		{"id_token_hint", "ID_TOKEN_HINT"},
	};
	struct ciba_checked *out = w->out;
	size_t n = 0, last = 0;
	for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
		struct str value = params_one(&w->in->params, hints[i].param);
		if (value.n == 0)
			continue;
		n++;
		last = i;
		out->hint = value;
	}
	if (n == 0)
		return invalid(w, "A174301", "The request has no hint of the user.");
	if (n > 1)
		return invalid(w, "A174302", "The request has several hints of the user.");
	out->hint_type = hints[last].type;
	return last == 2 ? id_token_hint_check(w->o, w->client, out->hint, &out->sub, w->why) : 0;
}

/* Authlete never verifies a user code; it only insists on there being one. */
static int check_user(struct ciba_work *w)
{
	struct ciba_checked *out = w->out;
	out->binding_message = params_one(&w->in->params, "binding_message");
	out->user_code = params_one(&w->in->params, "user_code");
	out->user_code_required = oauth_flag(
					  w->o->service, "backchannelUserCodeParameterSupported") &&
				  oauth_flag(w->client->document, "bcUserCodeRequired");
	if (out->user_code_required && out->user_code.n == 0)
		return ciba_refuse(
			w, "A177301", "missing_user_code", "The request has no user code.");
	return 0;
}

static int check_expiry(struct ciba_work *w)
{
	struct str text = params_one(&w->in->params, "requested_expiry");
	int64_t seconds;
	if (text.n == 0)
		return 0;
	if (!str_to_i64(text, &seconds) || seconds > INT32_MAX || seconds < INT32_MIN)
		return invalid(w, "A201301", "requested_expiry is no whole number of seconds.");
	if (seconds <= 0)
		return invalid(w, "A201302", "requested_expiry is zero or less.");
	w->out->request.requested_expiry = seconds;
	return 0;
}

static int check_resources(struct ciba_work *w)
{
	const struct request_object *object = w->in->object;
	const struct cJSON **ret = &w->out->request.resources;
	return object ? resource_of_object(w->o, json_get(object->claims, "resource"), ret, w->why)
		      : resource_of_params(w->o, &w->in->params, ret, w->why);
}

static int check_details(struct ciba_work *w)
{
	struct str text = params_one(&w->in->params, "authorization_details");
	return text.n ? authorization_details_read(w->o, w->client, text,
				&w->out->request.authorization_details, w->why)
		      : 0;
}

/* Tokens of a push client are made without a token request, so that this is where its certificate
 * comes. */
static int check_certificate(struct ciba_work *w)
{
	char text[X509_THUMBPRINT_SIZE + 1];
	if (w->out->request.mode != CIBA_PUSH || !is_bound(w))
		return 0;
	if (w->in->certificate.n == 0)
		return invalid(w, "A180301",
			"Tokens of the client are bound to its certificate, but there is none.");
	int r = x509_thumbprint_of(w->in->certificate, text);
	if (r == -EINVAL)
		return invalid(w, "A180302", "The certificate of the client cannot be read.");
	if (r < 0)
		return r;
	w->out->request.certificate_thumbprint = arena_copy(
		w->o->arena, (struct str){text, X509_THUMBPRINT_SIZE});
	return 0;
}

static int (*const checks[])(struct ciba_work *) = {
	check_grant,
	check_mode,
	check_notification_token,
	check_scope,
	check_acr,
	check_hint,
	check_user,
	check_expiry,
	check_resources,
	check_details,
	ciba_check_fapi,
	check_certificate,
};

int ciba_check(const struct oauth *o, const struct oauth_client *client,
	const struct ciba_input *in, struct ciba_checked *ret, struct refusal *why)
{
	*ret = (struct ciba_checked){.warnings = buf_make(o->arena, SIZE_MAX)};
	ret->warn = json_writer(&ret->warnings);
	ret->request.auth_method = str_of(client->auth_method);
	ret->request.alias_used = client->alias_used;
	struct ciba_work w = {o, client, in, ret, why};
	for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
		int r = checks[i](&w);
		if (r == 0 && !why->action)
			why->action = "BAD_REQUEST"; /* where it was left to the caller */
		if (r < 0 || REFUSED(why))
			return r;
		why->action = NULL;
	}
	return o->arena->failed ? -ENOMEM : 0;
}
