/* Draws a new secret for a client. */
#include <errno.h>

#include "http/client_path.h"
#include "http/reply.h"
#include "op.h"

struct work {
	struct call *c;
	struct str secret;
};

/* The answer is made before the commit: once the old secret is gone nothing may fail any more. */
static int set_secret(struct store *s, void *arg)
{
	struct work *w = arg;
	struct call *c = w->c;
	struct str old;
	int r = store_client_set_secret(s, &c->arena, c->service_id, client_identifier(c),
		w->secret, entity_time(c->now), &old);
	return r < 0 ? r : client_answer_secrets(c, "A148001", w->secret, old);
}

OPERATION(client_secret_refresh)
{
	char secret[RAND_SECRET_SIZE + 1];
	struct work w = {c, {secret, RAND_SECRET_SIZE}};
	int r = rand_secret(&c->silo->rand, secret);
	if (r < 0)
		return r;
	checking(c, "client");
	r = store_transaction(c->silo->store, false, set_secret, &w);
	if (r == -ENOENT)
		return refuse(c, 404, "A148201",
			"no client of the service %lld has the id or alias in the path",
			(long long)c->service_id);
	return r;
}
