/* The version of Authlete that is stood in for, and the features that are there. */
#include "http/reply.h"
#include "op.h"

OPERATION(info)
{
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_open(&w, '{');
	json_member_str(&w, "version", STR("3.0-mock"));
	json_put_name(&w, "features");
	json_open(&w, '[');
	json_put_str(&w, STR("ciba"));
	json_close(&w, ']');
	json_close(&w, '}');
	return answer_json(c, 200, buf_str(&out));
}
