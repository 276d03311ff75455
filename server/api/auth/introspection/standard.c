/* Answers an introspection request as RFC 7662 has it. Whoever sent it is for the caller to know.
 */
#include <errno.h>

#include "http/issued.h"
#include "http/reply.h"
#include "oauth/details.h"
#include "oauth/introspection.h"
#include "oauth/load.h"
#include "oauth/params.h"
#include "op.h"

#define JWT_TYPE STR("application/token-introspection+jwt")

struct inquiry {
	struct call *c;
	struct oauth o;
	struct params params;
	struct str token, audience;
	struct oauth_client client;
	struct store_issued row;
	struct introspected found;
	const char *type; /* of the token; NULL: there is none */
	bool active;
};

/* ---- The request ---- */

static int refuse_request(struct inquiry *x, const char *action, const char *code,
	const char *error, const char *message)
{
	struct refusal why;
	checking(x->c, "request");
	int r = refusal_set(&x->c->arena, &why, action, code, error, "%s", message);
	return r < 0 ? r : oauth_refuse(x->c, &x->o, &why);
}

static bool wants_jwt(struct call *c)
{
	struct str item, rest = in_str(c, "httpAcceptHeader");
	for (bool more = rest.n; more;) {
		more = str_cut(rest, ',', &item, &rest);
		str_cut(item, ';', &item, &(struct str){0});
		if (str_eq_nocase(str_trim(item), JWT_TYPE))
			return true;
	}
	return false;
}

static int read_request(struct inquiry *x)
{
	int r = params_parse(&x->c->arena, in_str(x->c, "parameters"), &x->params);
	if (r == -EINVAL)
		return refuse_request(x, "INTERNAL_SERVER_ERROR", "A145202", "server_error",
			"The introspection request is no form.");
	if (r < 0)
		return r;
	if (!x->params.n)
		return refuse_request(x, "BAD_REQUEST", "A145301", "invalid_request",
			"The introspection request is empty.");
	x->token = params_one(&x->params, "token");
	if (!x->token.n)
		return refuse_request(x, "BAD_REQUEST", "A145302", "invalid_request",
			"The introspection request must name one token.");
	x->audience = in_str(x->c, "rsUri");
	if (wants_jwt(x->c) && !x->audience.n)
		return refuse_request(x, "BAD_REQUEST", "A404301", "invalid_request",
			"A JWT is wanted, but rsUri does not say who is to receive it.");
	return 0;
}

/* ---- The token ---- */

/* The hint only says where to look first (RFC 7662 section 2.1). */
static int find_token(struct inquiry *x)
{
	bool refresh = str_eq(params_one(&x->params, "token_type_hint"), STR("refresh_token"));
	int r = -ENOENT;
	for (int i = 0; i < 2 && r == -ENOENT; i++, refresh = !refresh) {
		r = refresh ? issued_of_refresh(x->c, x->token, &x->row)
			    : issued_of_access(x->c, x->token, &x->row, NULL);
		x->found.is_refresh = refresh;
	}
	if (r == 0)
		x->type = x->found.is_refresh ? "refresh_token" : "access_token";
	return r;
}

/* A token that names its resources is for no other. */
static bool is_for_audience(const struct inquiry *x)
{
	const struct cJSON *list = json_get(x->found.details, DETAIL_ACCESS_RESOURCES);
	if (!list)
		list = json_get(x->found.details, DETAIL_RESOURCES);
	if (!x->audience.n || !json_count(list))
		return true;
	json_each (item, list)
		if (str_eq(json_raw(item), x->audience))
			return true;
	return false;
}

static int look(struct inquiry *x)
{
	struct cJSON *details = NULL;
	checking(x->c, "token");
	int r = find_token(x);
	if (r == -ENOENT) {
		found(x->c, "the service has issued no such token");
		return 0;
	}
	if (r == 0)
		r = issued_details(x->c, &x->row, &details);
	if (r == 0)
		r = oauth_load_client_id(x->c, &x->o, x->row.client_id, &x->client);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	x->found.row = &x->row;
	x->found.details = details;
	x->found.client = &x->client;
	int64_t end = x->found.is_refresh ? x->row.refresh_expires_at : x->row.access_expires_at;
	x->active = end > x->o.now && !x->client.row.locked && is_for_audience(x);
	found(x->c, x->active              ? "it is active"
		    : end <= x->o.now      ? "it has expired"
		    : x->client.row.locked ? "its client is locked"
					   : "it is not for the resource server");
	return 0;
}

/* ---- The answer ---- */

static struct str optional(struct call *c, const char *name)
{
	struct str text = in_str(c, name);
	return text.n ? text : STR_NONE;
}

static int answer_inquiry(struct inquiry *x)
{
	struct call *c = x->c;
	const char *action = "OK";
	struct refusal why = {0};
	x->found.with_hidden = oauth_flag(c->in, "withHiddenProperties");
	struct str content = introspection_content(&x->o, x->active ? &x->found : NULL);
	struct str message = arena_printf(&c->arena,
		"The introspection request is answered (type=%s, active=%s).",
		x->type ? x->type : "null", x->active ? "true" : "false");
	if (!content.p || !message.p)
		return -ENOMEM;
	if (wants_jwt(c)) {
		const struct introspection_jwt how = {
			.audience = x->audience,
			.sign_alg = optional(c, "introspectionSignAlg"),
			.encryption_alg = optional(c, "introspectionEncryptionAlg"),
			.encryption_enc = optional(c, "introspectionEncryptionEnc"),
			.shared_sign_key = optional(c, "sharedKeyForSign"),
			.shared_encryption_key = optional(c, "sharedKeyForEncryption"),
			.public_encryption_key = optional(c, "publicKeyForEncryption"),
		};
		checking(c, "keys");
		int r = introspection_sign(&x->o, &how, content, &content, &why);
		why.action = "INTERNAL_SERVER_ERROR";
		if (r < 0 || REFUSED(&why))
			return r < 0 ? r : oauth_refuse(c, &x->o, &why);
		found(c, "they were found, and the JWT is made");
		action = "JWT";
	}
	return answer_content(c, action, "A145001", message.p, content);
}

OPERATION(auth_introspection_standard)
{
	struct inquiry x = {.c = c};
	int r = oauth_open(c, &x.o);
	if (r == 0)
		r = read_request(&x);
	if (r == 0 && !c->reply.status)
		r = look(&x);
	return r < 0 || c->reply.status ? r : answer_inquiry(&x);
}
