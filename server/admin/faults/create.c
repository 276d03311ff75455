/* Orders a fault. */
#include <errno.h>
#include <stdio.h>

#include "http/fault.h"
#include "http/reply.h"
#include "op.h"

OPERATION(admin_faults_create)
{
	struct fault *fault;
	struct str why;
	uint64_t id;
	char text[24];

	int r = fault_read(&c->arena, c->in, &c->report, &fault, &why);
	if (r == -EINVAL)
		return refuse(c, 400, M_CONTROL, "%.*s", STR_ARGS(why));
	if (r < 0)
		return r;
	/* room for the answer first: once the fault is there nothing may fail any more */
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	if (!buf_reserve(&out, 64)) {
		fault_release(fault);
		return -ENOMEM;
	}
	r = faults_add(c->silo->faults, fault, &id);
	if (r == -ENOSPC)
		return refuse(c, 400, M_CONTROL,
			"a silo holds at most %d faults of at most %zu bytes together; DELETE "
			"/__admin/faults forgets those it has",
			FAULTS_MAX, FAULTS_BYTES_MAX);
	if (r < 0)
		return r;
	snprintf(text, sizeof text, "%llu", (unsigned long long)id);
	struct json_writer w = json_writer(&out);
	json_open(&w, '{');
	json_member_str(&w, "id", str_of(text));
	json_close(&w, '}');
	return answer_json(c, 201, buf_str(&out));
}
