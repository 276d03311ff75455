#include "oauth/load.h"

#include <errno.h>

#include "http/reply.h"
#include "oauth/definition.h"
#include "silo.h"

int oauth_open(struct call *c, struct oauth *ret)
{
	const struct definition *service;
	int r = definition_of_service(c, c->service_id, &service);
	if (r < 0)
		return r;
	*ret = (struct oauth){
		.arena = &c->arena,
		.now = c->now,
		.rand = &c->silo->rand,
		.row = service->service,
		.service = service->document,
		.v2 = c->route && c->route->v2,
		.keys = c->server->keys,
	};
	return 0;
}

int oauth_load_client(
	struct call *c, const struct oauth *o, struct str identifier, struct oauth_client *ret)
{
	const struct definition *client;
	int r = definition_of_client(c, o->row.service_id, identifier, &client);
	if (r < 0)
		return r;
	struct str id = arena_i64(&c->arena, client->client.client_id);
	*ret = (struct oauth_client){
		.row = client->client,
		.document = client->document,
		.extension = client->extension,
		.alias_used = !str_eq(identifier, id),
	};
	return id.p ? 0 : -ENOMEM;
}

int oauth_load_client_id(
	struct call *c, const struct oauth *o, int64_t client_id, struct oauth_client *ret)
{
	struct str id = arena_i64(&c->arena, client_id);
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
