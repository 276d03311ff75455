/* Answers as soon as the server can serve. */
#include "http/reply.h"
#include "op.h"

OPERATION(admin_health)
{
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_open(&w, '{');
	json_member_str(&w, "status", STR("ok"));
	json_member_str(&w, "version", STR(VERSION_TEXT));
	json_member_int(&w, "uptimeMs", (c->started_us - c->server->started_us) / 1000);
	json_close(&w, '}');
	return answer_json(c, 200, buf_str(&out));
}
