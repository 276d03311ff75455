#include "oauth/authorization_details.h"

#include <errno.h>

/* The members that the standard names (RFC 9396 section 2.2). */
static const struct member {
	struct str wire;
	const char *api;
	enum json_kind kind; /* JSON_ARRAY: of strings */
} members[] = {
	{STR("type"), "type", JSON_STRING},
	{STR("locations"), "locations", JSON_ARRAY},
	{STR("actions"), "actions", JSON_ARRAY},
	{STR("datatypes"), "dataTypes", JSON_ARRAY},
	{STR("identifier"), "identifier", JSON_STRING},
	{STR("privileges"), "privileges", JSON_ARRAY},
};
#define MEMBERS (sizeof members / sizeof members[0])

static int refuse_with(
	const struct oauth *o, struct refusal *why, const char *code, const char *message)
{
	return refusal_set(
		o->arena, why, NULL, code, "invalid_authorization_details", "%s", message);
}

static const struct member *find_member(struct str name)
{
	for (size_t i = 0; i < MEMBERS; i++)
		if (str_eq(members[i].wire, name))
			return &members[i];
	return NULL;
}

static bool is_of_kind(const struct cJSON *item, enum json_kind kind)
{
	if (json_kind(item) != kind)
		return false;
	if (kind == JSON_ARRAY)
		json_each (text, item)
			if (json_kind(text) != JSON_STRING)
				return false;
	return true;
}

static int check_members(const struct oauth *o, const struct cJSON *element, struct refusal *why)
{
	if (json_kind(element) != JSON_OBJECT)
		return refuse_with(
			o, why, "A249306", "An element of authorization_details is no object.");
	json_each (item, element) {
		const struct member *known = find_member(json_name(item));
		if (known && !is_of_kind(item, known->kind))
			return refuse_with(o, why, "A249306",
				"A member of an element of authorization_details has the wrong "
				"type.");
	}
	return 0;
}

static int check_type(const struct oauth *o, const struct oauth_client *client,
	const struct cJSON *element, struct refusal *why)
{
	struct str type = oauth_text(o->arena, element, "type");
	if (o->arena->failed)
		return -ENOMEM;
	if (type.n == 0)
		return refuse_with(o, why, "A249301",
			"An element of authorization_details has no type, or an empty one.");
	if (!oauth_has(o->service, "supportedAuthorizationDetailsTypes", type.p))
		return refuse_with(o, why, "A249302",
			"The service does not support the type of an element of "
			"authorization_details.");
	if (!oauth_has(client->document, "authorizationDetailsTypes", type.p))
		return refuse_with(o, why, "A249303",
			"The client may not use the type of an element of authorization_details.");
	return 0;
}

static void put_others(struct json_writer *w, const struct oauth *o, const struct cJSON *element)
{
	struct buf text = buf_make(o->arena, SIZE_MAX);
	struct json_writer others = json_writer(&text);
	size_t n = 0;
	json_open(&others, '{');
	json_each (item, element) {
		if (find_member(json_name(item)))
			continue;
		others.comma = n > 0;
		json_put_str(&others, json_decode(o->arena, json_name(item)));
		buf_add_char(&text, ':');
		others.comma = false;
		json_put_tree(&others, item);
		n++;
	}
	json_close(&others, '}');
	if (n)
		json_member_str(w, "otherFields", buf_str(&text));
}

static void put_element(struct json_writer *w, const struct oauth *o, const struct cJSON *element)
{
	json_open(w, '{');
	for (size_t i = 0; i < MEMBERS; i++) {
		const struct cJSON *item = json_get(element, members[i].wire.p);
		if (!item)
			continue;
		json_put_name(w, members[i].api);
		json_put_tree(w, item);
	}
	put_others(w, o, element);
	json_close(w, '}');
}

int authorization_details_read(const struct oauth *o, const struct oauth_client *client,
	struct str text, const struct cJSON **ret, struct refusal *why)
{
	struct json_fault fault;
	struct cJSON *list, *tree;
	int r = json_parse(o->arena, text, &list, &fault);
	if (r == -EINVAL)
		return refuse_with(o, why, "A249304", "authorization_details is no JSON.");
	if (r < 0)
		return r;
	if (json_kind(list) != JSON_ARRAY)
		return refuse_with(o, why, "A249305", "authorization_details is no list.");
	struct buf api = buf_make(o->arena, SIZE_MAX);
	struct json_writer w = json_writer(&api);
	json_open(&w, '{');
	json_put_name(&w, "elements");
	json_open(&w, '[');
	json_each (element, list) {
		r = check_members(o, element, why);
		if (r == 0 && !REFUSED(why))
			r = check_type(o, client, element, why);
		if (r < 0 || REFUSED(why))
			return r;
		put_element(&w, o, element);
	}
	json_close(&w, ']');
	json_close(&w, '}');
	r = o->arena->failed ? -ENOMEM : json_parse(o->arena, buf_str(&api), &tree, &fault);
	if (r == 0)
		*ret = tree;
	return r;
}

/* ---- The way back ---- */

static int put_wire_element(
	const struct oauth *o, struct json_writer *w, const struct cJSON *element)
{
	struct json_fault fault;
	struct cJSON *others = NULL;
	struct str text = oauth_text(o->arena, element, "otherFields");
	/* whatever else it holds came from the authorization server: not ours to judge */
	int r = text.n ? json_parse(o->arena, text, &others, &fault) : 0;
	if (r == -ENOMEM)
		return r;
	json_open(w, '{');
	for (size_t i = 0; i < MEMBERS; i++) {
		const struct cJSON *item = json_get(element, members[i].api);
		if (!item)
			continue;
		json_put_name(w, members[i].wire.p);
		json_put_tree(w, item);
	}
	if (others && json_kind(others) == JSON_OBJECT)
		json_each (item, others) {
			if (find_member(json_name(item)))
				continue;
			json_put_str(w, json_decode(o->arena, json_name(item)));
			buf_add_char(w->out, ':');
			w->comma = false;
			json_put_tree(w, item);
		}
	json_close(w, '}');
	return 0;
}

int authorization_details_put(
	const struct oauth *o, struct json_writer *w, const char *name, const struct cJSON *details)
{
	const struct cJSON *elements = json_get(details, "elements");
	int r = 0;
	if (!elements || json_kind(elements) != JSON_ARRAY)
		return 0;
	json_put_name(w, name);
	json_open(w, '[');
	json_each (element, elements)
		if (r == 0)
			r = put_wire_element(o, w, element);
	json_close(w, ']');
	return r;
}
