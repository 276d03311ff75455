/* Extra properties: what the authorization server attaches to a token. Visible ones go to the
 * client. */
#include <errno.h>

#include "oauth/token.h"

/* Names that are the protocol's. */
static const struct str reserved[] = {
	STR("access_token"),
	STR("token_type"),
	STR("expires_in"),
	STR("refresh_token"),
	STR("scope"),
	STR("error"),
	STR("error_description"),
	STR("error_uri"),
	STR("id_token"),
};

static struct str key_of(const struct cJSON *property)
{
	const struct cJSON *key = json_get(property, "key");
	return key && json_kind(key) == JSON_STRING ? json_raw(key) : STR_NONE;
}

static bool is_reserved(struct str key)
{
	for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
		if (str_eq(reserved[i], key))
			return true;
	return false;
}

static bool has_key(const struct cJSON *item, struct str key)
{
	for (; item; item = json_next(item))
		if (str_eq(key_of(item), key))
			return true;
	return false;
}

static void put_list(
	struct json_writer *w, const struct cJSON *list, const struct cJSON *overriding)
{
	const struct cJSON *later = overriding ? json_first(overriding) : NULL;
	if (!list)
		return;
	json_each (item, list) {
		struct str key = key_of(item);
		if (!key.n || is_reserved(key) || has_key(json_next(item), key) ||
			has_key(later, key))
			continue;
		json_put_tree(w, item);
	}
}

int properties_merge(struct arena *a, const struct cJSON *first, const struct cJSON *second,
	const struct cJSON **ret)
{
	struct json_fault fault;
	struct cJSON *tree;
	struct buf text = buf_make(a, SIZE_MAX);
	struct json_writer w = json_writer(&text);
	*ret = NULL;
	if (!first && !second)
		return 0;
	json_open(&w, '[');
	put_list(&w, first, second);
	put_list(&w, second, NULL);
	json_close(&w, ']');
	int r = text.failed ? -ENOMEM : json_parse(a, buf_str(&text), &tree, &fault);
	if (r == 0 && json_first(tree))
		*ret = tree;
	return r;
}

bool properties_fit(struct arena *a, const struct cJSON *properties)
{
	struct buf text = buf_make(a, PROPERTIES_MAX);
	struct json_writer w = json_writer(&text);
	if (!properties)
		return true;
	json_put_tree(&w, properties);
	return !text.failed;
}

static bool is_taken(struct str key, const char *const *taken, const struct cJSON *others)
{
	for (; *taken; taken++)
		if (str_eq(str_of(*taken), key))
			return true;
	if (others)
		json_each (item, others)
			if (str_eq(json_name(item), key))
				return true;
	return false;
}

void properties_put_visible(struct json_writer *w, const struct cJSON *properties,
	const char *const *taken, const struct cJSON *others)
{
	if (!properties)
		return;
	json_each (item, properties) {
		const struct cJSON *value = json_get(item, "value");
		struct str key = key_of(item);
		if (!key.n || is_reserved(key) || oauth_flag(item, "hidden") ||
			has_key(json_next(item), key) || is_taken(key, taken, others))
			continue;
		json_put_str(w, json_decode(w->out->arena, key));
		buf_add_char(w->out, ':');
		w->comma = false;
		if (value)
			json_put_tree(w, value);
		else
			json_put_str(w, STR(""));
	}
}
