/* Gives the scopes that a client may request; none when it may request all. */
#include "http/client_path.h"
#include "http/reply.h"
#include "op.h"

OPERATION(client_extension_requestable_scopes_get)
{
	struct store_client client;
	struct cJSON *scopes = NULL;
	int r = client_of_path(c, NULL, &client);
	if (r < 0 || c->reply.status)
		return r;
	r = client_requestable(&c->arena, client.extension, &scopes);
	return r < 0 ? r : client_answer_requestable(c, scopes);
}
