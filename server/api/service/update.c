/* Replaces all of a service that callers may set: a member that is left out gets its default. */
#include <errno.h>

#include "entity/make_service.h"
#include "op.h"

struct work {
	struct call *c;
	struct str document;
};

/* The answer is made before the commit: once the service has changed nothing may fail any more. */
static int update(struct store *s, void *arg)
{
	const struct work *w = arg;
	struct call *c = w->c;
	struct store_service service;
	int r = store_service_update(s, c->service_id, w->document, entity_time(c->now));
	if (r == 0)
		r = store_service_get(s, &c->arena, c->service_id, &service);
	return r < 0 ? r : service_answer(c, 200, &service);
}

OPERATION(service_update)
{
	struct work w = {.c = c};
	int r = service_check_body(c, c->in);
	if (r < 0 || c->reply.status)
		return r;
	w.document = service_document(&c->arena, c->in);
	if (!w.document.p)
		return -ENOMEM;
	checking(c, "service");
	r = store_transaction(c->silo->store, false, update, &w);
	return r == -ENOENT ? service_refuse_unknown(c, "A037201") : r;
}
