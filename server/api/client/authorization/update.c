/* Sets the scopes of all tokens that a client has of a user. */
#include <errno.h>

#include "http/reply.h"
#include "http/subject.h"
#include "oauth/load.h"
#include "oauth/scope.h"
#include "op.h"

/* Those of the call that the service has, as a record keeps them. */
static int read_scopes(struct call *c, const struct cJSON *list, struct str *ret)
{
	struct oauth o;
	struct scopes asked, known = {0};
	int r = oauth_open(c, &o);
	if (r == -ENOENT)
		return client_refuse_service(c);
	if (r == 0)
		r = scopes_of_json(&c->arena, list, &asked);
	if (r == 0)
		r = scopes_allowed(&o, NULL, &asked, &known, NULL);
	if (r == 0)
		*ret = scopes_text(&c->arena, &known);
	return r == 0 && !ret->p ? -ENOMEM : r;
}

OPERATION(client_authorization_update)
{
	struct store_client client;
	struct issued_filter filter = {0};
	struct store_issued *rows;
	struct str scopes = STR("");
	size_t n;
	int64_t count = 0;
	const struct cJSON *list = json_get(c->in, "scopes");
	int r = client_of_path(c, NULL, &client);
	if (r == 0 && !c->reply.status && list)
		r = read_scopes(c, list, &scopes);
	if (r < 0 || c->reply.status)
		return r;
	filter = (struct issued_filter){.client_id = client.client_id, .subject = call_subject(c)};
	if (!filter.subject.p)
		return -ENOMEM;
	if (list)
		r = store_issued_set_scopes(c->silo->store, c->service_id, &filter, scopes, &count);
	else
		r = store_issued_list(
			c->silo->store, &c->arena, c->service_id, &filter, 0, 0, &rows, &n, &count);
	if (r < 0)
		return r;
	decided(c, "tokens",
		!list   ? "no scopes came, so that they stay"
		: count ? "the client had some of the user, and they have the scopes now"
			: "the client had none of the user");
	struct str message = arena_printf(
		&c->arena, "Updated %lld access token(s) of the client.", (long long)count);
	return message.p ? answer(c, NULL, "A138001", message.p) : -ENOMEM;
}
