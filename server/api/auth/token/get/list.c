/* The access tokens of a service, page by page. */
#include <errno.h>

#include "entity/client.h"
#include "http/issued.h"
#include "http/reply.h"
#include "oauth/details.h"
#include "op.h"

#define END 5 /* where the page ends when the caller does not say */
#define WINDOW_MAX 1000

struct page {
	int64_t start, end, limit, total;
	struct str client_identifier, subject;
	struct issued_filter filter;
	struct store_client client;
	struct store_issued *rows;
	size_t n;
};

static struct str text_in(struct call *c, const char *name)
{
	const struct cJSON *item = json_get(c->in_query, name);
	struct str text = item ? json_text(&c->arena, item) : STR_NONE;
	return text.n ? text : STR_NONE;
}

static enum issued_status status_in(struct call *c)
{
	struct str name = text_in(c, "tokenStatus");
	return str_eq(name, STR("VALID"))     ? ISSUED_VALID
	       : str_eq(name, STR("INVALID")) ? ISSUED_INVALID
					      : ISSUED_ALL;
}

/* -ENOENT: the service has no such client. */
static int read_page(struct call *c, struct page *p)
{
	int r = 0;
	p->filter = (struct issued_filter){
		.subject = p->subject, .status = status_in(c), .now = c->now};
	if (p->client_identifier.p) {
		r = store_client_get(
			c->silo->store, &c->arena, c->service_id, p->client_identifier, &p->client);
		p->filter.client_id = p->client.client_id;
	}
	if (r == 0)
		r = store_issued_list(c->silo->store, &c->arena, c->service_id, &p->filter,
			p->start, p->limit, &p->rows, &p->n, &p->total);
	return r;
}

static int put_row(struct call *c, struct json_writer *w, const struct store_issued *row)
{
	struct cJSON *details = NULL;
	int r = issued_details(c, row, &details);
	if (r < 0)
		return r;
	json_open(w, '{');
	issued_put_hash(w, "accessTokenHash", row->access_hash);
	json_member_int(w, "accessTokenExpiresAt", row->access_expires_at);
	if (row->refreshable)
		issued_put_hash(w, "refreshTokenHash", row->refresh_hash);
	json_member_int(w, "refreshTokenExpiresAt", row->refresh_expires_at);
	json_member_int(w, "createdAt", row->created_at);
	json_member_int(w, "lastRefreshedAt", row->refreshed_at);
	json_member_int(w, "clientId", row->client_id);
	if (row->subject.p)
		json_member_str(w, "subject", row->subject);
	json_member_str(w, "grantType", row->grant_type);
	issued_put_words(w, "scopes", row->scopes);
	issued_put_detail(w, details, DETAIL_PROPERTIES);
	if (row->refreshable)
		issued_put_words(w, "refreshTokenScopes", row->refresh_scopes);
	json_close(w, '}');
	return 0;
}

static int answer_page(struct call *c, const struct page *p)
{
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	int r = 0;
	json_open(&w, '{');
	json_member_int(&w, "start", p->start);
	json_member_int(&w, "end", p->end);
	json_member_int(&w, "totalCount", p->total);
	if (p->filter.client_id) {
		json_put_name(&w, "client");
		r = client_write_limited(&c->arena, &w, &p->client, c->route->v2);
	}
	if (p->subject.p)
		json_member_str(&w, "subject", p->subject);
	if (p->limit) {
		json_put_name(&w, "accessTokens");
		json_open(&w, '[');
		for (size_t i = 0; i < p->n && r == 0; i++)
			r = put_row(c, &w, &p->rows[i]);
		json_close(&w, ']');
	}
	json_close(&w, '}');
	return r < 0 ? r : answer_json(c, 200, buf_str(&out));
}

OPERATION(auth_token_get_list)
{
	struct page p = {
		.start = in_int(c->in_query, "start", 0),
		.end = in_int(c->in_query, "end", END),
		.client_identifier = text_in(c, "clientIdentifier"),
		.subject = text_in(c, "subject"),
	};
	p.limit = p.end > p.start ? p.end - p.start : 0;
	if (p.limit > WINDOW_MAX) {
		checking(c, "page");
		return refuse(c, 400, "A159205", "from start to end are more than %d access tokens",
			WINDOW_MAX);
	}
	int r = read_page(c, &p);
	if (r < 0 && r != -ENOENT)
		return r;
	decided(c, "page",
		r == -ENOENT ? "the service has no such client, so that it has no tokens"
		: p.total    ? "there are tokens that match"
			     : "no token matches");
	return answer_page(c, &p);
}
