/* Makes a service with its tokens and tickets, all or nothing. */
#include <errno.h>
#include <inttypes.h>

#include "http/reply.h"
#include "op.h"
#include "seed.h"

static void put_list(struct json_writer *w, const char *name, const struct str *texts, size_t n)
{
	json_put_name(w, name);
	json_open(w, '[');
	for (size_t i = 0; i < n; i++)
		json_put_str(w, texts[i]);
	json_close(w, ']');
}

/* The answer is made before the commit: once the service is there nothing may fail any more. */
static int put(struct store *s, void *arg)
{
	struct call *c = arg;
	struct seed_service made;
	(void)s;
	int r = seed_put_service(c->silo, &c->arena, c->in, true, &made);
	if (r < 0)
		return r;
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_open(&w, '{');
	json_member_int(&w, "serviceId", made.service_id);
	json_member_str(&w, "apiSecret", made.api_secret);
	put_list(&w, "accessTokens", made.tokens, made.n_tokens);
	put_list(&w, "tickets", made.tickets, made.n_tickets);
	json_close(&w, '}');
	return answer_json(c, 201, buf_str(&out));
}

/* The id that was asked for may be taken; else something is named twice in the call itself. */
static int refuse_conflict(struct call *c)
{
	int64_t id = 0;
	const struct cJSON *item = json_get(c->in, "serviceId");
	if (item && !json_int(item, &id))
		str_to_i64(in_str(c, "serviceId"), &id);
	int r = store_service_find(c->silo->store, NULL, id, NULL);
	if (r < 0 && r != -ENOENT)
		return r;
	return refuse(c, 409, M_SERVICE_EXISTS, "%s; nothing was made",
		r == 0 ? "there is a service of that id already"
		       : "one of its tokens or tickets is named twice");
}

OPERATION(admin_services_create)
{
	int r = store_transaction(c->silo->store, false, put, c);
	if (r == -EEXIST)
		return refuse_conflict(c);
	if (r == -ERANGE)
		return refuse(c, 400, M_CONTROL, "/serviceId: expected a number below 2^63");
	return r;
}
