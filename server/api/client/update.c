/* Replaces all of a client that callers may set. Its id, secret, lock and times are not theirs, and
 * its extension stays when the body has none. */
#include <errno.h>

#include "http/client_path.h"
#include "http/reply.h"
#include "op.h"

struct work {
	struct call *c;
	struct store_service service;
	struct store_client values; /* what the body says */
};

static const struct client_codes v2_codes = {"A029201", "A029202"};

/* The answer is made before the commit: once the client has changed nothing may fail any more. */
static int update(struct store *s, void *arg)
{
	struct work *w = arg;
	struct call *c = w->c;
	struct store_client client;
	int r = client_of_path(c, &v2_codes, &client);
	if (r < 0 || c->reply.status)
		return r;
	client.alias = w->values.alias;
	client.alias_enabled = w->values.alias_enabled;
	client.developer = w->values.developer;
	client.document = w->values.document;
	client.modified_at = entity_time(c->now);
	r = store_client_update(s, c->service_id, &client);
	if (r == 0 && w->values.extension.p) {
		client.extension = w->values.extension;
		r = store_client_set_extension(
			s, c->service_id, client.client_id, client.extension);
	}
	return r < 0 ? r : client_answer(c, 200, &w->service, &client);
}

OPERATION(client_update)
{
	struct work w = {.c = c};
	int r = client_check_body(c);
	if (r < 0 || c->reply.status)
		return r;
	r = client_service(c, &w.service);
	if (r == 0)
		r = client_read(&c->arena, &w.service, c->in, false, &w.values);
	if (r == 0)
		r = store_transaction(c->silo->store, false, update, &w);
	if (r == -ENOTUNIQ) {
		checking(c, "alias");
		return refuse(c, 400, "A030601",
			"clientIdAlias is already the alias or the id of another client of the "
			"service");
	}
	return r;
}
