/* The faults of this silo. */
#include "http/fault.h"
#include "http/reply.h"
#include "op.h"

OPERATION(admin_faults_list)
{
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_open(&w, '{');
	json_put_name(&w, "faults");
	int r = faults_write(c->silo->faults, &c->arena, &w);
	json_close(&w, '}');
	return r < 0 ? r : answer_json(c, 200, buf_str(&out));
}
