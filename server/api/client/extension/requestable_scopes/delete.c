/* Lets a client request all scopes again. */
#include "http/client_path.h"
#include "http/reply.h"
#include "op.h"

OPERATION(client_extension_requestable_scopes_delete)
{
	return client_set_requestable(c, NULL, answer_nothing);
}
