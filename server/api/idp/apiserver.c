/* Lists the clusters: this server alone, under the name by which the caller has reached it. */
#include <string.h>

#include "http/reply.h"
#include "op.h"

#define ID 53285 /* of a real cluster, and the default of authlete-mcp */

/* Only what a name or an address with its port can hold (RFC 3986 section 3.2.2). */
static bool is_plain(struct str host)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:[]";
	for (size_t i = 0; i < host.n; i++)
		if (!host.p[i] || !strchr(allowed, host.p[i]))
			return false;
	return host.n > 0;
}

static struct str url_of(struct call *c)
{
	bool prefixed = strcmp(c->silo->name, "default") != 0;
	return arena_printf(&c->arena, "http%s://%.*s%s%s", c->server->tls.certificate ? "s" : "",
		STR_ARGS(c->head.host), prefixed ? "/s/" : "", prefixed ? c->silo->name : "");
}

OPERATION(idp_apiserver)
{
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_open(&w, '[');
	json_open(&w, '{');
	json_member_int(&w, "id", ID);
	if (is_plain(c->head.host))
		json_member_str(&w, "apiServerUrl", url_of(c));
	json_member_str(&w, "description", STR("authlete-mock"));
	json_close(&w, '}');
	json_close(&w, ']');
	return answer_json(c, 200, c->arena.failed ? STR_NONE : buf_str(&out));
}
