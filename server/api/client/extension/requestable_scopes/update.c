/* Sets the scopes that a client may request. Those the service does not support are dropped; when
 * none is left the client may request all, as with an empty list. */
#include <errno.h>

#include "entity/names.h"
#include "http/client_path.h"
#include "http/reply.h"
#include "op.h"

static int drop_unsupported(struct call *c, struct cJSON *scopes)
{
	struct store_service service;
	struct cJSON *own = NULL, *next;
	struct names supported;
	int r = client_service(c, &service);
	if (r < 0 || c->reply.status)
		return r;
	r = document_read(&c->arena, service.document, &own);
	if (r < 0)
		return r;
	if (!names_read(&c->arena, json_get(own, "supportedScopes"), "name", &supported))
		return -ENOMEM;
	for (struct cJSON *scope = json_first(scopes); scope; scope = next) {
		next = json_next(scope);
		if (!names_have(&supported, json_text(&c->arena, scope)))
			json_remove(scopes, scope);
	}
	return 0;
}

/* What is left of the list that came; empty where none came: the Python SDK needs the member. */
static int finish(struct call *c)
{
	const struct cJSON *scopes = json_get(c->in, "requestableScopes");
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

OPERATION(client_extension_requestable_scopes_update)
{
	struct cJSON *scopes = json_get(c->in, "requestableScopes");
	int r = scopes ? drop_unsupported(c, scopes) : 0;
	if (r < 0 || c->reply.status)
		return r;
	return client_set_requestable(c, json_count(scopes) ? scopes : NULL, finish);
}
