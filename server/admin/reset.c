/* Puts the silo back to its seed, or to nothing. */
#include "http/reply.h"
#include "op.h"

OPERATION(admin_reset)
{
	bool empty = str_eq(in_str(c, "to"), STR("empty"));
	int r = silo_reset(c->silo, c->server, empty);
	return r < 0 ? r : answer_nothing(c);
}
