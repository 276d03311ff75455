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

/* What is left of the list that came. */
static int finish(struct call *c)
{
	return client_answer_requestable(c, json_get(c->in, "requestableScopes"));
}

OPERATION(client_extension_requestable_scopes_update)
{
	struct cJSON *scopes = json_get(c->in, "requestableScopes");
	int r = scopes ? drop_unsupported(c, scopes) : 0;
	if (r < 0 || c->reply.status)
		return r;
	return client_set_requestable(c, json_count(scopes) ? scopes : NULL, finish);
}
