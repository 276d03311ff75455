/* What a row of CIBA keeps: its request and its result as JSON. */
#include <errno.h>

#include "entity/names.h"
#include "oauth/ciba.h"

#define TEXT_MAX ((size_t)64 << 20)

static const struct str modes[] = {STR("POLL"), STR("PING"), STR("PUSH")};

enum ciba_mode ciba_mode_of(struct str name)
{
	for (enum ciba_mode mode = CIBA_POLL; mode < CIBA_NO_MODE; mode++)
		if (str_eq(modes[mode], name))
			return mode;
	return CIBA_NO_MODE;
}

const char *ciba_mode_name(enum ciba_mode mode)
{
	return mode < CIBA_NO_MODE ? modes[mode].p : NULL;
}

/* ---- Writing ---- */

static void put_text(struct json_writer *w, const char *name, struct str value)
{
	if (value.p)
		json_member_str(w, name, value);
}

static void put_tree(struct json_writer *w, const char *name, const struct cJSON *item)
{
	if (!item)
		return;
	json_put_name(w, name);
	json_put_tree(w, item);
}

/* As a text: it may be as deep as a document may be. */
static void put_document(
	struct json_writer *w, struct arena *a, const char *name, const struct cJSON *item)
{
	if (!item)
		return;
	struct buf text = buf_make(a, TEXT_MAX);
	struct json_writer inner = json_writer(&text);
	json_put_tree(&inner, item);
	json_member_str(w, name, buf_str(&text));
}

static void put_number(struct json_writer *w, const char *name, int64_t value)
{
	if (value)
		json_member_int(w, name, value);
}

struct str ciba_request_text(struct arena *a, const struct ciba_request *request)
{
	struct buf out = buf_make(a, TEXT_MAX);
	struct json_writer w = json_writer(&out);
	put_text(&w, "deliveryMode", str_of(ciba_mode_name(request->mode)));
	json_put_name(&w, "scopes");
	scopes_put_names(&w, &request->scopes);
	put_text(&w, "clientNotificationToken", request->notification_token);
	if (request->acrs.n) {
		json_put_name(&w, "acrs");
		scopes_put_names(&w, &request->acrs);
	}
	put_number(&w, "requestedExpiry", request->requested_expiry);
	put_tree(&w, "resources", request->resources);
	put_tree(&w, "authorizationDetails", request->authorization_details);
	put_text(&w, "certificateThumbprint", request->certificate_thumbprint);
	put_text(&w, "clientAuthMethod", request->auth_method);
	if (request->alias_used)
		json_member_bool(&w, "clientIdAliasUsed", true);
	return a->failed ? STR_NONE : buf_str(&out);
}

struct str ciba_result_text(struct arena *a, const struct ciba_result *result)
{
	struct buf out = buf_make(a, TEXT_MAX);
	struct json_writer w = json_writer(&out);
	buf_reserve(&out, 1); /* an empty text is not STR_NONE */
	put_text(&w, "subject", result->subject);
	put_text(&w, "sub", result->sub);
	put_text(&w, "acr", result->acr);
	put_number(&w, "authTime", result->auth_time);
	put_document(&w, a, "claims", result->claims);
	put_tree(&w, "properties", result->properties);
	put_tree(&w, "scopes", result->scopes);
	put_tree(&w, "consentedClaims", result->consented_claims);
	put_document(&w, a, "idtHeaderParams", result->id_header);
	put_document(&w, a, "jwtAtClaims", result->jwt_claims);
	put_number(&w, "accessTokenDuration", result->access_duration);
	put_number(&w, "refreshTokenDuration", result->refresh_duration);
	put_text(&w, "idTokenAudType", result->id_audience_type);
	put_text(&w, "errorDescription", result->error_description);
	put_text(&w, "errorUri", result->error_uri);
	return a->failed ? STR_NONE : buf_str(&out);
}

/* ---- Reading ---- */

static int bare_request(
	struct arena *a, const struct oauth_client *client, struct ciba_request *ret)
{
	struct str mode = client ? oauth_text(a, client->document, "bcDeliveryMode") : STR_NONE;
	*ret = (struct ciba_request){.mode = ciba_mode_of(mode)};
	return scopes_parse(a, STR("openid"), &ret->scopes);
}

int ciba_request_read(const struct oauth *o, const struct oauth_client *client,
	const struct store_ciba *row, struct ciba_request *ret)
{
	struct arena *a = o->arena;
	struct cJSON *tree;
	if (row->request.n == 0)
		return bare_request(a, client, ret);
	int r = document_read(a, row->request, &tree);
	if (r < 0)
		return r;
	struct ciba_request request = {
		.mode = ciba_mode_of(oauth_text(a, tree, "deliveryMode")),
		.notification_token = oauth_text(a, tree, "clientNotificationToken"),
		.requested_expiry = oauth_number(tree, "requestedExpiry", 0),
		.resources = json_get(tree, "resources"),
		.authorization_details = json_get(tree, "authorizationDetails"),
		.certificate_thumbprint = oauth_text(a, tree, "certificateThumbprint"),
		.auth_method = oauth_text(a, tree, "clientAuthMethod"),
		.alias_used = oauth_flag(tree, "clientIdAliasUsed"),
	};
	r = scopes_of_json(a, json_get(tree, "scopes"), &request.scopes);
	if (r == 0)
		r = scopes_of_json(a, json_get(tree, "acrs"), &request.acrs);
	if (r < 0 || a->failed)
		return -ENOMEM;
	*ret = request;
	return 0;
}

static int read_document(
	struct arena *a, const struct cJSON *tree, const char *name, const struct cJSON **ret)
{
	struct json_fault fault;
	struct cJSON *document = NULL;
	struct str text = oauth_text(a, tree, name);
	int r = text.p ? json_parse(a, text, &document, &fault) : a->failed ? -ENOMEM : 0;
	*ret = document;
	return r == -EINVAL ? -EBADMSG : r;
}

int ciba_result_read(const struct oauth *o, const struct store_ciba *row, struct ciba_result *ret)
{
	struct arena *a = o->arena;
	struct cJSON *tree;
	int r = document_read(a, row->result, &tree);
	if (r < 0)
		return r;
	struct ciba_result result = {
		.subject = oauth_text(a, tree, "subject"),
		.sub = oauth_text(a, tree, "sub"),
		.acr = oauth_text(a, tree, "acr"),
		.auth_time = oauth_number(tree, "authTime", 0),
		.properties = json_get(tree, "properties"),
		.scopes = json_get(tree, "scopes"),
		.consented_claims = json_get(tree, "consentedClaims"),
		.access_duration = oauth_number(tree, "accessTokenDuration", 0),
		.refresh_duration = oauth_number(tree, "refreshTokenDuration", 0),
		.id_audience_type = oauth_text(a, tree, "idTokenAudType"),
		.error_description = oauth_text(a, tree, "errorDescription"),
		.error_uri = oauth_text(a, tree, "errorUri"),
	};
	if (a->failed)
		return -ENOMEM;
	r = read_document(a, tree, "claims", &result.claims);
	if (r == 0)
		r = read_document(a, tree, "idtHeaderParams", &result.id_header);
	if (r == 0)
		r = read_document(a, tree, "jwtAtClaims", &result.jwt_claims);
	if (r < 0)
		return r;
	*ret = result;
	return 0;
}

/* ---- Both as a grant ---- */

/* Those that the authorization server put in place of the request's, where it did. Scopes that the
 * service does not have are left out, as they are from requests. */
static int granted_scopes(const struct oauth *o, const struct ciba_request *request,
	const struct ciba_result *result, struct scopes *ret)
{
	struct scopes given;
	if (!result->scopes) {
		*ret = request->scopes;
		return 0;
	}
	int r = scopes_of_json(o->arena, result->scopes, &given);
	return r < 0 ? r : scopes_allowed(o, NULL, &given, ret, NULL);
}

int ciba_grant(const struct oauth *o, const struct oauth_client *client,
	const struct ciba_request *request, const struct ciba_result *result,
	struct str auth_req_id, struct token_grant *ret)
{
	struct token_grant grant = {
		.client = client,
		.grant_type = "CIBA",
		.subject = result->subject,
		.sub = result->sub,
		.with_refresh = true,
		.with_id_token = true,
		.auth_time = result->auth_time,
		.acr = result->acr,
		.claims = result->claims,
		.properties = result->properties,
		.resources = request->resources,
		.authorization_details = request->authorization_details,
		.consented_claims = result->consented_claims,
		.access_duration = result->access_duration,
		.refresh_duration = result->refresh_duration,
		.jwt_claims = result->jwt_claims,
		.id_header = result->id_header,
		.id_audience_type = result->id_audience_type,
		.certificate_thumbprint = request->certificate_thumbprint,
	};
	if (request->mode == CIBA_PUSH)
		grant.auth_req_id = auth_req_id;
	int r = granted_scopes(o, request, result, &grant.scopes);
	if (r == 0)
		*ret = grant;
	return r;
}
