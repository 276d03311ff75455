/* The clients that hold tokens of a user, page by page. */
#include "http/reply.h"
#include "http/subject.h"
#include "op.h"

#define END 5 /* where the page ends when the caller does not say */

static int64_t number_in(struct call *c, const char *name, int64_t otherwise)
{
	int64_t value;
	const struct cJSON *item = call_member(c, name);
	return item && json_int(item, &value) ? value : otherwise;
}

OPERATION(client_authorization_get_list)
{
	struct store_client *clients = NULL;
	size_t n = 0;
	int64_t total;
	int64_t start = number_in(c, "start", 0), end = number_in(c, "end", END);
	int64_t limit = end > start ? end - start : 0;
	const struct cJSON *item = call_member(c, "developer");
	struct str developer = item ? json_text(&c->arena, item) : STR_NONE;
	struct str subject = call_subject(c);

	int r = store_issued_clients(c->silo->store, &c->arena, c->service_id, subject, developer,
		start, limit, &clients, &n, &total);
	if (r < 0)
		return r;
	decided(c, "clients",
		total ? "there are some that hold tokens of the user"
		      : "none holds a token of the user");
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_open(&w, '{');
	json_member_int(&w, "start", start);
	json_member_int(&w, "end", end);
	if (developer.p)
		json_member_str(&w, "developer", developer);
	json_member_str(&w, "subject", subject);
	json_member_int(&w, "totalCount", total);
	if (limit) {
		json_put_name(&w, "clients");
		json_open(&w, '[');
		for (size_t i = 0; i < n && r == 0; i++)
			r = client_write_limited(&c->arena, &w, &clients[i], c->route->v2);
		json_close(&w, ']');
	}
	json_close(&w, '}');
	return r < 0 ? r : answer_json(c, 200, buf_str(&out));
}
