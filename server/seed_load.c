/* Fills a silo from the seed, with what the --service flags add. */
#include <errno.h>
#include <stdio.h>

#include "core/rand.h"
#include "http/rights.h"
#include "seed_private.h"

/* --service ID:TOKEN; the service may be one of the seed's already. */
static int put_flag(struct silo *silo, const char *flag)
{
	struct str id, token;
	char secret[RAND_TOKEN_SIZE + 1];
	struct store_service service = {.document = STR("")};
	str_cut(str_of(flag), ':', &id, &token);
	str_to_i64(id, &service.service_id);
	int r = store_service_find(silo->store, NULL, service.service_id, NULL);
	if (r == -ENOENT) {
		r = rand_token(&silo->rand, secret);
		service.api_secret = str_of(secret);
		if (r == 0)
			r = seed_store_service(silo, &service);
	}
	if (r == 0)
		r = seed_store_token(silo->store, token, service.service_id, RIGHTS_ALL);
	return r == -EEXIST ? 0 : r; /* it has the token already */
}

struct load {
	const struct seed *seed;
	struct silo *silo;
	struct seed_fault *fault;
	struct arena arena;
};

static int load_flags(struct store *s, void *arg)
{
	const struct load *l = arg;
	int r = 0;
	(void)s;
	for (size_t i = 0; r == 0 && i < l->seed->config->n_services; i++)
		r = put_flag(l->silo, l->seed->config->services[i]);
	return r;
}

static int load_tokens(struct store *s, struct load *l)
{
	struct str token;
	size_t index = 0;
	json_each (item, json_get(l->seed->tree, "organizationTokens")) {
		int r = seed_put_token(s, &l->arena, STORE_ORGANIZATION, item, &token);
		if (r == -EEXIST)
			return seed_fault(l->fault, r,
				"/organizationTokens/%zu: the same is named twice", index);
		if (r < 0)
			return r;
		index++;
	}
	return 0;
}

static int load_owner(struct store *s, struct load *l)
{
	const struct cJSON *owner = json_get(l->seed->tree, "owner");
	if (!owner)
		return 0;
	struct str key = json_text(&l->arena, json_get(owner, "key"));
	struct str secret = json_text(&l->arena, json_get(owner, "secret"));
	return key.p && secret.p ? store_owner_put(s, key, secret) : -ENOMEM;
}

static int load(struct store *s, void *arg)
{
	struct load *l = arg;
	struct seed_service made;
	char where[SEED_POINTER_MAX];
	int r = load_tokens(s, l);
	if (r == 0)
		r = load_owner(s, l);
	for (size_t i = 0; r == 0 && i < l->seed->n_plans; i++) {
		snprintf(where, sizeof where, "/services/%zu", i);
		r = seed_put_service(
			l->silo, &l->arena, &l->seed->plans[i], where, false, &made, l->fault);
	}
	return r < 0 ? r : load_flags(s, l);
}

int seed_load(
	const struct seed *seed, struct silo *silo, bool empty_first, struct seed_fault *ret_fault)
{
	struct load l = {.seed = seed, .silo = silo, .fault = ret_fault};
	ret_fault->text[0] = '\0';
	arena_init(&l.arena, NULL, 0, (size_t)512 << 20);
	int r = store_transaction(silo->store, empty_first, load, &l);
	arena_reset(&l.arena);
	return r;
}

int seed_load_flags(const struct seed *seed, struct silo *silo)
{
	struct load l = {.seed = seed, .silo = silo};
	return seed->config->n_services ? store_transaction(silo->store, false, load_flags, &l) : 0;
}
