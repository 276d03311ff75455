/* Gives the scopes that a client may request; null when it may request all: the Python SDK needs
 * the member. */
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
	if (r < 0)
		return r;
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_open(&w, '{');
	json_put_name(&w, "requestableScopes");
	if (scopes)
		json_put_tree(&w, scopes);
	else
		json_put_raw(&w, STR("null"));
	json_close(&w, '}');
	return answer_json(c, 200, buf_str(&out));
}
