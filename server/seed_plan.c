/* From the JSON of a service, its clients and consents to what the store keeps. Done once for each
 * seed: a new silo has only to store it. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "entity/client.h"
#include "entity/service.h"
#include "oauth/scope.h"
#include "seed_private.h"

int seed_fault(struct seed_fault *fault, int r, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(fault->text, sizeof fault->text, format, arguments);
	va_end(arguments);
	return r;
}

static int64_t number_in(const struct cJSON *object, const char *name)
{
	int64_t number = 0;
	const struct cJSON *item = json_get(object, name);
	if (item)
		json_int(item, &number);
	return number;
}

/* STR_NONE when it is absent; then, and without memory. */
static struct str text_in(struct arena *a, const struct cJSON *object, const char *name)
{
	const struct cJSON *item = json_get(object, name);
	return item ? json_text(a, item) : STR_NONE;
}

struct planning {
	struct arena *arena;
	const struct cJSON *element;
	const char *prefix;
	struct seed_plan *plan;
	struct seed_fault *fault;
};

/* The element's own id, a number or the digits of one, or that of the object in it. */
static int plan_id(const struct planning *p, const struct cJSON *object)
{
	int64_t *id = &p->plan->service.service_id;
	int64_t key = number_in(object, "apiKey");
	const struct cJSON *item = json_get(p->element, "serviceId");
	*id = key;
	if (item && !json_int(item, id)) {
		struct str digits = json_text(p->arena, item);
		if (!digits.p)
			return -ENOMEM;
		if (!str_to_i64(digits, id))
			return seed_fault(p->fault, -EINVAL,
				"%s/serviceId: expected a number below 2^63", p->prefix);
	}
	if (key && key != *id)
		return seed_fault(p->fault, -EINVAL,
			"%s/service/apiKey: expected the same number as in serviceId", p->prefix);
	return 0;
}

static int refuse(const struct planning *p, const char *where, const struct entity_refusal *why)
{
	return seed_fault(p->fault, -EINVAL, "%s%s: %.*s (%s)", p->prefix, where,
		STR_ARGS(why->message), why->code);
}

static int plan_service(const struct planning *p)
{
	struct cJSON *object = json_get(p->element, "service");
	struct store_service *service = &p->plan->service;
	struct entity_refusal why = {0};
	int r = plan_id(p, object);
	if (r == 0 && json_count(object))
		r = service_check(p->arena, object, &why);
	if (r < 0)
		return r;
	if (why.status)
		return refuse(p, "/service", &why);
	service->api_secret = text_in(p->arena, p->element, "apiSecret");
	if (!service->api_secret.p)
		service->api_secret = text_in(p->arena, object, "apiSecret");
	service->created_at = number_in(object, "createdAt");
	service->modified_at = number_in(object, "modifiedAt");
	service->document = object ? service_document(p->arena, object) : STR("");
	return service->document.p && !p->arena->failed ? 0 : -ENOMEM;
}

/* client/get gives the id as the alias of a client that has none. */
static bool is_id(struct str alias, int64_t client_id)
{
	int64_t number;
	return alias.p && str_is_digits(alias) && str_to_i64(alias, &number) && number == client_id;
}

static int plan_client(const struct planning *p, struct cJSON *object)
{
	struct store_client *client = &p->plan->clients[p->plan->n_clients];
	struct entity_refusal why = {0};
	char where[SEED_POINTER_MAX];
	/* an empty one is fine here: all of it is made up */
	int r = json_count(object) ? client_check(p->arena, object, &why) : 0;
	if (r < 0)
		return r;
	snprintf(where, sizeof where, "/clients/%zu", p->plan->n_clients);
	if (why.status)
		return refuse(p, where, &why);
	*client = (struct store_client){.extension = STR("")};
	r = client_read(p->arena, &p->plan->service, object, true, client);
	if (r < 0)
		return r;
	client->client_id = number_in(object, "clientId");
	client->secret = text_in(p->arena, object, "clientSecret");
	client->created_at = number_in(object, "createdAt");
	client->modified_at = number_in(object, "modifiedAt");
	const struct cJSON *locked = json_get(object, "locked");
	client->locked = locked && json_true(locked);
	if (is_id(client->alias, client->client_id))
		client->alias = STR_NONE;
	p->plan->n_clients++;
	return p->arena->failed ? -ENOMEM : 0;
}

static int plan_clients(const struct planning *p)
{
	const struct cJSON *clients = json_get(p->element, "clients");
	struct seed_plan *plan = p->plan;
	plan->clients = arena_alloc(p->arena, (json_count(clients) + 1) * sizeof *plan->clients);
	if (!plan->clients)
		return -ENOMEM;
	json_each (client, clients) {
		int r = plan_client(p, client);
		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- Consents ---- */

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* The ids of the clients, sorted. NULL without memory. */
static int64_t *client_ids(const struct planning *p)
{
	size_t n = p->plan->n_clients;
	int64_t *ids = arena_alloc(p->arena, (n + 1) * sizeof *ids);
	if (!ids)
		return NULL;
	for (size_t i = 0; i < n; i++)
		ids[i] = p->plan->clients[i].client_id;
	qsort(ids, n, sizeof *ids, by_number);
	return ids;
}

/* What was granted last is part of what was granted ever. */
static int plan_scopes(struct arena *a, const struct cJSON *object, struct store_consent *ret)
{
	struct scopes latest, merged, both;
	int r = scopes_of_json(a, json_get(object, "latestGrantedScopes"), &latest);
	if (r == 0)
		r = scopes_of_json(a, json_get(object, "mergedGrantedScopes"), &merged);
	if (r < 0)
		return r;
	struct str all[] = {scopes_text(a, &merged), scopes_text(a, &latest)};
	struct str text = arena_printf(a, "%.*s %.*s", STR_ARGS(all[0]), STR_ARGS(all[1]));
	r = text.p ? scopes_parse(a, text, &both) : -ENOMEM;
	if (r < 0)
		return r;
	ret->latest = all[1];
	ret->merged = scopes_text(a, &both);
	return a->failed ? -ENOMEM : 0;
}

static int plan_consent(const struct planning *p, const int64_t *ids, const struct cJSON *object)
{
	size_t index = p->plan->n_consents;
	struct seed_consent *consent = &p->plan->consents[index];
	*consent = (struct seed_consent){
		.client_id = number_in(object, "clientId"),
		.subject = text_in(p->arena, object, "subject"),
		.consent.modified_at = number_in(object, "modifiedAt"),
	};
	if (!bsearch(&consent->client_id, ids, p->plan->n_clients, sizeof *ids, by_number))
		return seed_fault(p->fault, -EINVAL,
			"%s/consents/%zu/clientId: expected the clientId of one of the clients "
			"beside it",
			p->prefix, index);
	int r = plan_scopes(p->arena, object, &consent->consent);
	p->plan->n_consents++;
	return r;
}

static int plan_consents(const struct planning *p)
{
	const struct cJSON *consents = json_get(p->element, "consents");
	struct seed_plan *plan = p->plan;
	size_t n = json_count(consents);
	const int64_t *ids = client_ids(p);
	plan->consents = arena_alloc(p->arena, (n + 1) * sizeof *plan->consents);
	if (!plan->consents || !ids)
		return -ENOMEM;
	json_each (consent, consents) {
		int r = plan_consent(p, ids, consent);
		if (r < 0)
			return r;
	}
	return 0;
}

int seed_plan(struct arena *a, const struct cJSON *element, const char *prefix,
	struct seed_plan *ret, struct seed_fault *ret_fault)
{
	struct seed_plan plan = {.element = element};
	const struct planning p = {a, element, prefix, &plan, ret_fault};
	ret_fault->text[0] = '\0';
	int r = plan_service(&p);
	if (r == 0)
		r = plan_clients(&p);
	if (r == 0)
		r = plan_consents(&p);
	if (r == 0)
		*ret = plan;
	return r;
}
