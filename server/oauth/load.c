#include "oauth/load.h"

#include <errno.h>

#include "entity/entity.h"
#include "http/reply.h"
#include "silo.h"

/* A row's JSON without the braces as a tree; a row that has none holds what its schema gives. */
static int read_members(
	struct arena *a, struct str members, const struct schema *defaults, struct cJSON **ret)
{
	struct json_fault fault;
	if (members.n == 0 && defaults)
		members = entity_document(a, defaults, NULL);
	struct buf text = buf_make(a, SIZE_MAX);
	buf_reserve(&text, members.n + 2);
	buf_add_char(&text, '{');
	buf_add(&text, members);
	buf_add_char(&text, '}');
	return a->failed ? -ENOMEM : json_parse(a, buf_str(&text), ret, &fault);
}

int oauth_open(struct call *c, struct oauth *ret)
{
	struct cJSON *service;
	struct oauth o = {
		.arena = &c->arena,
		.now = c->now,
		.rand = &c->silo->rand,
		.v2 = c->route && c->route->v2,
		.keys = c->server->keys,
	};
	int r = store_service_get(c->silo->store, &c->arena, c->service_id, &o.row);
	if (r == 0)
		r = read_members(&c->arena, o.row.document, schema_service, &service);
	if (r < 0)
		return r;
	o.service = service;
	*ret = o;
	return 0;
}

int oauth_load_client(
	struct call *c, const struct oauth *o, struct str identifier, struct oauth_client *ret)
{
	struct arena *a = &c->arena;
	struct oauth_client client = {0};
	struct cJSON *document, *extension;
	int r = store_client_get(c->silo->store, a, o->row.service_id, identifier, &client.row);
	if (r == 0)
		r = read_members(a, client.row.document, schema_client, &document);
	if (r == 0)
		r = read_members(a, client.row.extension, NULL, &extension);
	if (r < 0)
		return r;
	struct str id = arena_printf(a, "%lld", (long long)client.row.client_id);
	client.alias_used = !str_eq(identifier, id);
	client.document = document;
	client.extension = extension;
	*ret = client;
	return id.p ? 0 : -ENOMEM;
}

int oauth_load_client_id(
	struct call *c, const struct oauth *o, int64_t client_id, struct oauth_client *ret)
{
	struct str id = arena_printf(&c->arena, "%lld", (long long)client_id);
	if (!id.p)
		return -ENOMEM;
	int r = oauth_load_client(c, o, id, ret);
	/* an alias may look like the id of a client that is gone */
	return r == 0 && ret->row.client_id != client_id ? -ENOENT : r;
}

int oauth_refuse(struct call *c, const struct oauth *o, const struct refusal *r)
{
	if (c->n_steps)
		c->steps[c->n_steps - 1].decided = true;
	struct str message = arena_copy(&c->arena, r->message);
	if (!message.p)
		return -ENOMEM;
	if (!r->error)
		return answer(c, r->action, r->code, message.p);
	return answer_content(c, r->action, r->code, message.p, refusal_content(o, r));
}
