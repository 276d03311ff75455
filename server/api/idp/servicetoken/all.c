/* Lists the access tokens that can be managed. */
#include "http/managed_token.h"
#include "http/reply.h"
#include "op.h"

OPERATION(idp_servicetoken_all)
{
	int64_t owner;
	struct store_managed_token *rows = NULL;
	size_t n = 0;
	int r = managed_token_owner(c, &owner);
	if (r < 0 || c->reply.status)
		return r;
	r = store_token_list(c->silo->store, &c->arena, owner, &rows, &n);
	if (r < 0)
		return r;
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_open(&w, '[');
	for (size_t i = 0; i < n; i++)
		managed_token_write(c, &w, &rows[i], STR_NONE);
	json_close(&w, ']');
	return answer_json(c, 200, c->arena.failed ? STR_NONE : buf_str(&out));
}
