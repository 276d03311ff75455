/* Makes a service, with what the caller wants of it, or else as a template has it. */
#include "entity/make_service.h"
#include "http/reply.h"
#include "op.h"

static const char template[] =
#include "service_template.inc"
	;

OPERATION(idp_service_create)
{
	struct cJSON *in = json_get(c->in, "service");
	struct json_fault fault;
	int r = 0;
	checking(c, "template");
	if (json_count(in) == 0) {
		r = json_parse(&c->arena, str_of(template), &in, &fault);
		found(c, "no member of a service came, so it has those of the template");
	}
	if (r == 0)
		r = service_check_body(c, in);
	return r < 0 || c->reply.status ? r : service_make(c, 200, in);
}
