#include "oauth/introspection.h"

#include <errno.h>

#include "oauth/details.h"

#define SECOND_MS 1000
#define CONTENT_MAX ((size_t)16 << 20)

/* What properties cannot take the place of. */
static const char *const reserved[] = {"active", "scope", "client_id", "username", "token_type",
	"exp", "iat", "nbf", "sub", "aud", "iss", "jti", "auth_time", "acr", "cnf",
	"authorization_details", "grant_id"};

static bool is_reserved(struct str name)
{
	for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
		if (str_eq(name, str_of(reserved[i])))
			return true;
	return false;
}

static void put_if(struct json_writer *w, const char *name, struct str value)
{
	if (value.n)
		json_member_str(w, name, value);
}

/* A name that may be anything, so that it has to be escaped. */
static void put_property(
	struct json_writer *w, struct arena *a, const struct cJSON *property, bool with_hidden)
{
	struct str key = oauth_text(a, property, "key"), value = oauth_text(a, property, "value");
	if (!key.n || is_reserved(key) || (oauth_flag(property, "hidden") && !with_hidden))
		return;
	struct buf name = buf_make(a, CONTENT_MAX);
	struct json_writer of_name = json_writer(&name);
	json_put_str(&of_name, key);
	struct str quoted = buf_str(&name);
	struct str bare = quoted.p ? arena_copy(a, (struct str){quoted.p + 1, quoted.n - 2})
				   : STR_NONE;
	if (bare.p)
		json_member_str(w, bare.p, value);
}

static void put_properties(struct json_writer *w, struct arena *a, const struct introspected *t)
{
	const struct cJSON *list = json_get(t->details, DETAIL_PROPERTIES);
	if (!list)
		return;
	json_each (property, list) {
		bool again = false;
		for (const struct cJSON *p = json_first(list); p != property; p = json_next(p))
			again |= str_eq(
				json_raw(json_get(p, "key")), json_raw(json_get(property, "key")));
		if (!again)
			put_property(w, a, property, t->with_hidden);
	}
}

/* The object that otherFields holds as text, without its braces. */
static void put_other_fields(struct json_writer *w, struct arena *a, const struct cJSON *element)
{
	struct cJSON *others;
	struct json_fault fault;
	struct str text = oauth_text(a, element, "otherFields");
	if (!text.n || json_parse(a, text, &others, &fault) < 0 || json_kind(others) != JSON_OBJECT)
		return;
	json_each (item, others) {
		struct str name = arena_copy(a, json_name(item));
		if (!name.p || json_get(element, name.p))
			continue;
		json_put_name(w, name.p);
		json_put_tree(w, item);
	}
}

/* RFC 9396 writes a list, and one of its names in another way. */
static void put_authorization(struct json_writer *w, struct arena *a, const struct cJSON *details)
{
	static const char *const names[][2] = {{"type", "type"}, {"locations", "locations"},
		{"actions", "actions"}, {"dataTypes", "datatypes"}, {"identifier", "identifier"},
		{"privileges", "privileges"}};
	const struct cJSON *elements = json_get(
		json_get(details, DETAIL_AUTHORIZATION), "elements");
	if (!elements)
		return;
	json_put_name(w, "authorization_details");
	json_open(w, '[');
	json_each (element, elements) {
		json_open(w, '{');
		for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
			const struct cJSON *item = json_get(element, names[i][0]);
			if (!item)
				continue;
			json_put_name(w, names[i][1]);
			json_put_tree(w, item);
		}
		put_other_fields(w, a, element);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void put_confirmation(struct json_writer *w, struct arena *a, const struct cJSON *details)
{
	struct str key = oauth_text(a, details, DETAIL_DPOP);
	struct str certificate = oauth_text(a, details, DETAIL_CERTIFICATE);
	if (!key.n && !certificate.n)
		return;
	json_put_name(w, "cnf");
	json_open(w, '{');
	put_if(w, "jkt", key);
	put_if(w, "x5t#S256", certificate);
	json_close(w, '}');
}

static struct str token_type(const struct oauth *o, const struct introspected *t)
{
	struct str type = oauth_text(o->arena, o->service, "accessTokenType");
	if (oauth_text(o->arena, t->details, DETAIL_DPOP).n)
		return STR("DPoP");
	return type.n ? type : STR("Bearer");
}

static struct str client_id(const struct oauth *o, const struct introspected *t)
{
	const struct store_client *client = &t->client->row;
	if (client->alias.n && oauth_flag(t->details, DETAIL_ALIAS_USED))
		return client->alias;
	return arena_i64(o->arena, client->client_id);
}

static void put_audience(struct json_writer *w, const struct introspected *t)
{
	const struct cJSON *list = json_get(t->details, DETAIL_ACCESS_RESOURCES);
	if (!list)
		list = json_get(t->details, DETAIL_RESOURCES);
	if (!json_count(list))
		return;
	json_put_name(w, "aud");
	json_put_tree(w, list);
}

static void put_token(struct json_writer *w, const struct oauth *o, const struct introspected *t)
{
	struct arena *a = o->arena;
	const struct store_issued *row = t->row;
	int64_t end = t->is_refresh ? row->refresh_expires_at : row->access_expires_at;
	int64_t auth_time = oauth_number(t->details, DETAIL_AUTH_TIME, 0);
	put_if(w, "scope", t->is_refresh ? row->refresh_scopes : row->scopes);
	json_member_str(w, "client_id", client_id(o, t));
	if (!t->is_refresh)
		json_member_str(w, "token_type", token_type(o, t));
	json_member_int(w, "exp", end / SECOND_MS);
	put_if(w, "sub", row->subject);
	put_audience(w, t);
	put_if(w, "iss", oauth_text(a, o->service, "issuer"));
	if (auth_time > 0)
		json_member_int(w, "auth_time", auth_time);
	put_if(w, "acr", oauth_text(a, t->details, DETAIL_ACR));
	if (!t->is_refresh)
		put_confirmation(w, a, t->details);
	put_properties(w, a, t);
	put_authorization(w, a, t->details);
	put_if(w, "grant_id", oauth_text(a, t->details, DETAIL_GRANT_ID));
}

struct str introspection_content(const struct oauth *o, const struct introspected *token)
{
	struct buf out = buf_make(o->arena, CONTENT_MAX);
	struct json_writer w = json_writer(&out);
	json_open(&w, '{');
	json_member_bool(&w, "active", token != NULL);
	if (token)
		put_token(&w, o, token);
	json_close(&w, '}');
	return o->arena->failed ? STR_NONE : buf_str(&out);
}
