/* The silo's snapshots, by name. */
#include "admin/control.h"
#include "op.h"
#include "snapshot.h"

OPERATION(admin_snapshots_list)
{
	struct snapshot_facts *facts;
	size_t n;
	int r = snapshot_list(c->silo, &c->arena, &facts, &n);
	if (r < 0)
		return r;
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_open(&w, '{');
	json_put_name(&w, "snapshots");
	json_open(&w, '[');
	for (size_t i = 0; i < n; i++) {
		json_open(&w, '{');
		json_member_str(&w, "name", facts[i].name);
		json_member_int(&w, "bytes", (int64_t)facts[i].bytes);
		json_member_int(&w, "createdAt", facts[i].created_at);
		json_close(&w, '}');
	}
	json_close(&w, ']');
	json_close(&w, '}');
	return answer_json(c, 200, buf_str(&out));
}
