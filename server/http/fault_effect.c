/* What a fault does to the call it fires on. */
#include "http/fault_private.h"
#include "http/reply.h"

/* An answer of the operation that nothing stands behind: no state is changed. */
static int answer_forced(struct call *c, const struct effect *e)
{
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_open(&w, '{');
	json_member_str(&w, "resultCode", str_of(e->result_code));
	json_member_str(&w, "resultMessage",
		arena_printf(&c->arena, "[%s] %s", e->result_code, e->result_when));
	json_member_str(&w, "action", str_of(e->action));
	if (*e->sample)
		json_put_raw(&w, str_of(e->sample));
	json_close(&w, '}');
	int r = answer_json(c, 200, c->arena.failed ? STR_NONE : buf_str(&out));
	c->reply.result_code = e->result_code;
	c->reply.action = e->action;
	return r;
}

static bool has_no_body(int status)
{
	return status == 204 || status == 205 || status == 304;
}

static int answer_status(struct call *c, const struct effect *e)
{
	if (!has_no_body(e->status))
		return refuse(c, e->status, M_FAULT, "the fault %llu answers with the status %d",
			(unsigned long long)fault_id(c), e->status);
	c->reply = (struct reply){.status = e->status};
	return 0;
}

/* Once the work is done nothing may fail: the body itself stays whole, and is damaged on its way.
 */
static void damage(struct reply *reply, const struct effect *e)
{
	reply->lost = e->drop != DROP_NONE;
	reply->headers = e->headers;
	reply->n_headers = e->n_headers;
	reply->truncated = e->truncate >= 0 && (uint64_t)e->truncate < reply->body.n;
	reply->sent = reply->truncated ? (size_t)e->truncate : reply->body.n;
	reply->corrupted = e->corrupt && reply->sent;
}

static int replace(struct call *c, const struct effect *e)
{
	if (e->drop == DROP_BEFORE) {
		decided(c, "fault", "a fault lost the call before anything was done");
		return refuse(c, 503, M_FAULT,
			"the fault %llu lost this call before anything was done",
			(unsigned long long)fault_id(c));
	}
	if (e->action) {
		decided(c, "fault", "a fault forced the action; nothing was done");
		return answer_forced(c, e);
	}
	if (!e->status && !e->body.p)
		return 0;
	decided(c, "fault", "a fault answered; nothing was done");
	if (!e->body.p)
		return answer_status(c, e);
	c->reply = (struct reply){
		.status = e->status ? e->status : 200,
		.body = e->body,
		.content_type = e->body_type,
	};
	return 0;
}

int fault_before(struct call *c)
{
	if (!c->hit)
		return 0;
	if (clock_monotonic_us() < c->hit->due_us) /* woken early */
		return refuse(c, 503, M_STOPPING,
			"the server ends while a fault delays the call; nothing was done");
	int r = replace(c, &c->hit->fault->effect);
	c->forced = c->reply.status != 0;
	if (r == 0 && c->reply.status)
		damage(&c->reply, &c->hit->fault->effect);
	return r;
}

void fault_after(struct call *c)
{
	if (!c->hit)
		return;
	const struct effect *e = &c->hit->fault->effect;
	if (e->drop) {
		decided(c, "fault", "a fault lost the reply; the work was done");
	} else if (e->truncate >= 0 || e->corrupt || e->n_headers) {
		checking(c, "fault");
		found(c, "a fault changed the reply on its way");
	}
	damage(&c->reply, e);
}
