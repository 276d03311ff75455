/* Makes a service with its tokens, clients and tickets, all or nothing. */
#include <errno.h>

#include "http/reply.h"
#include "op.h"
#include "seed.h"

static void put_texts(struct json_writer *w, const char *name, const struct str *texts, size_t n)
{
	json_put_name(w, name);
	json_open(w, '[');
	for (size_t i = 0; i < n; i++)
		json_put_str(w, texts[i]);
	json_close(w, ']');
}

static void put_clients(struct json_writer *w, const struct seed_service *made)
{
	if (!made->n_clients)
		return;
	json_put_name(w, "clients");
	json_open(w, '[');
	for (size_t i = 0; i < made->n_clients; i++) {
		json_open(w, '{');
		json_member_int(w, "clientId", made->clients[i].client_id);
		json_member_str(w, "clientSecret", made->clients[i].secret);
		json_close(w, '}');
	}
	json_close(w, ']');
}

struct work {
	struct call *call;
	struct seed_plan plan;
	struct seed_fault fault;
};

/* The answer is made before the commit: once the service is there nothing may fail any more. */
static int put(struct store *s, void *arg)
{
	struct work *work = arg;
	struct call *c = work->call;
	struct seed_service made;
	(void)s;
	int r = seed_put_service(c->silo, &c->arena, &work->plan, "", true, &made, &work->fault);
	if (r < 0)
		return r;
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_open(&w, '{');
	json_member_int(&w, "serviceId", made.service_id);
	json_member_str(&w, "apiSecret", made.api_secret);
	put_texts(&w, "accessTokens", made.tokens, made.n_tokens);
	put_texts(&w, "tickets", made.tickets, made.n_tickets);
	put_clients(&w, &made);
	json_close(&w, '}');
	return answer_json(c, 201, buf_str(&out));
}

OPERATION(admin_services_create)
{
	struct work work = {.call = c};
	int r = seed_plan(&c->arena, c->in, "", &work.plan, &work.fault);
	if (r == -EINVAL)
		return refuse(c, 400, M_CONTROL, "%s", work.fault.text);
	if (r == 0)
		r = store_transaction(c->silo->store, false, put, &work);
	if (r == -EEXIST)
		return refuse(c, 409, M_SERVICE_EXISTS, "%s; nothing was made", work.fault.text);
	return r;
}
