#include "oauth/resource.h"

#include <errno.h>

#include "entity/uri.h"

/* What can be wrong with one, and the codes for it by where it stands. */
enum fault { NO_URI, RELATIVE, FRAGMENT, FAULTS };

static const char *const messages[FAULTS] = {
	"A resource is no URI.",
	"A resource is no absolute URI: it has no scheme.",
	"A resource has a fragment.",
};
static const char *const in_params[FAULTS] = {"A251306", "A251307", "A251308"};
static const char *const in_list[FAULTS] = {"A251303", "A251304", "A251305"};
static const char *const alone[FAULTS] = {"A251309", "A251310", "A251311"};

static int refuse_with(
	const struct oauth *o, struct refusal *why, const char *code, const char *message)
{
	return refusal_set(o->arena, why, NULL, code, "invalid_target", "%s", message);
}

/* A second # is a character that no fragment has, but what matters about it is that there is one.
 */
static bool has_fragment(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '#')
			return true;
	return false;
}

static int check(
	const struct oauth *o, struct str text, const char *const *codes, struct refusal *why)
{
	struct uri uri;
	enum fault fault = FAULTS;
	if (!uri_read(text, &uri))
		fault = has_fragment(text) ? FRAGMENT : NO_URI;
	else if (!uri.scheme.p)
		fault = RELATIVE;
	else if (uri.fragment)
		fault = FRAGMENT;
	return fault == FAULTS ? 0 : refuse_with(o, why, codes[fault], messages[fault]);
}

/* A tree from what was written. */
static int finish(const struct oauth *o, const struct buf *text, const struct cJSON **ret)
{
	struct json_fault fault;
	struct cJSON *tree;
	if (o->arena->failed)
		return -ENOMEM;
	int r = json_parse(o->arena, buf_str(text), &tree, &fault);
	if (r == 0)
		*ret = tree;
	return r;
}

int resource_of_params(const struct oauth *o, const struct params *p, const struct cJSON **ret,
	struct refusal *why)
{
	struct buf text = buf_make(o->arena, SIZE_MAX);
	struct json_writer w = json_writer(&text);
	size_t n = 0;
	json_open(&w, '[');
	for (size_t i = 0; i < p->n; i++) {
		if (!str_eq(p->at[i].name, STR("resource")))
			continue;
		int r = check(o, p->at[i].value, in_params, why);
		if (r < 0 || REFUSED(why))
			return r;
		json_put_str(&w, p->at[i].value);
		n++;
	}
	json_close(&w, ']');
	*ret = NULL;
	return n ? finish(o, &text, ret) : 0;
}

static int check_list(const struct oauth *o, const struct cJSON *list, struct refusal *why)
{
	json_each (item, list) {
		if (json_kind(item) != JSON_STRING)
			return refuse_with(o, why, "A251302",
				"An element of resource in the request object is no text.");
		int r = check(o, json_raw(item), in_list, why);
		if (r < 0 || REFUSED(why))
			return r;
	}
	return 0;
}

int resource_of_object(const struct oauth *o, const struct cJSON *claim, const struct cJSON **ret,
	struct refusal *why)
{
	*ret = NULL;
	if (!claim)
		return 0;
	if (json_kind(claim) == JSON_ARRAY) {
		*ret = json_count(claim) ? claim : NULL;
		return check_list(o, claim, why);
	}
	if (json_kind(claim) != JSON_STRING)
		return refuse_with(o, why, "A251301",
			"resource in the request object is neither a text nor a list.");
	int r = check(o, json_raw(claim), alone, why);
	if (r < 0 || REFUSED(why))
		return r;
	struct buf text = buf_make(o->arena, SIZE_MAX);
	struct json_writer w = json_writer(&text);
	json_open(&w, '[');
	json_put_tree(&w, claim);
	json_close(&w, ']');
	return finish(o, &text, ret);
}
