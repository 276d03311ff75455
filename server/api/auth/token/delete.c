/* Deletes an access token, and its refresh token with it. */
#include <errno.h>

#include "http/issued.h"
#include "http/reply.h"
#include "op.h"

static int refuse_unknown(struct call *c, struct str identifier)
{
	bool foreign = false;
	int r = issued_is_foreign(c, identifier, &foreign);
	if (r < 0)
		return r;
	if (foreign)
		return refuse(c, 403, "A161203", "the access token was issued by another service");
	return refuse(c, 404, "A161202", "no access token has the value or hash in the path");
}

OPERATION(auth_token_delete)
{
	struct store_issued row;
	struct str identifier = c->params[c->route->v2 ? 0 : 1];
	checking(c, "access token");
	int r = issued_of_access_identifier(c, identifier, &row);
	if (r == 0)
		r = store_issued_delete(c->silo->store, c->service_id, row.number);
	if (r == -ENOENT)
		return refuse_unknown(c, identifier);
	if (r < 0)
		return r;
	found(c, "it was there and is deleted");
	return answer_nothing(c);
}
