/* Forgets the scopes that a user has granted a client. */
#include "http/reply.h"
#include "http/subject.h"
#include "op.h"

OPERATION(client_granted_scopes_delete)
{
	struct store_client client;
	bool deleted = false;
	int r = client_of_path(c, NULL, &client);
	if (r < 0 || c->reply.status)
		return r;
	/* made first: once the consent is gone nothing may fail any more */
	r = answer(c, NULL, "A140002", "The scopes that the user had granted are forgotten.");
	if (r == 0)
		r = store_consent_delete(
			c->silo->store, c->service_id, client.client_id, call_subject(c), &deleted);
	if (r < 0)
		return r;
	decided(c, "consent", deleted ? "it was there and is forgotten" : "there was none");
	return deleted ? 0 : answer(c, NULL, "A140001", "There was nothing to forget.");
}
