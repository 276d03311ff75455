#include "entity/client.h"

#include <errno.h>

#include "core/json.h"
#include "core/schema.h"
#include "entity/names.h"
#include "entity/uri.h"
#include "op.h"

/* ---- From what callers send to what the store keeps ---- */

/* Takes a member that has a place of its own out of the object. */
static struct cJSON *take(struct cJSON *in, const char *name)
{
	struct cJSON *item = json_get(in, name);
	if (item)
		json_remove(in, item);
	return item;
}

static struct str take_text(struct arena *a, struct cJSON *in, const char *name)
{
	const struct cJSON *item = take(in, name);
	return item ? json_text(a, item) : STR_NONE;
}

/* Of the JSON object in that text the members that the service supports, as text again; the same
 * text where it supports all, STR_NONE where none is left. */
static int filter_metadata(
	struct arena *a, const struct store_service *service, struct str text, struct str *ret)
{
	struct cJSON *own = NULL, *tree = NULL;
	struct json_fault fault;
	struct names supported;
	size_t before = 0;
	int r = document_read(a, service->document, &own);
	if (r == 0)
		r = json_parse(a, text, &tree, &fault);
	if (r < 0)
		return r;
	if (!names_read(a, json_get(own, "supportedCustomClientMetadata"), NULL, &supported))
		return -ENOMEM;
	struct cJSON *next;
	for (struct cJSON *member = json_first(tree); member; member = next, before++) {
		next = json_next(member);
		if (!names_have(&supported, json_decode(a, json_name(member))))
			json_remove(tree, member);
	}
	size_t left = json_count(tree);
	struct buf out = buf_make(a, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	if (left && left < before)
		json_put_tree(&w, tree);
	*ret = !left ? STR_NONE : left == before ? text : buf_str(&out);
	return out.failed || a->failed ? -ENOMEM : 0;
}

static int keep_metadata(struct arena *a, const struct store_service *service, struct cJSON *in)
{
	struct str text = take_text(a, in, "customMetadata");
	if (!text.p)
		return a->failed ? -ENOMEM : 0;
	int r = filter_metadata(a, service, text, &text);
	if (r == 0 && text.p && !json_add(a, in, STR("customMetadata"), json_new_string(a, text)))
		r = -ENOMEM;
	return r;
}

/* A confidential client that is made without a word about it authenticates by its secret. */
static bool set_auth_method(struct arena *a, struct cJSON *in)
{
	const struct cJSON *type = json_get(in, "clientType");
	if (json_get(in, "tokenAuthMethod") || !type ||
		!str_eq(json_raw(type), STR("CONFIDENTIAL")))
		return true;
	return json_add(
		a, in, STR("tokenAuthMethod"), json_new_string(a, STR("CLIENT_SECRET_BASIC")));
}

struct str client_sector(struct arena *a, const struct cJSON *in, bool *ret_several)
{
	struct str sector = STR_NONE;
	struct uri uri;
	const struct cJSON *own = json_get(in, "sectorIdentifierUri");
	*ret_several = false;
	if (own)
		return uri_read(json_text(a, own), &uri) ? uri.host : STR_NONE;
	json_each (item, json_get(in, "redirectUris")) {
		if (!uri_read(json_text(a, item), &uri) || !uri.host.n)
			continue;
		if (sector.p && !str_eq_nocase(sector, uri.host))
			*ret_several = true;
		sector = uri.host;
	}
	return *ret_several ? STR_NONE : sector;
}

/* What follows from other members is kept with them: it changes only when they do. */
static struct str document(struct arena *a, const struct cJSON *in)
{
	bool several;
	struct buf out = buf_make(a, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	buf_reserve(&out, 4096);
	schema_record(schema_client, in, &w);
	struct str sector = client_sector(a, in, &several);
	if (sector.n)
		json_member_str(&w, "derivedSectorIdentifier", sector);
	return buf_str(&out);
}

static const struct schema *extension_schema(void)
{
	return schema_member(schema_client, "extension");
}

int client_requestable(struct arena *a, struct str extension, struct cJSON **ret)
{
	struct cJSON *tree = NULL;
	int r = document_read(a, extension, &tree);
	const struct cJSON *enabled = json_get(tree, "requestableScopesEnabled");
	if (r == 0)
		*ret = enabled && json_true(enabled) ? json_get(tree, "requestableScopes") : NULL;
	return r;
}

int client_restrict(
	struct arena *a, struct str extension, const struct cJSON *scopes, struct str *ret)
{
	struct cJSON *tree = NULL, *enabled = json_new_string(a, STR(""));
	struct buf out = buf_make(a, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	int r = enabled ? document_read(a, extension, &tree) : -ENOMEM;
	if (r < 0)
		return r;
	json_become_bool(enabled, scopes);
	take(tree, "requestableScopes");
	take(tree, "requestableScopesEnabled");
	if (!json_add(a, tree, STR("requestableScopesEnabled"), enabled))
		return -ENOMEM;
	schema_record(extension_schema(), tree, &w);
	if (scopes) {
		json_put_name(&w, "requestableScopes");
		json_put_tree(&w, scopes);
	}
	*ret = buf_str(&out);
	return ret->p ? 0 : -ENOMEM;
}

int client_read(struct arena *a, const struct store_service *service, struct cJSON *in, bool fresh,
	struct store_client *ret)
{
	struct store_client read = *ret;
	int r = keep_metadata(a, service, in);
	if (r < 0)
		return r;
	if (fresh && !set_auth_method(a, in))
		return -ENOMEM;
	const struct cJSON *enabled = take(in, "clientIdAliasEnabled");
	const struct cJSON *extension = take(in, "extension");
	read.alias = take_text(a, in, "clientIdAlias");
	read.alias_enabled = enabled && json_true(enabled);
	read.developer = take_text(a, in, "developer");
	if (extension)
		read.extension = entity_document(a, extension_schema(), extension);
	else if (fresh)
		read.extension = STR("");
	read.document = document(a, in);
	if (a->failed)
		return -ENOMEM;
	*ret = read;
	return 0;
}

/* ---- And back ---- */

static void put_alias(struct json_writer *w, const struct store_client *client, bool v2)
{
	char digits[STR_I64_SIZE];
	struct str id = str_from_i64(client->client_id, digits);
	if (!v2)
		json_member_str(w, "clientIdAlias", client->alias.p ? client->alias : id);
	else if (client->alias.p && !str_eq(client->alias, id))
		json_member_str(w, "clientIdAlias", client->alias);
	json_member_bool(w, "clientIdAliasEnabled", !v2 || client->alias_enabled);
}

static void put_extension(struct json_writer *w, const struct store_client *client, bool v2)
{
	if (v2 && !client->extension.n)
		return;
	json_put_name(w, "extension");
	json_open(w, '{');
	if (client->extension.n)
		json_put_raw(w, client->extension);
	else
		schema_record(extension_schema(), NULL, w);
	json_close(w, '}');
}

void client_write(struct arena *a, struct json_writer *w, const struct store_service *service,
	const struct store_client *client, bool v2)
{
	(void)a;
	json_open(w, '{');
	json_member_int(w, "number", client->number);
	json_member_int(w, "serviceNumber", service->number);
	json_member_int(w, "clientId", client->client_id);
	json_member_str(w, "clientSecret", client->secret);
	put_alias(w, client, v2);
	if (client->developer.p)
		json_member_str(w, "developer", client->developer);
	json_member_int(w, "createdAt", client->created_at);
	json_member_int(w, "modifiedAt", client->modified_at);
	json_member_bool(w, "dynamicallyRegistered", false);
	json_member_bool(w, "locked", client->locked);
	put_extension(w, client, v2);
	if (client->document.n)
		json_put_raw(w, client->document);
	json_close(w, '}');
}

int client_write_limited(
	struct arena *a, struct json_writer *w, const struct store_client *client, bool v2)
{
	static const char *const names[] = {
		"clientName", "clientNames", "description", "descriptions", "clientType"};
	struct cJSON *document;
	int r = document_read(a, client->document, &document);
	if (r < 0)
		return r;
	json_open(w, '{');
	json_member_int(w, "number", client->number);
	json_member_int(w, "clientId", client->client_id);
	put_alias(w, client, v2);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const struct cJSON *item = json_get(document, names[i]);
		if (item) {
			json_put_name(w, names[i]);
			json_put_tree(w, item);
		}
	}
	json_close(w, '}');
	return 0;
}
