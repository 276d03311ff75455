#include <errno.h>
#include <stdio.h>

#include "core/hash.h"
#include "core/rand.h"
#include "http/rights.h"
#include "seed_private.h"

#define TICKET_SECONDS 86400 /* how long a ticket lives when nobody says (Authlete: 24 hours) */

/* A service id as a number or as the digits of one; 0 when there is none. -ERANGE when the digits
 * are those of no 64-bit number. */
static int64_t id_of(struct arena *a, const struct cJSON *item)
{
	int64_t id = 0;
	if (!item || json_int(item, &id))
		return id;
	struct str digits = json_text(a, item);
	if (!digits.p)
		return -ENOMEM;
	return str_to_i64(digits, &id) ? id : -ERANGE;
}

/* The text of a member, or 43 random characters. */
static int text_or_random(struct rand *rand, struct arena *a, const struct cJSON *object,
	const char *name, struct str *ret)
{
	char token[RAND_TOKEN_SIZE + 1];
	const struct cJSON *item = json_get(object, name);
	if (item) {
		*ret = json_text(a, item);
		return ret->p ? 0 : -ENOMEM;
	}
	int r = rand_token(rand, token);
	if (r < 0)
		return r;
	*ret = arena_copy(a, (struct str){token, RAND_TOKEN_SIZE});
	return ret->p ? 0 : -ENOMEM;
}

static int64_t expiry(const struct cJSON *ticket, int64_t now)
{
	int64_t seconds = TICKET_SECONDS, ms, at;
	const struct cJSON *item = json_get(ticket, "expiresIn");
	if (item && !json_int(item, &seconds))
		return TICKET_NEVER_EXPIRES; /* "never" */
	if (__builtin_mul_overflow(seconds, 1000, &ms) || __builtin_add_overflow(now, ms, &at))
		return TICKET_NEVER_EXPIRES;
	return at > JSON_INT_MAX ? TICKET_NEVER_EXPIRES
				 : at; /* 287,000 years: no reader could hold it */
}

int seed_put_ticket(struct silo *silo, struct arena *a, int64_t service_id,
	const struct cJSON *element, struct str *ret_name)
{
	struct ticket t = {.created_at = clock_now(&silo->clock)};
	const struct cJSON *client = json_get(element, "clientId");
	if (client)
		json_int(client, &t.client_id);
	t.expires_at = expiry(element, t.created_at);
	int r = text_or_random(&silo->rand, a, element, "ticket", &t.name);
	if (r == 0)
		r = store_ticket_put(silo->store, service_id, &t);
	if (r == 0 && ret_name)
		*ret_name = t.name;
	return r;
}

static uint32_t rights_in(struct arena *a, const struct cJSON *list)
{
	uint32_t rights = list ? 0 : RIGHTS_ALL;
	json_each (item, list)
		rights |= rights_of(json_text(a, item));
	return rights;
}

static int put_token(struct store *s, struct str token, int64_t service_id, uint32_t rights)
{
	unsigned char hash[SHA256_SIZE];
	int r = hash_sha256(token, hash);
	return r < 0 ? r : store_token_put(s, hash, service_id, rights, 0, STR(""));
}

/* A text, or an object of token and rights. */
static int put_token_item(struct store *s, struct arena *a, const struct cJSON *item,
	int64_t service_id, struct str *ret)
{
	bool object = json_kind(item) == JSON_OBJECT;
	struct str token = json_text(a, object ? json_get(item, "token") : item);
	uint32_t rights = object ? rights_in(a, json_get(item, "rights")) : RIGHTS_ALL;
	if (!token.p)
		return -ENOMEM;
	*ret = token;
	return put_token(s, token, service_id, rights);
}

static int put_tokens(struct silo *silo, struct arena *a, const struct cJSON *element,
	bool make_token, struct seed_service *made)
{
	struct store *s = silo->store;
	const struct cJSON *list = json_get(element, "accessTokens");
	const struct cJSON *single = json_get(element, "accessToken");
	made->tokens = arena_alloc(a, (json_count(list) + 1) * sizeof *made->tokens);
	if (!made->tokens)
		return -ENOMEM;
	json_each (item, list) {
		struct str *token = &made->tokens[made->n_tokens++];
		int r = put_token_item(s, a, item, made->service_id, token);
		if (r < 0)
			return r;
	}
	if (made->n_tokens || (!single && !make_token))
		return 0;
	struct str *token = &made->tokens[made->n_tokens++];
	int r = text_or_random(&silo->rand, a, element, "accessToken", token);
	return r < 0 ? r : put_token(s, *token, made->service_id, RIGHTS_ALL);
}

static int put_tickets(
	struct silo *silo, struct arena *a, const struct cJSON *list, struct seed_service *made)
{
	made->tickets = arena_alloc(a, (json_count(list) + 1) * sizeof *made->tickets);
	if (!made->tickets)
		return -ENOMEM;
	json_each (item, list) {
		struct str *name = &made->tickets[made->n_tickets++];
		int r = seed_put_ticket(silo, a, made->service_id, item, name);
		if (r < 0)
			return r;
	}
	return 0;
}

static int put_service(struct silo *silo, int64_t service_id, struct str api_secret)
{
	int64_t now = clock_now(&silo->clock);
	const struct store_service service = {
		.service_id = service_id,
		.api_secret = api_secret,
		.created_at = now,
		.modified_at = now,
		.document = STR(""),
	};
	return store_service_put(silo->store, &service);
}

int seed_put_service(struct silo *silo, struct arena *a, const struct cJSON *element,
	bool make_token, struct seed_service *ret)
{
	struct seed_service made = {.service_id = id_of(a, json_get(element, "serviceId"))};
	int r = made.service_id < 0 ? (int)made.service_id : 0;
	if (made.service_id == 0)
		r = rand_id(&silo->rand, &made.service_id);
	if (r == 0)
		r = text_or_random(&silo->rand, a, element, "apiSecret", &made.api_secret);
	if (r == 0)
		r = put_service(silo, made.service_id, made.api_secret);
	if (r == 0)
		r = put_tokens(silo, a, element, make_token, &made);
	if (r == 0)
		r = put_tickets(silo, a, json_get(element, "tickets"), &made);
	if (r == 0)
		*ret = made;
	return r;
}

/* --service ID:TOKEN; the service may be one of the seed's already. */
static int put_flag(struct silo *silo, const char *flag)
{
	struct str id, token;
	char secret[RAND_TOKEN_SIZE + 1];
	int64_t service_id = 0;
	str_cut(str_of(flag), ':', &id, &token);
	str_to_i64(id, &service_id);
	int r = store_service_find(silo->store, NULL, service_id, NULL);
	if (r == -ENOENT) {
		r = rand_token(&silo->rand, secret);
		if (r == 0)
			r = put_service(silo, service_id, str_of(secret));
	}
	if (r == 0)
		r = put_token(silo->store, token, service_id, RIGHTS_ALL);
	return r == -EEXIST ? 0 : r; /* it has the token already */
}

struct load {
	const struct seed *seed;
	struct silo *silo;
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

static int load(struct store *s, void *arg)
{
	struct load *l = arg;
	const struct cJSON *tree = l->seed->tree;
	struct str token;
	struct seed_service made;
	int r = 0;
	json_each (item, json_get(tree, "organizationTokens")) {
		r = put_token_item(s, &l->arena, item, STORE_ORGANIZATION, &token);
		if (r < 0)
			return r;
	}
	const struct cJSON *owner = json_get(tree, "owner");
	if (owner)
		r = store_owner_put(s, json_text(&l->arena, json_get(owner, "key")),
			json_text(&l->arena, json_get(owner, "secret")));
	if (r < 0)
		return r;
	json_each (service, json_get(tree, "services")) {
		r = seed_put_service(l->silo, &l->arena, service, false, &made);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : load_flags(s, l);
}

int seed_load(const struct seed *seed, struct silo *silo, bool empty_first)
{
	struct load l = {.seed = seed, .silo = silo};
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
