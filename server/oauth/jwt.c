#include "oauth/jwt.h"

#include <errno.h>
#include <math.h>

#define SHOWN_MAX 200
#define SECOND_MS 1000

bool jwt_is_encrypted(struct str token)
{
	size_t dots = 0;
	for (size_t i = 0; i < token.n; i++)
		dots += token.p[i] == '.';
	return dots == 4;
}

int jwt_claims(struct arena *a, struct str payload, const struct cJSON **ret)
{
	struct cJSON *tree;
	struct json_fault fault;
	int r = json_parse(a, payload, &tree, &fault);
	if (r == 0 && json_kind(tree) != JSON_OBJECT)
		r = -EINVAL;
	if (r == 0)
		*ret = tree;
	return r;
}

enum jwt_claim jwt_text(
	struct arena *a, const struct cJSON *claims, const char *name, struct str *ret)
{
	const struct cJSON *item = json_get(claims, name);
	*ret = STR_NONE;
	if (!item)
		return CLAIM_ABSENT;
	if (json_kind(item) == JSON_NULL)
		return CLAIM_NULL;
	if (json_kind(item) != JSON_STRING)
		return CLAIM_WRONG;
	*ret = json_text(a, item);
	return CLAIM_GOOD;
}

enum jwt_claim jwt_time(const struct cJSON *claims, const char *name, bool whole, int64_t *ret)
{
	const struct cJSON *item = json_get(claims, name);
	int64_t seconds;
	if (!item)
		return CLAIM_ABSENT;
	if (json_kind(item) == JSON_NULL)
		return CLAIM_NULL;
	if (json_kind(item) != JSON_NUMBER)
		return CLAIM_WRONG;
	if (json_int(item, &seconds)) {
		*ret = seconds * SECOND_MS; /* at most 2^53 of them, so it fits */
		return CLAIM_GOOD;
	}
	double value = json_double(item);
	if (whole || fabs(value) > (double)JSON_INT_MAX)
		return CLAIM_WRONG;
	*ret = (int64_t)(value * SECOND_MS);
	return CLAIM_GOOD;
}

bool jwt_is_for(const struct cJSON *claims, struct str audience)
{
	const struct cJSON *aud = json_get(claims, "aud");
	if (!aud || !audience.n)
		return false;
	if (json_kind(aud) == JSON_STRING)
		return str_eq(json_raw(aud), audience);
	if (json_kind(aud) != JSON_ARRAY)
		return false;
	json_each (item, aud)
		if (json_kind(item) == JSON_STRING && str_eq(json_raw(item), audience))
			return true;
	return false;
}

bool jwt_names_client(
	const struct oauth *o, const struct oauth_client *client, struct str identifier)
{
	struct str id = arena_i64(o->arena, client->row.client_id);
	return id.p && (str_eq(identifier, id) ||
			       (client->row.alias.p && str_eq(identifier, client->row.alias)));
}

struct str jwt_show(struct arena *a, const struct cJSON *claims, const char *name)
{
	const struct cJSON *item = json_get(claims, name);
	struct buf out = buf_make(a, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	if (!item)
		return STR("none");
	json_put_tree(&w, item);
	return str_prefix(buf_str(&out), SHOWN_MAX);
}

int64_t jwt_skew(const struct oauth *o)
{
	return oauth_number(o->service, "allowableClockSkew", 0) * SECOND_MS;
}
