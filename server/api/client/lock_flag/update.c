/* Locks or unlocks a client. */
#include <errno.h>

#include "http/client_path.h"
#include "http/reply.h"
#include "op.h"

static int set_lock(struct store *s, void *arg)
{
	struct call *c = arg;
	struct store_client client;
	struct str identifier = client_identifier(c);
	const struct cJSON *item = json_get(c->in, "clientLocked");
	bool locked = item && json_true(item);
	int r = client_of_path(c, NULL, &client);
	if (r < 0 || c->reply.status)
		return r;
	checking(c, "lock");
	r = store_client_set_lock(
		s, &c->arena, c->service_id, identifier, locked, entity_time(c->now));
	if (r == -EALREADY && locked)
		return refuse(c, 400, "A293203", "the client is locked already");
	if (r == -EALREADY)
		return refuse(c, 400, "A293204", "the client is not locked");
	if (r < 0)
		return r;
	struct str message = arena_printf(&c->arena, "The client %.*s has been %s.",
		STR_ARGS(identifier), locked ? "locked" : "unlocked");
	return message.p ? answer(c, NULL, "A293001", message.p) : -ENOMEM;
}

OPERATION(client_lock_flag_update)
{
	return store_transaction(c->silo->store, false, set_lock, c);
}
