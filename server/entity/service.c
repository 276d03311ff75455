#include "entity/service.h"

#include <stdlib.h>

#include "core/json.h"
#include "core/schema.h"
#include "op.h"

#define OWNER_NUMBER 1 /* of the one owner that all services of a silo have */

/* Scopes whose description is the server's, whatever callers send (OpenID Connect Core 1.0 sections
 * 5.4 and 11). */
static const struct {
	struct str name;
	const char *description;
} standard_scopes[] = {
	{STR("address"), "Permission to read your postal address"},
	{STR("email"), "Permission to read your email address"},
	{STR("offline_access"), "Permission to act for you while you are away"},
	{STR("openid"), "Permission to know who you are"},
	{STR("phone"), "Permission to read your telephone number"},
	{STR("profile"), "Permission to read your profile"},
};

static const char *standard_description(struct str name)
{
	for (size_t i = 0; i < sizeof standard_scopes / sizeof standard_scopes[0]; i++)
		if (str_eq(standard_scopes[i].name, name))
			return standard_scopes[i].description;
	return NULL;
}

static int by_name(const void *one, const void *other)
{
	const struct cJSON *const *left = one, *const *right = other;
	struct str a = json_raw(json_get(*left, "name")), b = json_raw(json_get(*right, "name"));
	return str_cmp(a, b);
}

/* A standard scope without what the caller says of its meaning, but with the rest. */
static void put_standard(struct json_writer *w, struct cJSON *scope, const char *description)
{
	struct str text = str_of(description);
	static const char *const replaced[] = {"description", "descriptions"};
	for (size_t i = 0; i < sizeof replaced / sizeof replaced[0]; i++) {
		struct cJSON *member = json_get(scope, replaced[i]);
		if (member)
			json_remove(scope, member);
	}
	schema_record(schema_item(schema_member(schema_service, "supportedScopes")), scope, w);
	json_member_str(w, "description", text);
	json_put_name(w, "descriptions");
	json_open(w, '[');
	json_open(w, '{');
	json_member_str(w, "tag", STR("en"));
	json_member_str(w, "value", text);
	json_close(w, '}');
	json_close(w, ']');
}

static void put_scope(struct json_writer *w, struct cJSON *scope)
{
	const char *description = standard_description(json_raw(json_get(scope, "name")));
	json_open(w, '{');
	if (description)
		put_standard(w, scope, description);
	else
		schema_record(
			schema_item(schema_member(schema_service, "supportedScopes")), scope, w);
	json_close(w, '}');
}

/* By name, as the API gives them back. */
static bool put_scopes(struct arena *a, struct json_writer *w, struct cJSON *list)
{
	size_t n = 0;
	struct cJSON **sorted = arena_alloc(a, (json_count(list) + 1) * sizeof(struct cJSON *));
	if (!sorted)
		return false;
	json_each (scope, list)
		sorted[n++] = scope;
	qsort(sorted, n, sizeof *sorted, by_name);
	json_put_name(w, "supportedScopes");
	json_open(w, '[');
	for (size_t i = 0; i < n; i++)
		put_scope(w, sorted[i]);
	json_close(w, ']');
	return true;
}

struct str service_document(struct arena *a, struct cJSON *in)
{
	struct buf out = buf_make(a, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	struct cJSON *scopes = json_get(in, "supportedScopes");
	buf_reserve(&out, 4096);
	if (scopes)
		json_remove(in, scopes);
	schema_record(schema_service, in, &w);
	if (scopes && !put_scopes(a, &w, scopes))
		return STR_NONE;
	return buf_str(&out);
}

void service_write(struct arena *a, struct json_writer *w, const struct store_service *service)
{
	json_open(w, '{');
	json_member_int(w, "apiKey", service->service_id);
	json_member_str(w, "apiSecret", service->api_secret);
	json_member_int(w, "number", service->number);
	json_member_int(w, "serviceOwnerNumber", OWNER_NUMBER);
	json_member_int(w, "createdAt", entity_time(service->created_at));
	json_member_int(w, "modifiedAt", entity_time(service->modified_at));
	json_put_name(w, "metadata");
	json_open(w, '[');
	json_open(w, '{');
	json_member_str(w, "key", STR("clientCount"));
	json_member_str(w, "value", arena_i64(a, service->clients));
	json_close(w, '}');
	json_close(w, ']');
	struct str document = service->document.n ? service->document
						  : entity_document(a, schema_service, NULL);
	if (document.n)
		json_put_raw(w, document);
	json_close(w, '}');
}
