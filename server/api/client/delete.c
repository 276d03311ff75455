/* Deletes a client and what hangs on it. */
#include "http/client_path.h"
#include "http/reply.h"
#include "op.h"

static int delete (struct store *s, void *arg)
{
	static const struct client_codes v2_codes = {"A026201", "A026202"};
	struct call *c = arg;
	struct store_client client;
	int r = client_of_path(c, &v2_codes, &client);
	if (r < 0 || c->reply.status)
		return r;
	r = store_client_delete(s, &c->arena, c->service_id, client_identifier(c));
	return r < 0 ? r : answer_nothing(c);
}

OPERATION(client_delete)
{
	return store_transaction(c->silo->store, false, delete, c);
}
