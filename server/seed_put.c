/* Puts a planned service into a store, with all that belongs to it. */
#include <errno.h>
#include <string.h>

#include "core/hash.h"
#include "core/rand.h"
#include "entity/entity.h"
#include "http/rights.h"
#include "seed_private.h"

#define TICKET_SECONDS 86400 /* how long a ticket lives when nobody says (Authlete: 24 hours) */
#define SECRET_TOKENS 2      /* the secret of a client is as long as so many tokens */

/* So many random tokens, one after the other. */
static int make_up(struct rand *rand, struct arena *a, int tokens, struct str *ret)
{
	char text[SECRET_TOKENS * RAND_TOKEN_SIZE + 1];
	size_t n = 0;
	for (int i = 0; i < tokens; i++, n += RAND_TOKEN_SIZE) {
		int r = rand_token(rand, text + n);
		if (r < 0)
			return r;
	}
	*ret = arena_copy(a, (struct str){text, n});
	return ret->p ? 0 : -ENOMEM;
}

/* The text of a member, or a random one. */
static int text_or_random(struct rand *rand, struct arena *a, const struct cJSON *object,
	const char *name, struct str *ret)
{
	const struct cJSON *item = json_get(object, name);
	if (!item)
		return make_up(rand, a, 1, ret);
	*ret = json_text(a, item);
	return ret->p ? 0 : -ENOMEM;
}

/* ---- Tickets ---- */

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

/* ---- Tokens ---- */

static uint32_t rights_in(struct arena *a, const struct cJSON *list)
{
	uint32_t rights = list ? 0 : RIGHTS_ALL;
	json_each (item, list)
		rights |= rights_of(json_text(a, item));
	return rights;
}

int seed_store_token(struct store *s, struct str token, int64_t service_id, uint32_t rights)
{
	unsigned char hash[SHA256_SIZE];
	int r = hash_sha256(token, hash);
	return r < 0 ? r : store_token_put(s, hash, service_id, rights, 0, STR(""));
}

int seed_put_token(struct store *s, struct arena *a, int64_t service_id,
	const struct cJSON *element, struct str *ret)
{
	bool object = json_kind(element) == JSON_OBJECT;
	struct str token = json_text(a, object ? json_get(element, "token") : element);
	uint32_t rights = object ? rights_in(a, json_get(element, "rights")) : RIGHTS_ALL;
	if (!token.p)
		return -ENOMEM;
	*ret = token;
	return seed_store_token(s, token, service_id, rights);
}

/* ---- One service ---- */

struct putting {
	struct silo *silo;
	struct arena *arena;
	const struct seed_plan *plan;
	const char *prefix;
	struct seed_service *made;
	struct seed_fault *fault;
};

static int64_t or_else(int64_t time, int64_t otherwise)
{
	return time ? time : otherwise;
}

int seed_store_service(struct silo *silo, const struct store_service *service)
{
	struct store_service row = *service;
	row.created_at = or_else(row.created_at, entity_time(clock_now(&silo->clock)));
	row.modified_at = or_else(row.modified_at, row.created_at);
	return store_service_put(silo->store, &row);
}

static int put_service(const struct putting *p)
{
	struct store_service service = p->plan->service;
	int r = 0;
	if (!service.service_id)
		r = rand_id(&p->silo->rand, &service.service_id);
	if (r == 0 && !service.api_secret.p)
		r = make_up(&p->silo->rand, p->arena, 1, &service.api_secret);
	if (r == 0)
		r = seed_store_service(p->silo, &service);
	if (r == -EEXIST)
		return seed_fault(p->fault, r,
			"%s/serviceId: there is a service of that id already", p->prefix);
	p->made->service_id = service.service_id;
	p->made->api_secret = service.api_secret;
	return r;
}

/* In a service that is new, what is there already was in the same list before. */
static int named_twice(const struct putting *p, int r, const char *list, size_t index)
{
	if (r != -EEXIST)
		return r;
	return seed_fault(
		p->fault, r, "%s/%s/%zu: the same is named twice", p->prefix, list, index);
}

static int put_tokens(const struct putting *p, bool make_token)
{
	struct seed_service *made = p->made;
	const struct cJSON *list = json_get(p->plan->element, "accessTokens");
	const struct cJSON *single = json_get(p->plan->element, "accessToken");
	made->tokens = arena_alloc(p->arena, (json_count(list) + 1) * sizeof *made->tokens);
	if (!made->tokens)
		return -ENOMEM;
	json_each (item, list) {
		int r = seed_put_token(p->silo->store, p->arena, made->service_id, item,
			&made->tokens[made->n_tokens]);
		if (r < 0)
			return named_twice(p, r, "accessTokens", made->n_tokens);
		made->n_tokens++;
	}
	if (made->n_tokens || (!single && !make_token))
		return 0;
	struct str *token = &made->tokens[made->n_tokens++];
	int r = text_or_random(&p->silo->rand, p->arena, p->plan->element, "accessToken", token);
	return r < 0 ? r : seed_store_token(p->silo->store, *token, made->service_id, RIGHTS_ALL);
}

static int put_tickets(const struct putting *p)
{
	struct seed_service *made = p->made;
	const struct cJSON *list = json_get(p->plan->element, "tickets");
	made->tickets = arena_alloc(p->arena, (json_count(list) + 1) * sizeof *made->tickets);
	if (!made->tickets)
		return -ENOMEM;
	json_each (item, list) {
		int r = seed_put_ticket(
			p->silo, p->arena, made->service_id, item, &made->tickets[made->n_tickets]);
		if (r < 0)
			return named_twice(p, r, "tickets", made->n_tickets);
		made->n_tickets++;
	}
	return 0;
}

/* An id that no client of the service has yet. */
static int make_client_id(const struct putting *p, int64_t *ret)
{
	struct store_client other;
	int r;
	do {
		r = rand_id(&p->silo->rand, ret);
		if (r < 0)
			return r;
		struct str digits = arena_i64(p->arena, *ret);
		if (!digits.p)
			return -ENOMEM;
		r = store_client_get(p->silo->store, p->arena, p->made->service_id, digits, &other);
	} while (r == 0);
	return r == -ENOENT ? 0 : r;
}

static int put_client(const struct putting *p, struct store_client *client)
{
	int r = 0;
	if (!client->client_id)
		r = make_client_id(p, &client->client_id);
	if (r == 0 && !client->secret.p)
		r = make_up(&p->silo->rand, p->arena, SECRET_TOKENS, &client->secret);
	client->created_at = or_else(client->created_at, entity_time(clock_now(&p->silo->clock)));
	client->modified_at = or_else(client->modified_at, client->created_at);
	return r < 0 ? r : store_client_put(p->silo->store, p->made->service_id, client);
}

static int put_clients(const struct putting *p)
{
	struct seed_service *made = p->made;
	size_t n = p->plan->n_clients;
	made->clients = arena_alloc(p->arena, (n + 1) * sizeof *made->clients);
	if (!made->clients)
		return -ENOMEM;
	memcpy(made->clients, p->plan->clients, n * sizeof *made->clients);
	for (; made->n_clients < n; made->n_clients++) {
		int r = put_client(p, &made->clients[made->n_clients]);
		if (r == -EEXIST)
			return seed_fault(p->fault, r,
				"%s/clients/%zu/clientId: another client of the service goes by "
				"that already",
				p->prefix, made->n_clients);
		if (r == -ENOTUNIQ)
			return seed_fault(p->fault, -EEXIST,
				"%s/clients/%zu/clientIdAlias: another client of the service goes "
				"by that already",
				p->prefix, made->n_clients);
		if (r < 0)
			return r;
	}
	return 0;
}

static int put_consents(const struct putting *p)
{
	for (size_t i = 0; i < p->plan->n_consents; i++) {
		const struct seed_consent *x = &p->plan->consents[i];
		struct store_consent consent = x->consent;
		consent.modified_at = or_else(consent.modified_at, clock_now(&p->silo->clock));
		int r = store_consent_put(
			p->silo->store, p->made->service_id, x->client_id, x->subject, &consent);
		if (r < 0)
			return named_twice(p, r, "consents", i);
	}
	return 0;
}

int seed_put_service(struct silo *silo, struct arena *a, const struct seed_plan *plan,
	const char *prefix, bool make_token, struct seed_service *ret, struct seed_fault *ret_fault)
{
	struct seed_service made = {0};
	const struct putting p = {silo, a, plan, prefix, &made, ret_fault};
	ret_fault->text[0] = '\0';
	int r = put_service(&p);
	if (r == 0)
		r = put_tokens(&p, make_token);
	if (r == 0)
		r = put_tickets(&p);
	if (r == 0)
		r = put_clients(&p);
	if (r == 0)
		r = put_consents(&p);
	if (r == 0)
		*ret = made;
	return r;
}
