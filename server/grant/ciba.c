/* The grant of CIBA (Core 1.0 sections 10.1 and 11), for clients that poll or are pinged. */
#include "oauth/ciba.h"

#include <errno.h>

#include "grant/grant.h"
#include "http/issued.h"
#include "http/reply.h"
#include "server.h"

struct work {
	struct grant_request *g;
	struct store_ciba row;
	struct ciba_request request;
	struct ciba_result result;
	struct token_grant grant;
	struct token_issued issued;
	struct refusal *why;
	bool answered;
};

static int no(struct work *w, const char *code, const char *error, const char *message)
{
	return grant_refuse(w->g, w->why, code, error, message);
}

static int read_row(struct work *w)
{
	static const struct grant_codes codes = {"A200301", "A200302", "A200303"};
	struct call *c = w->g->c;
	struct str id;
	int r = grant_parameter(w->g, "auth_req_id", &codes, &id, w->why);
	if (r < 0 || REFUSED(w->why))
		return r;
	r = store_ciba_by_auth_req_id(c->silo->store, &c->arena, c->service_id, id, &w->row);
	if (r == -ENOENT)
		return no(
			w, "A200304", "invalid_grant", "There is no such auth_req_id (any more).");
	if (r == 0)
		r = ciba_request_read(&w->g->o, &w->g->client, &w->row, &w->request);
	return r;
}

static int check_owner(struct work *w)
{
	if (w->row.client_id && w->row.client_id != w->g->client.row.client_id)
		return no(w, "A200305", "invalid_grant",
			"The auth_req_id was issued to another client.");
	if (w->request.mode == CIBA_PUSH)
		return no(w, "A200306", "unauthorized_client",
			"In push mode the tokens are sent; they cannot be fetched here.");
	if (w->g->c->now >= w->row.expires_at)
		return no(w, "A200307", "expired_token", "The auth_req_id has expired.");
	return 0;
}

/* With --ciba-slow-down: whether the last poll is less than the interval ago. */
static int check_pace(struct work *w)
{
	struct call *c = w->g->c;
	int64_t pause = oauth_number(w->g->o.service, "backchannelPollingInterval", 0) * 1000;
	bool hasty = w->row.polled_at && c->now - w->row.polled_at < pause;
	int r = store_ciba_polled(c->silo->store, c->service_id, w->row.auth_req_id, c->now);
	if (r == -ENOENT) /* it ended meanwhile; the next poll will tell */
		r = 0;
	if (r == 0 && hasty)
		r = no(w, M_SLOW_DOWN, "slow_down",
			"The client polls sooner than the interval allows.");
	return r;
}

/* What backchannel/authentication/complete was told in words of its own goes to the client. */
static int answer_denied(struct work *w, const char *error, const char *message)
{
	struct call *c = w->g->c;
	struct buf text = buf_make(&c->arena, SIZE_MAX);
	struct json_writer out = json_writer(&text);
	json_open(&out, '{');
	json_member_str(&out, "error", str_of(error));
	if (w->result.error_description.n)
		json_member_str(&out, "error_description", w->result.error_description);
	if (w->result.error_uri.n)
		json_member_str(&out, "error_uri", w->result.error_uri);
	json_close(&out, '}');
	w->answered = true;
	found(c, "the authorization server gave the error its own words");
	c->steps[c->n_steps - 1].decided = true;
	return text.failed ? -ENOMEM
			   : answer_content(c, "BAD_REQUEST", "A200001", message, buf_str(&text));
}

static int refuse_denied(struct work *w)
{
	bool denied = w->row.state == CIBA_DENIED;
	const char *error = denied ? "access_denied" : "expired_token";
	const char *message = denied ? "The result of the authentication is ACCESS_DENIED."
				     : "The result of the authentication is TRANSACTION_FAILED.";
	int r = ciba_result_read(&w->g->o, &w->row, &w->result);
	if (r < 0)
		return r;
	return w->result.error_description.n || w->result.error_uri.n
		       ? answer_denied(w, error, message)
		       : no(w, "A200001", error, message);
}

static int check_state(struct work *w)
{
	struct call *c = w->g->c;
	int r = 0;
	switch (w->row.state) {
	case CIBA_AUTHORIZED:
		return 0;
	case CIBA_DENIED:
	case CIBA_FAILED:
		return refuse_denied(w);
	default:
		break;
	}
	if (c->server->config.ciba_slow_down)
		r = check_pace(w);
	return r < 0 || REFUSED(w->why) ? r
					: no(w, "A200308", "authorization_pending",
						  "The user has not answered yet.");
}

static int make_tokens(struct work *w)
{
	struct grant_request *g = w->g;
	struct str alg = oauth_text(&g->c->arena, g->client.document, "idTokenSignAlg");
	if (str_eq(alg, STR("NONE")))
		return no(w, "A200309", "invalid_request",
			"The client's ID tokens are not signed, which CIBA wants.");
	int r = ciba_result_read(&g->o, &w->row, &w->result);
	if (r == 0)
		r = ciba_grant(
			&g->o, &g->client, &w->request, &w->result, w->row.auth_req_id, &w->grant);
	if (r == 0)
		r = grant_take_members(g, &w->grant);
	if (r == 0)
		r = grant_take_resources(g, &w->grant, w->why);
	if (r == 0 && !REFUSED(w->why))
		r = grant_check_fapi(g, &w->grant.scopes, w->grant.with_id_token, w->why);
	if (r == 0 && !REFUSED(w->why))
		r = grant_make(g, &w->grant, "A200202", "A200201", &w->issued, w->why);
	return r;
}

static int take(struct store *s, void *arg)
{
	struct work *w = arg;
	int r = store_ciba_take(s, w->g->c->service_id, w->row.ticket, CIBA_AUTHORIZED);
	return r < 0 ? r : issued_put(s, &w->g->o, &w->g->client, &w->issued.row);
}

static const struct {
	const char *name;
	int (*run)(struct work *w);
} steps[] = {
	{"auth_req_id", read_row},
	{"owner of the auth_req_id", check_owner},
	{"result of the authentication", check_state},
	{"tokens", make_tokens},
};

int grant_ciba(struct grant_request *g, struct refusal *why)
{
	struct work w = {.g = g, .why = why};
	int r = 0;
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		checking(g->c, steps[i].name);
		r = steps[i].run(&w);
		if (r < 0 || REFUSED(why) || w.answered)
			return r;
	}
	r = grant_answer(g, "OK", "A200002", "Tokens were issued for the auth_req_id.", &w.grant,
		&w.issued, false);
	if (r == 0)
		r = store_transaction(g->c->silo->store, false, take, &w);
	if (r == -ENOENT)
		return no(&w, "A200310", "invalid_grant",
			"Another request has used the auth_req_id at the same moment.");
	if (r == -EEXIST)
		return grant_fault(
			g, why, "A200103", "The access token that the call chose is in use.");
	if (r == 0)
		decided(g->c, "auth_req_id", "it was there and is used now");
	return r;
}
