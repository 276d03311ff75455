/* What a caller needs to know of a seed. */
#include <errno.h>
#include <string.h>

#include "seed_private.h"

static struct str text_of(struct arena *a, const struct cJSON *item)
{
	if (!item)
		return STR_NONE;
	return json_text(a, json_kind(item) == JSON_OBJECT ? json_get(item, "token") : item);
}

/* Of a service named by --service ID:TOKEN; any such service when *id is 0. */
static struct str flag_token(const struct config *config, int64_t *id)
{
	for (size_t i = 0; i < config->n_services; i++) {
		struct str digits, token;
		int64_t number = 0;
		str_cut(str_of(config->services[i]), ':', &digits, &token);
		str_to_i64(digits, &number);
		if (*id && *id != number)
			continue;
		*id = number;
		return token;
	}
	return STR_NONE;
}

int seed_credentials(const struct seed *seed, struct arena *a, struct seed_credentials *ret)
{
	const struct cJSON *owner = json_get(seed->tree, "owner");
	struct seed_credentials c = {0};
	if (seed->n_plans) {
		const struct cJSON *element = seed->plans[0].element;
		const struct cJSON *first = json_first(json_get(element, "accessTokens"));
		c.service_id = seed->plans[0].service.service_id;
		c.service_secret = seed->plans[0].service.api_secret;
		c.service_token = text_of(a, first ? first : json_get(element, "accessToken"));
	}
	if (!c.service_token.p)
		c.service_token = flag_token(seed->config, &c.service_id);
	c.organization_token = text_of(a, json_first(json_get(seed->tree, "organizationTokens")));
	c.owner_key = text_of(a, json_get(owner, "key"));
	c.owner_secret = text_of(a, json_get(owner, "secret"));
	if (a->failed)
		return -ENOMEM;
	*ret = c;
	return 0;
}
