/* Members that the replies of the backchannel operations share. */
#include "oauth/ciba.h"

static void put_tree(struct json_writer *w, const char *name, const struct cJSON *item)
{
	if (!item)
		return;
	json_put_name(w, name);
	json_put_tree(w, item);
}

void ciba_put_client(struct json_writer *w, const struct oauth *o,
	const struct oauth_client *client, bool alias_used)
{
	struct str name = oauth_text(o->arena, client->document, "clientName");
	struct str alias = client->row.alias;
	if (!alias.p && !o->v2) /* in 3.0 a client without one has its id as alias */
		alias = arena_i64(o->arena, client->row.client_id);
	json_member_int(w, "clientId", client->row.client_id);
	if (alias.p)
		json_member_str(w, "clientIdAlias", alias);
	json_member_bool(w, "clientIdAliasUsed", alias_used);
	if (name.p)
		json_member_str(w, "clientName", name);
	put_tree(w, "serviceAttributes", json_get(o->service, "attributes"));
	put_tree(w, "clientAttributes", json_get(client->document, "attributes"));
	json_member_bool(w, "clientEntityIdUsed", false);
	json_member_bool(w, "metadataDocumentUsed", false);
}

void ciba_put_request(struct json_writer *w, const struct ciba_request *request)
{
	put_tree(w, "resources", request->resources);
	put_tree(w, "authorizationDetails", request->authorization_details);
}
