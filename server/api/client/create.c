/* Makes a client. Its id and secret are drawn; what the caller sent as such is ignored. */
#include <errno.h>

#include "entity/names.h"
#include "http/client_path.h"
#include "http/reply.h"
#include "op.h"

#define DRAWS 20 /* of ids, until one is free: with a million clients one in 3,000 is taken */

struct work {
	struct call *c;
	struct store_service service;
	struct store_client client;
	int64_t quota; /* clients per developer; 0: any number */
};

static int find_quota(struct work *w)
{
	struct cJSON *own = NULL;
	if (!w->client.developer.p)
		return 0;
	int r = document_read(&w->c->arena, w->service.document, &own);
	w->quota = in_int(own, "clientsPerDeveloper", 0);
	return r;
}

static int check_quota(struct store *s, struct work *w)
{
	struct store_client *none;
	size_t n;
	int64_t total;
	struct call *c = w->c;
	if (w->quota <= 0)
		return 0;
	int r = store_client_list(
		s, &c->arena, c->service_id, w->client.developer, 0, 0, &none, &n, &total);
	if (r == 0 && total >= w->quota)
		r = refuse(c, 403, "A123601",
			"the developer has %lld clients, as many as clientsPerDeveloper of the "
			"service allows",
			(long long)total);
	return r;
}

/* The answer is made before the commit: once the client is there nothing may fail any more. */
static int put(struct store *s, void *arg)
{
	struct work *w = arg;
	struct call *c = w->c;
	int r = check_quota(s, w);
	if (r < 0 || c->reply.status)
		return r;
	r = store_client_put(s, c->service_id, &w->client);
	return r < 0 ? r : client_answer(c, made_status(c), &w->service, &w->client);
}

static int draw_and_put(struct work *w)
{
	struct call *c = w->c;
	int r = -EEXIST;
	for (unsigned i = 0; r == -EEXIST && i < DRAWS; i++) {
		r = rand_id(&c->silo->rand, &w->client.client_id);
		if (r == 0)
			r = store_transaction(c->silo->store, false, put, w);
	}
	if (r == -ENOTUNIQ) {
		checking(c, "alias");
		return refuse(c, 400, "A123603",
			"clientIdAlias is already the alias or the id of another client of the "
			"service");
	}
	return r;
}

OPERATION(client_create)
{
	struct work w = {.c = c};
	char secret[RAND_SECRET_SIZE + 1];
	int r = client_check_body(c);
	if (r < 0 || c->reply.status)
		return r;
	r = client_service(c, &w.service);
	if (r == 0)
		r = client_read(&c->arena, &w.service, c->in, true, &w.client);
	if (r == 0)
		r = find_quota(&w);
	if (r == 0)
		r = rand_secret(&c->silo->rand, secret);
	if (r < 0)
		return r;
	w.client.secret = (struct str){secret, RAND_SECRET_SIZE};
	w.client.created_at = w.client.modified_at = entity_time(c->now);
	return draw_and_put(&w);
}
