/* Gives the query parameters back. */
#include "http/reply.h"
#include "op.h"

OPERATION(misc_echo)
{
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_put_tree(&w, c->in_query);
	return answer_json(c, 200, buf_str(&out));
}
