#include "entity/make_service.h"

#include <errno.h>

#include "http/reply.h"

#define DRAWS 20 /* of ids, until one is free */

int service_refuse_unknown(struct call *c, const char *v2_code)
{
	if (c->route->v2 && c->service_id == 0) /* see access.c */
		return refuse(c, 404, v2_code, "no service can have a number that large");
	if (c->route->v2)
		return refuse(
			c, 404, v2_code, "there is no service %lld", (long long)c->service_id);
	return refuse(
		c, 403, "A457101", "there is no service %lld any more", (long long)c->service_id);
}

int service_check_body(struct call *c, const struct cJSON *in)
{
	struct entity_refusal refusal;
	checking(c, "members");
	int r = service_check(&c->arena, in, &refusal);
	if (r < 0)
		return r;
	if (refusal.status)
		return refuse(c, refusal.status, refusal.code, "%.*s", STR_ARGS(refusal.message));
	found(c, "they keep to the rules for services");
	return 0;
}

int service_answer(struct call *c, int status, const struct store_service *service)
{
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	buf_reserve(&out, service->document.n + 1024);
	service_write(&c->arena, &w, service);
	return answer_json(c, status, c->arena.failed ? STR_NONE : buf_str(&out));
}

struct work {
	struct call *c;
	int status;
	struct store_service service;
};

/* The answer is made before the commit: once the service is there nothing may fail any more. */
static int put(struct store *s, void *arg)
{
	struct work *w = arg;
	struct call *c = w->c;
	int r = store_service_put(s, &w->service);
	if (r == 0)
		r = store_service_get(s, &c->arena, w->service.service_id, &w->service);
	return r < 0 ? r : service_answer(c, w->status, &w->service);
}

int service_make(struct call *c, int status, struct cJSON *in)
{
	char secret[RAND_TOKEN_SIZE + 1];
	int64_t now = entity_time(c->now);
	int r = rand_token(&c->silo->rand, secret);
	struct work w = {c, status,
		{
			.api_secret = {secret, RAND_TOKEN_SIZE},
			.created_at = now,
			.modified_at = now,
			.document = service_document(&c->arena, in),
		}};
	if (r < 0 || !w.service.document.p)
		return r < 0 ? r : -ENOMEM;
	r = -EEXIST;
	for (unsigned i = 0; r == -EEXIST && i < DRAWS; i++) {
		r = rand_id(&c->silo->rand, &w.service.service_id);
		if (r == 0)
			r = store_transaction(c->silo->store, false, put, &w);
	}
	return r;
}
