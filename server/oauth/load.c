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
	struct cJSON *service = NULL;
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
	struct cJSON *document = NULL, *extension = NULL;
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

struct client_credentials oauth_credentials(struct call *c)
{
	return (struct client_credentials){
		.client_id = in_str(c, "clientId"),
		.client_secret = in_str(c, "clientSecret"),
		.certificate = in_str(c, "clientCertificate"),
		.certificate_path = json_get(c->in, "clientCertificatePath"),
	};
}

/* By which fault an identifier that leads to nobody is refused. */
static enum client_fault unknown(
	struct str identifier, const struct params *p, const struct client_credentials *credentials)
{
	if (!credentials->client_id.n && !params_one(p, "client_id").n)
		return CLIENT_UNKNOWN_ISSUER;
	return str_is_digits(identifier) ? CLIENT_UNKNOWN_ID : CLIENT_UNKNOWN_ALIAS;
}

int oauth_find_client(struct call *c, const struct oauth *o, const struct client_auth_api *api,
	const struct params *p, const struct client_credentials *credentials,
	struct oauth_client *ret, struct refusal *why)
{
	struct str identifier;
	checking(c, "client id");
	int r = client_auth_identify(o, api, p, credentials, &identifier, why);
	if (r < 0 || REFUSED(why))
		return r;
	r = oauth_load_client(c, o, identifier, ret);
	if (r == -ENOENT)
		return client_auth_refuse(
			o, api, unknown(identifier, p, credentials), identifier, why);
	if (r == 0)
		r = client_auth_usable(o, api, ret, identifier, why);
	if (r == 0 && !REFUSED(why))
		found(c, ret->alias_used ? "it is the alias of a client" : "a client has it");
	return r;
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
