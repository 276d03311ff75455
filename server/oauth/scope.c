#include "oauth/scope.h"

#include <errno.h>
#include <stdlib.h>

/* ---- Making sets ---- */

static int begin(struct arena *a, size_t most, struct scopes *ret)
{
	*ret = (struct scopes){arena_alloc(a, (most ? most : 1) * sizeof *ret->at), 0};
	return ret->at ? 0 : -ENOMEM;
}

struct word {
	struct str text;
	size_t at; /* its place in the request */
};

static int by_text(const void *a, const void *b)
{
	const struct word *x = a, *y = b;
	int order = str_cmp(x->text, y->text);
	return order ? order : (x->at > y->at) - (x->at < y->at);
}

static size_t count_words(struct str text)
{
	size_t n = 0;
	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] != ' ' && (i == 0 || text.p[i - 1] == ' ');
	return n;
}

/* Leaves the first of each; sorts, as a request may hold as many words as its size allows. */
static int drop_repeated(struct arena *a, struct scopes *s)
{
	size_t n = 0;
	struct word *words = arena_alloc(a, (s->n ? s->n : 1) * sizeof *words);
	if (!words)
		return -ENOMEM;
	for (size_t i = 0; i < s->n; i++)
		words[i] = (struct word){s->at[i], i};
	qsort(words, s->n, sizeof *words, by_text);
	for (size_t i = 1; i < s->n; i++)
		if (str_eq(words[i].text, words[i - 1].text))
			s->at[words[i].at] = STR_NONE;
	for (size_t i = 0; i < s->n; i++)
		if (s->at[i].p)
			s->at[n++] = s->at[i];
	s->n = n;
	return 0;
}

int scopes_parse(struct arena *a, struct str text, struct scopes *ret)
{
	struct scopes s;
	struct str rest = text, word;
	if (begin(a, count_words(text), &s) < 0)
		return -ENOMEM;
	while (rest.n) {
		str_cut(rest, ' ', &word, &rest);
		if (word.n)
			s.at[s.n++] = word;
	}
	int r = drop_repeated(a, &s);
	if (r == 0)
		*ret = s;
	return r;
}

int scopes_of_json(struct arena *a, const struct cJSON *list, struct scopes *ret)
{
	struct scopes s;
	if (begin(a, list ? json_count(list) : 0, &s) < 0)
		return -ENOMEM;
	if (list)
		json_each (item, list)
			if (json_kind(item) == JSON_STRING)
				s.at[s.n++] = json_text(a, item);
	if (a->failed)
		return -ENOMEM;
	int r = drop_repeated(a, &s);
	if (r == 0)
		*ret = s;
	return r;
}

/* ---- What service and client have to say ---- */

/* The service's object of that scope, NULL when it does not have it. */
static const struct cJSON *find_in(const struct cJSON *list, struct str name)
{
	json_each (item, list) {
		const struct cJSON *known = json_get(item, "name");
		if (known && str_eq(json_raw(known), name))
			return item;
	}
	return NULL;
}

static const struct cJSON *find(const struct oauth *o, struct str name)
{
	return find_in(json_get(o->service, "supportedScopes"), name);
}

static bool may_request(const struct oauth_client *client, struct str name)
{
	if (!client || !oauth_flag(client->extension, "requestableScopesEnabled"))
		return true;
	const struct cJSON *list = json_get(client->extension, "requestableScopes");
	if (!list)
		return false;
	json_each (item, list)
		if (str_eq(json_raw(item), name))
			return true;
	return false;
}

int scopes_allowed(const struct oauth *o, const struct oauth_client *client,
	const struct scopes *asked, struct scopes *ret, struct scopes *ret_dropped)
{
	struct scopes good, dropped;
	if (begin(o->arena, asked->n, &good) < 0 || begin(o->arena, asked->n, &dropped) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < asked->n; i++) {
		struct str name = asked->at[i];
		struct scopes *to = find(o, name) && may_request(client, name) ? &good : &dropped;
		to->at[to->n++] = name;
	}
	*ret = good;
	if (ret_dropped)
		*ret_dropped = dropped;
	return 0;
}

int scopes_default(const struct oauth *o, const struct oauth_client *client, struct scopes *ret)
{
	const struct cJSON *list = json_get(o->service, "supportedScopes");
	struct scopes s;
	if (begin(o->arena, list ? json_count(list) : 0, &s) < 0)
		return -ENOMEM;
	if (list)
		json_each (item, list) {
			struct str name = oauth_text(o->arena, item, "name");
			if (name.p && oauth_flag(item, "defaultEntry") && may_request(client, name))
				s.at[s.n++] = name;
		}
	if (o->arena->failed)
		return -ENOMEM;
	*ret = s;
	return 0;
}

bool scopes_have(const struct scopes *s, struct str name)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->at[i], name))
			return true;
	return false;
}

/* ---- Writing them ---- */

struct str scopes_text(struct arena *a, const struct scopes *s)
{
	struct buf out = buf_make(a, SIZE_MAX);
	buf_reserve(&out, 1);
	for (size_t i = 0; i < s->n; i++) {
		if (i)
			buf_add_char(&out, ' ');
		buf_add(&out, s->at[i]);
	}
	return buf_str(&out);
}

static void put_member(struct json_writer *w, const struct cJSON *object, const char *name)
{
	const struct cJSON *item = json_get(object, name);
	if (!item)
		return;
	json_put_name(w, name);
	json_put_tree(w, item);
}

void scopes_put_objects(
	struct json_writer *w, const struct oauth *o, const struct scopes *s, bool brief)
{
	json_open(w, '[');
	for (size_t i = 0; i < s->n; i++) {
		const struct cJSON *known = find(o, s->at[i]);
		json_open(w, '{');
		json_member_str(w, "name", s->at[i]);
		json_member_bool(w, "defaultEntry", oauth_flag(known, "defaultEntry"));
		if (!brief) {
			put_member(w, known, "description");
			put_member(w, known, "descriptions");
			put_member(w, known, "attributes");
		}
		json_close(w, '}');
	}
	json_close(w, ']');
}

void scopes_put_names(struct json_writer *w, const struct scopes *s)
{
	json_open(w, '[');
	for (size_t i = 0; i < s->n; i++)
		json_put_str(w, s->at[i]);
	json_close(w, ']');
}

/* ---- What they stand for ---- */

#define CLAIMS_MAX 32

static const struct {
	struct str scope;
	struct str claims; /* separated by spaces */
} shortcuts[] = {
	{STR("profile"),
		STR("name family_name given_name middle_name nickname preferred_username profile "
		    "picture website gender birthdate zoneinfo locale updated_at")},
	{STR("email"), STR("email email_verified")},
	{STR("address"), STR("address")},
	{STR("phone"), STR("phone_number phone_number_verified")},
};

static int find_claims(
	const struct oauth *o, const struct scopes *s, bool supported, struct scopes *ret)
{
	struct scopes claims;
	if (begin(o->arena, CLAIMS_MAX, &claims) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < sizeof shortcuts / sizeof shortcuts[0]; i++) {
		struct str rest = shortcuts[i].claims, name;
		while (scopes_have(s, shortcuts[i].scope) && rest.n) {
			str_cut(rest, ' ', &name, &rest);
			struct str text = arena_copy(o->arena, name);
			if (!text.p)
				return -ENOMEM;
			if (oauth_has(o->service, "supportedClaims", text.p) == supported)
				claims.at[claims.n++] = text;
		}
	}
	*ret = claims;
	return 0;
}

int scopes_claims(const struct oauth *o, const struct scopes *s, struct scopes *ret)
{
	return find_claims(o, s, true, ret);
}

int scopes_claims_lacking(const struct oauth *o, const struct scopes *s, struct scopes *ret)
{
	return find_claims(o, s, false, ret);
}

static void lower(int64_t *least, int64_t value)
{
	if (value > 0 && (*least == 0 || value < *least))
		*least = value;
}

/* The number in a scope's attribute of that key; 0: none. */
static int64_t attribute_of(const struct cJSON *scope, struct str key)
{
	const struct cJSON *list = json_get(scope, "attributes");
	int64_t value = 0;
	if (!list)
		return 0;
	json_each (pair, list) {
		const struct cJSON *k = json_get(pair, "key"), *v = json_get(pair, "value");
		if (k && v && str_eq(json_raw(k), key) && str_to_i64(json_raw(v), &value))
			return value;
	}
	return 0;
}

int64_t scopes_duration(const struct oauth *o, const struct oauth_client *client,
	const struct scopes *s, const char *setting, const char *attribute, int64_t otherwise)
{
	int64_t least = 0;
	lower(&least, oauth_number(o->service, setting, 0));
	if (client)
		lower(&least, oauth_number(client->extension, setting, 0));
	const struct cJSON *list = json_get(o->service, "supportedScopes");
	for (size_t i = 0; i < s->n; i++) {
		const struct cJSON *known = find_in(list, s->at[i]);
		if (known)
			lower(&least, attribute_of(known, str_of(attribute)));
	}
	return least ? least : otherwise;
}
