/* Ends an access token. */
#include <errno.h>

#include "http/managed_token.h"
#include "http/reply.h"
#include "op.h"

OPERATION(idp_servicetoken_revoke)
{
	int64_t owner;
	int r = managed_token_owner(c, &owner);
	if (r < 0 || c->reply.status)
		return r;
	r = store_token_revoke(c->silo->store, owner, managed_token_id(c));
	if (r == -ENOENT)
		return managed_token_refuse_unknown(c);
	return r < 0 ? r : answer_nothing(c);
}
