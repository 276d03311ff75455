/* Makes an access token. The store keeps its hash alone, so it is shown this once. */
#include <errno.h>

#include "http/managed_token.h"
#include "http/rights.h"
#include "op.h"

#define DRAWS 20 /* of ids, until one is free */

struct work {
	struct call *c;
	struct store_managed_token row;
};

/* The answer is made before the commit: once the token is there nothing may fail any more. */
static int put(struct store *s, void *arg)
{
	struct work *w = arg;
	struct call *c = w->c;
	int64_t owner;
	struct fresh_token token;
	int r = managed_token_owner(c, &owner);
	if (r < 0 || c->reply.status)
		return r;
	r = managed_token_draw(c, &token);
	if (r < 0)
		return r;
	uint32_t rights = RIGHTS_ALL;
	if (owner != STORE_ORGANIZATION)
		rights = rights_of(STR("MODIFY_SERVICE"));
	r = store_token_put(s, token.hash, owner, rights, w->row.token_id, w->row.description);
	return r < 0 ? r : managed_token_answer(c, &w->row, str_of(token.text));
}

OPERATION(idp_servicetoken_create)
{
	struct str description = in_str(c, "description");
	struct work w = {c, {.description = description.p ? description : STR("")}};
	int r = -EEXIST;
	for (unsigned i = 0; r == -EEXIST && i < DRAWS; i++) {
		r = rand_id(&c->silo->rand, &w.row.token_id);
		if (r == 0)
			r = store_transaction(c->silo->store, false, put, &w);
	}
	return r;
}
