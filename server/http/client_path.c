#include "http/client_path.h"

#include <errno.h>
#include <string.h>

#include "http/reply.h"

struct str client_identifier(const struct call *c)
{
	size_t before = 0;
	const char *pattern = c->route->pattern, *at = strstr(pattern, "{clientId");
	for (const char *p = pattern; at && p < at; p++)
		before += *p == '{';
	return c->params[before];
}

int client_refuse_unknown(struct call *c, const struct client_codes *v2_codes)
{
	int64_t id;
	bool known = false;
	struct str identifier = client_identifier(c);
	struct client_codes codes = {"A001212", "A001213"};
	if (!str_is_digits(identifier))
		return refuse(c, 404, "A001218",
			"no client of the service %lld has the alias in the path",
			(long long)c->service_id);
	if (c->route->v2 && v2_codes)
		codes = *v2_codes;
	int r = str_to_i64(identifier, &id) ? store_client_is_known(c->silo->store, id, &known) : 0;
	if (r < 0)
		return r;
	if (known)
		return refuse(c, 403, codes.foreign,
			"the client %lld belongs to another service than %lld", (long long)id,
			(long long)c->service_id);
	return refuse(c, 404, codes.unknown, "no client of the service %lld has the id %.*s",
		(long long)c->service_id, (int)(identifier.n < 20 ? identifier.n : 20),
		identifier.p);
}

int client_of_path(struct call *c, const struct client_codes *v2_codes, struct store_client *ret)
{
	struct str identifier = client_identifier(c);
	checking(c, "client");
	int r = store_client_get(c->silo->store, &c->arena, c->service_id, identifier, ret);
	if (r == -ENOENT)
		return client_refuse_unknown(c, v2_codes);
	if (r < 0)
		return r;
	if (c->route->v2 && !ret->alias_enabled && ret->alias.p && str_eq(ret->alias, identifier) &&
		!str_is_digits(identifier))
		return refuse(c, 400, "A001222",
			"the path names the client by its alias, but its clientIdAliasEnabled is "
			"false");
	found(c, "the service has a client of this id or alias");
	return 0;
}

int client_refuse_service(struct call *c)
{
	return refuse(
		c, 403, "A457101", "there is no service %lld any more", (long long)c->service_id);
}

int client_service(struct call *c, struct store_service *ret)
{
	int r = store_service_get(c->silo->store, &c->arena, c->service_id, ret);
	return r == -ENOENT ? client_refuse_service(c) : r;
}

int client_check_body(struct call *c)
{
	struct entity_refusal refusal;
	checking(c, "members");
	int r = client_check(&c->arena, c->in, &refusal);
	if (r < 0)
		return r;
	if (refusal.status)
		return refuse(c, refusal.status, refusal.code, "%.*s", STR_ARGS(refusal.message));
	found(c, "they keep to the rules for clients");
	return 0;
}

int client_answer(struct call *c, int status, const struct store_service *service,
	const struct store_client *client)
{
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	buf_reserve(&out, client->document.n + client->extension.n + 1024);
	client_write(&c->arena, &w, service, client, c->route->v2);
	return answer_json(c, status, buf_str(&out));
}

int client_answer_secrets(struct call *c, const char *code, struct str secret, struct str old)
{
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_open(&w, '{');
	json_member_str(&w, "resultCode", str_of(code));
	json_member_str(&w, "resultMessage",
		arena_printf(&c->arena, "[%s] The client has the new secret; the old one is dead.",
			code));
	json_member_str(&w, "newClientSecret", secret);
	json_member_str(&w, "oldClientSecret", old);
	json_close(&w, '}');
	int r = c->arena.failed ? -ENOMEM : answer_json(c, 200, buf_str(&out));
	c->reply.result_code = code;
	return r;
}

/* ---- Requestable scopes ---- */

struct restriction {
	struct call *c;
	struct store_client client;
	struct str extension;
	int (*finish)(struct call *c);
};

/* -EAGAIN: it has another extension by now. */
static int exchange(struct store *s, void *arg)
{
	struct restriction *x = arg;
	struct call *c = x->c;
	struct store_client client;
	int r = client_of_path(c, NULL, &client);
	if (r < 0 || c->reply.status)
		return r;
	if (client.client_id != x->client.client_id ||
		!str_eq(client.extension, x->client.extension))
		return -EAGAIN;
	r = store_client_set_extension(s, c->service_id, client.client_id, x->extension);
	return r < 0 ? r : x->finish(c);
}

int client_set_requestable(
	struct call *c, const struct cJSON *scopes, int (*finish)(struct call *c))
{
	struct restriction x = {.c = c, .finish = finish};
	int r = -EAGAIN;
	while (r == -EAGAIN) {
		r = client_of_path(c, NULL, &x.client);
		if (r < 0 || c->reply.status)
			return r;
		r = client_restrict(&c->arena, x.client.extension, scopes, &x.extension);
		if (r == 0)
			r = store_transaction(c->silo->store, false, exchange, &x);
	}
	return r;
}

int client_answer_requestable(struct call *c, const struct cJSON *scopes)
{
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_open(&w, '{');
	json_put_name(&w, "requestableScopes");
	json_open(&w, '[');
	json_each (scope, scopes)
		json_put_tree(&w, scope);
	json_close(&w, ']');
	json_close(&w, '}');
	return answer_json(c, 200, buf_str(&out));
}
