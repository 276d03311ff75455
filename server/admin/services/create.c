/* Makes a service with its tokens and tickets, all or nothing. */
#include <errno.h>
#include <inttypes.h>

#include "http/reply.h"
#include "op.h"
#include "seed.h"

struct work {
	struct call *call;
	struct seed_service made;
};

static int put(struct store *s, void *arg)
{
	struct work *work = arg;
	(void)s;
	return seed_put_service(
		work->call->silo, &work->call->arena, work->call->in, true, &work->made);
}

static void put_list(struct json_writer *w, const char *name, const struct str *texts, size_t n)
{
	json_put_name(w, name);
	json_open(w, '[');
	for (size_t i = 0; i < n; i++)
		json_put_str(w, texts[i]);
	json_close(w, ']');
}

OPERATION(admin_services_create)
{
	struct work work = {.call = c};
	int r = store_transaction(c->silo->store, false, put, &work);
	if (r == -EEXIST)
		return refuse(c, 409, M_SERVICE_EXISTS,
			"there is a service of that id already, or a token or ticket is named "
			"twice; "
			"nothing was made");
	if (r < 0)
		return r;
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_open(&w, '{');
	json_member_int(&w, "serviceId", work.made.service_id);
	json_member_str(&w, "apiSecret", work.made.api_secret);
	put_list(&w, "accessTokens", work.made.tokens, work.made.n_tokens);
	put_list(&w, "tickets", work.made.tickets, work.made.n_tickets);
	json_close(&w, '}');
	return answer_json(c, 201, buf_str(&out));
}
