/* Gives a client whole. */
#include "http/client_path.h"
#include "op.h"

OPERATION(client_get)
{
	static const struct client_codes v2_codes = {"A027201", "A027202"};
	struct store_service service;
	struct store_client client;
	int r = client_of_path(c, &v2_codes, &client);
	if (r < 0 || c->reply.status)
		return r;
	r = client_service(c, &service);
	return r < 0 ? r : client_answer(c, 200, &service, &client);
}
