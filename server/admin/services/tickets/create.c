/* Makes one ticket, a number of them, or those of a list: all or none. */
#include <errno.h>

#include "admin/control.h"
#include "op.h"
#include "seed.h"

struct work {
	struct call *call;
	const struct cJSON *list; /* NULL: count times the body itself */
	int64_t count;
	bool one; /* the answer is a name, not a list of them */
	struct str *names;
	size_t n;
};

/* {"ticket":NAME} or {"tickets":[NAME,…]} */
static int answer_names(struct call *c, const struct work *work)
{
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_open(&w, '{');
	if (work->one) {
		json_member_str(&w, "ticket", work->names[0]);
	} else {
		json_put_name(&w, "tickets");
		json_open(&w, '[');
		for (size_t i = 0; i < work->n; i++)
			json_put_str(&w, work->names[i]);
		json_close(&w, ']');
	}
	json_close(&w, '}');
	return answer_json(c, 201, buf_str(&out));
}

/* The answer is made before the commit: once the tickets are there nothing may fail any more. */
static int put_tickets(struct store *s, void *arg)
{
	struct work *work = arg;
	struct call *c = work->call;
	const struct cJSON *element = work->list ? json_first(work->list) : c->in;
	int r = 0;
	(void)s;
	for (int64_t i = 0; r == 0 && i < work->count; i++) {
		r = seed_put_ticket(
			c->silo, &c->arena, c->service_id, element, &work->names[work->n++]);
		if (work->list)
			element = json_next(element);
	}
	return r < 0 ? r : answer_names(c, work);
}

OPERATION(admin_services_tickets_create)
{
	struct work work = {.call = c, .list = json_get(c->in, "tickets")};
	work.one = !work.list && !json_get(c->in, "count");
	int r = control_service(c);
	if (r < 0 || c->reply.status)
		return r;
	work.count = work.list ? (int64_t)json_count(work.list) : in_int(c->in, "count", 1);
	work.names = arena_alloc(&c->arena, (size_t)work.count * sizeof *work.names);
	if (!work.names)
		return -ENOMEM;
	r = store_transaction(c->silo->store, false, put_tickets, &work);
	if (r == -EEXIST)
		return refuse(c, 409, M_TICKET_EXISTS,
			"the service %lld has a ticket of that name already; no ticket was made",
			(long long)c->service_id);
	return r;
}
