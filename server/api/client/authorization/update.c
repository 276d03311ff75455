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

struct change {
	struct call *c;
	struct issued_filter filter;
	struct str scopes;
	bool given; /* else the scopes stay as they are */
};

/* The answer, which tells how many there are, is made before the commit. */
static int change(struct store *s, void *arg)
{
	const struct change *x = arg;
	struct call *c = x->c;
	struct store_issued *rows;
	size_t n;
	int64_t count = 0;
	int r = x->given ? store_issued_set_scopes(s, c->service_id, &x->filter, x->scopes, &count)
			 : store_issued_list(s, &c->arena, c->service_id, &x->filter, 0, 0, &rows,
				   &n, &count);
	if (r < 0)
		return r;
	decided(c, "tokens",
		!x->given ? "no scopes came, so that they stay"
		: count   ? "the client had some of the user, and they have the scopes now"
			  : "the client had none of the user");
	struct str message = arena_printf(
		&c->arena, "Updated %lld access token(s) of the client.", (long long)count);
	return message.p ? answer(c, NULL, "A138001", message.p) : -ENOMEM;
}

OPERATION(client_authorization_update)
{
	struct store_client client;
	const struct cJSON *list = json_get(c->in, "scopes");
	struct change x = {.c = c, .scopes = STR(""), .given = list != NULL};
	int r = client_of_path(c, NULL, &client);
	if (r == 0 && !c->reply.status && list)
		r = read_scopes(c, list, &x.scopes);
	if (r < 0 || c->reply.status)
		return r;
	x.filter = (struct issued_filter){
		.client_id = client.client_id, .subject = call_subject(c)};
	return x.filter.subject.p ? store_transaction(c->silo->store, false, change, &x) : -ENOMEM;
}
