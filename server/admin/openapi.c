/* The OpenAPI document, made from the schema files at build time. */
#include "http/reply.h"
#include "op.h"

OPERATION(admin_openapi)
{
	return answer_json(c, 200, (struct str){openapi_document, openapi_document_size});
}
