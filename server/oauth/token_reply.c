/* Issued tokens as replies tell them: to the client and to the authorization server. */
#include "oauth/authorization_details.h"
#include "oauth/token.h"

#define TEXT_MAX ((size_t)16 << 20)

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

struct str token_response(
	const struct oauth *o, const struct token_grant *grant, const struct token_issued *t)
{
	static const char *const taken[] = {"auth_req_id", "authorization_details", NULL};
	struct buf text = buf_make(o->arena, TEXT_MAX);
	struct json_writer w = json_writer(&text);
	struct str type = oauth_text(o->arena, o->service, "accessTokenType");
	if (grant->dpop_thumbprint.n)
		type = STR("DPoP");
	json_open(&w, '{');
	put_text(&w, "auth_req_id", grant->auth_req_id);
	json_member_str(
		&w, "access_token", t->jwt_access_token.p ? t->jwt_access_token : t->access_token);
	json_member_str(&w, "token_type", type.n ? type : STR("Bearer"));
	json_member_int(&w, "expires_in", t->access_duration);
	json_put_name(&w, "scope");
	if (grant->scopes.n)
		json_put_str(&w, t->row.scopes);
	else
		json_put_raw(&w, STR("null"));
	put_text(&w, "refresh_token", t->refresh_token);
	put_text(&w, "id_token", t->id_token);
	int r = authorization_details_put(
		o, &w, "authorization_details", grant->authorization_details);
	properties_put_visible(&w, grant->properties, taken, NULL);
	json_close(&w, '}');
	return r < 0 || o->arena->failed ? STR_NONE : buf_str(&text);
}

static void put_client(
	struct json_writer *w, const struct oauth *o, const struct oauth_client *client)
{
	struct str alias = client->row.alias;
	if (!alias.p && !o->v2) /* in 3.0 a client without one has its id as alias */
		alias = arena_i64(o->arena, client->row.client_id);
	put_tree(w, "clientAttributes", json_get(client->document, "attributes"));
	put_text(w, "clientAuthMethod", str_of(client->auth_method));
	json_member_int(w, "clientId", client->row.client_id);
	put_text(w, "clientIdAlias", alias);
	json_member_bool(w, "clientIdAliasUsed", client->alias_used);
}

void token_put_members(struct json_writer *w, const struct oauth *o,
	const struct token_grant *grant, const struct token_issued *t)
{
	json_member_str(w, "accessToken", t->access_token);
	json_member_int(w, "accessTokenDuration", t->access_duration);
	json_member_int(w, "accessTokenExpiresAt", t->access_expires_at);
	put_tree(w, "accessTokenResources", token_resources(grant));
	put_tree(w, "authorizationDetails", grant->authorization_details);
	put_client(w, o, grant->client);
	json_member_str(w, "grantType", str_of(grant->grant_type));
	put_text(w, "idToken", t->id_token);
	put_text(w, "jwtAccessToken", t->jwt_access_token);
	json_member_bool(w, "metadataDocumentUsed", false);
	put_tree(w, "properties", grant->properties);
	put_text(w, "refreshToken", t->refresh_token);
	json_member_int(w, "refreshTokenDuration", t->refresh_duration);
	json_member_int(w, "refreshTokenExpiresAt", t->refresh_expires_at);
	if (t->refresh_token.p) {
		json_put_name(w, "refreshTokenScopes");
		scopes_put_names(w, grant->refresh_scopes ? grant->refresh_scopes : &grant->scopes);
	}
	put_tree(w, "resources", grant->resources);
	json_put_name(w, "scopes");
	scopes_put_names(w, &grant->scopes);
	put_tree(w, "serviceAttributes", json_get(o->service, "attributes"));
	put_text(w, "subject", grant->subject);
}
