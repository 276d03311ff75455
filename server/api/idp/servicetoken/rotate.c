/* Puts a new access token in the place of an old one, which is dead at once. */
#include <errno.h>

#include "http/managed_token.h"
#include "op.h"

/* The answer is made before the commit: once the old token is dead nothing may fail any more. */
static int rotate(struct store *s, void *arg)
{
	struct call *c = arg;
	int64_t owner;
	struct store_managed_token row;
	struct fresh_token token;
	int r = managed_token_owner(c, &owner);
	if (r < 0 || c->reply.status)
		return r;
	r = store_token_get(s, &c->arena, owner, managed_token_id(c), &row);
	if (r == 0)
		r = managed_token_draw(c, &token);
	if (r == 0)
		r = store_token_rotate(s, owner, row.token_id, token.hash);
	return r < 0 ? r : managed_token_answer(c, &row, str_of(token.text));
}

OPERATION(idp_servicetoken_rotate)
{
	int r = store_transaction(c->silo->store, false, rotate, c);
	return r == -ENOENT ? managed_token_refuse_unknown(c) : r;
}
