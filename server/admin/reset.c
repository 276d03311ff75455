/* Puts the silo's data back to its seed, or to nothing. */
#include "http/reply.h"
#include "op.h"
#include "seed.h"

OPERATION(admin_reset)
{
	bool empty = str_eq(in_str(c, "to"), STR("empty"));
	int r = empty ? store_transaction(c->silo->store, true, NULL, NULL)
		      : seed_load(c->server->seed, c->silo, true);
	return r < 0 ? r : answer_nothing(c);
}
