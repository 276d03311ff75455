/* Takes back what a user has allowed a client: its tokens, and the consent. */
#include <errno.h>

#include "http/reply.h"
#include "http/subject.h"
#include "op.h"

struct removal {
	struct call *c;
	struct issued_filter filter;
	int64_t count;
	bool forgotten;
};

/* Before the commit: once they are gone nothing may fail any more. */
static int tell(const struct removal *x)
{
	struct call *c = x->c;
	decided(c, "tokens",
		x->count ? "the client had some of the user, and they are deleted"
			 : "the client had none of the user");
	struct str message = arena_printf(
		&c->arena, "Deleted %lld access token(s) of the client.", (long long)x->count);
	return message.p ? answer(c, NULL, "A137001", message.p) : -ENOMEM;
}

static int take_back(struct store *s, void *arg)
{
	struct removal *x = arg;
	int64_t service_id = x->c->service_id;
	int r = store_issued_delete_all(s, service_id, &x->filter, &x->count);
	if (r == 0)
		r = store_consent_delete(
			s, service_id, x->filter.client_id, x->filter.subject, &x->forgotten);
	return r < 0 ? r : tell(x);
}

OPERATION(client_authorization_delete)
{
	struct store_client client;
	struct removal x = {.c = c};
	int r = client_of_path(c, NULL, &client);
	if (r < 0 || c->reply.status)
		return r;
	x.filter = (struct issued_filter){
		.client_id = client.client_id, .subject = call_subject(c)};
	if (!x.filter.subject.p)
		return -ENOMEM;
	return store_transaction(c->silo->store, false, take_back, &x);
}
