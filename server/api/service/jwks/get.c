/* The service's keys, for its JWK Set endpoint: without private parts unless they are asked for. */
#include <errno.h>

#include "http/reply.h"
#include "jose/jwk.h"
#include "oauth/load.h"
#include "op.h"

static bool asked(const struct call *c, const char *name)
{
	const struct cJSON *item = json_get(c->in_query, name);
	return item && json_true(item);
}

/* As they were given: secrets among them, and members that we do not know. */
static int put_whole(const struct oauth *o, struct buf *out)
{
	struct json_writer w = json_writer(out);
	struct json_fault fault;
	struct cJSON *keys;
	struct str text = oauth_text(o->arena, o->service, "jwks");
	int r = json_parse(o->arena, text, &keys, &fault);
	if (r == 0)
		json_put_tree(&w, keys);
	return r;
}

static int put_public(const struct oauth *o, struct buf *out)
{
	struct jwk_set *keys;
	const char *why;
	int r = oauth_keys(o, o->service, "jwks", &keys, &why);
	if (r < 0)
		return r;
	r = jwk_set_write_public(out, keys);
	jwk_set_unref(keys);
	return r;
}

static int answer_keys(struct call *c, struct str keys)
{
	if (!asked(c, "pretty"))
		return answer_json(c, 200, keys);
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	json_pretty(&out, keys);
	return answer_json(c, 200, buf_str(&out));
}

OPERATION(service_jwks_get)
{
	struct oauth o;
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	int r = oauth_open(c, &o);
	if (r < 0)
		return r;
	checking(c, "jwks");
	if (oauth_text(&c->arena, o.service, "jwks").n == 0) {
		decided(c, "jwks", "the service has none");
		return c->arena.failed ? -ENOMEM : answer_nothing(c);
	}
	bool whole = asked(c, "includePrivateKeys");
	r = whole ? put_whole(&o, &out) : put_public(&o, &out);
	if (r == 0)
		decided(c, "includePrivateKeys",
			whole ? "it is true: the keys as they were given"
			      : "it is not true: the public parts; symmetric keys have none");
	return r < 0 ? r : answer_keys(c, buf_str(&out));
}
