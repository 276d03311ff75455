/* Gives an access token another description. */
#include <errno.h>

#include "http/managed_token.h"
#include "op.h"

/* The answer is made before the commit: once the token is renamed nothing may fail any more. */
static int rename_token(struct store *s, void *arg)
{
	struct call *c = arg;
	int64_t owner;
	struct store_managed_token row = {managed_token_id(c), in_str(c, "description")};
	int r = managed_token_owner(c, &owner);
	if (r < 0 || c->reply.status)
		return r;
	r = store_token_rename(s, owner, row.token_id, row.description);
	return r < 0 ? r : managed_token_answer(c, &row, STR_NONE);
}

OPERATION(idp_servicetoken_update)
{
	int r = store_transaction(c->silo->store, false, rename_token, c);
	return r == -ENOENT ? managed_token_refuse_unknown(c) : r;
}
