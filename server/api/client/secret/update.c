/* Gives a client the secret that the caller wants. */
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
	return r < 0 ? r : client_answer_secrets(c, "A149001", w->secret, old);
}

OPERATION(client_secret_update)
{
	struct work w = {c, in_str(c, "clientSecret")};
	checking(c, "client");
	int r = store_transaction(c->silo->store, false, set_secret, &w);
	if (r == -ENOENT)
		return refuse(c, 404, "A149201",
			"no client of the service %lld has the id or alias in the path",
			(long long)c->service_id);
	return r;
}
