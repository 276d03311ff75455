#include "admin/control.h"

#include <errno.h>

#include "snapshot.h"

int control_service(struct call *c)
{
	int64_t id = 0;
	int r = str_to_i64(c->params[0], &id)
			? store_service_find(c->silo->store, &c->arena, id, NULL)
			: -ENOENT;
	if (r == -ENOENT)
		return refuse(c, 404, M_NO_SERVICE, "there is no service of the id %.*s",
			(int)(c->params[0].n < 20 ? c->params[0].n : 20), c->params[0].p);
	c->service_id = id;
	return r;
}

int control_no_ticket(struct call *c)
{
	return refuse(c, 404, M_NO_TICKET, "the service %lld has no such ticket",
		(long long)c->service_id);
}

void control_put_ticket(struct json_writer *w, const struct call *c, const struct ticket *t)
{
	json_open(w, '{');
	json_member_str(w, "ticket", t->name);
	json_member_int(w, "serviceId", c->service_id);
	if (t->client_id)
		json_member_int(w, "clientId", t->client_id);
	json_member_int(w, "createdAt", t->created_at);
	if (t->expires_at != TICKET_NEVER_EXPIRES)
		json_member_int(w, "expiresAt", t->expires_at);
	json_member_bool(w, "expired", c->now >= t->expires_at);
	json_close(w, '}');
}

int control_no_snapshot(struct call *c, struct str name)
{
	return refuse(c, 404, M_NO_SNAPSHOT, "there is no snapshot \"%.*s\" in this silo",
		STR_ARGS(name));
}

int control_snapshot(struct call *c, bool reserved_too, struct str *ret)
{
	*ret = c->params[0];
	if (!silo_name_ok(*ret))
		return refuse(c, 400, M_SNAPSHOT_NAME,
			"a snapshot's name is 1 to 64 letters, digits, dots, hyphens and "
			"underscores");
	if (!reserved_too && !snapshot_name_ok(*ret))
		return refuse(c, 400, M_SNAPSHOT_NAME,
			"\"%.*s\" is reserved: it can be restored, and nothing else",
			STR_ARGS(*ret));
	return 0;
}

int control_answer_clock(struct call *c)
{
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	c->now = clock_now(&c->silo->clock); /* the Date of this reply too */
	json_open(&w, '{');
	json_member_int(&w, "now", c->now);
	json_member_bool(&w, "frozen", clock_is_frozen(&c->silo->clock));
	json_close(&w, '}');
	return answer_json(c, 200, buf_str(&out));
}
