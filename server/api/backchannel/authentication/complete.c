/* Takes the user's decision. For poll and ping clients the row keeps it until the token request;
 * push clients get their tokens, or the error, here, and the row ends. */
#include <errno.h>

#include "http/issued.h"
#include "http/reply.h"
#include "oauth/ciba.h"
#include "oauth/load.h"
#include "op.h"
#include "silo.h"

enum outcome { AUTHORIZED, ACCESS_DENIED, TRANSACTION_FAILED, OUTCOMES };

static const struct {
	struct str name;
	enum ciba_state state;
	const char *error; /* what the client is told */
} outcomes[OUTCOMES] = {
	[AUTHORIZED] = {STR("AUTHORIZED"), CIBA_AUTHORIZED, NULL},
	[ACCESS_DENIED] = {STR("ACCESS_DENIED"), CIBA_DENIED, "access_denied"},
	/* not CIBA's transaction_failed, for all modes alike */
	[TRANSACTION_FAILED] = {STR("TRANSACTION_FAILED"), CIBA_FAILED, "expired_token"},
};

struct work {
	struct call *c;
	struct oauth o;
	struct store_ciba row;
	struct oauth_client client;
	bool client_known;
	struct ciba_request request;
	struct ciba_result result;
	enum outcome outcome;
	struct str text, scopes; /* the result as the row keeps it; what was granted */
	struct token_grant grant;
	struct token_issued issued;
	struct refusal why;
};

static bool authorized(const struct work *w)
{
	return w->outcome == AUTHORIZED;
}

static bool pushed(const struct work *w)
{
	return w->request.mode == CIBA_PUSH;
}

static int no(struct work *w, const char *code, const char *message)
{
	return refusal_set(&w->c->arena, &w->why, "SERVER_ERROR", code, NULL, "%s", message);
}

/* ---- The checks, in the order in which they answer ---- */

static int read_row(struct work *w)
{
	struct call *c = w->c;
	int r = store_ciba_by_ticket(
		c->silo->store, &c->arena, c->service_id, in_str(c, "ticket"), &w->row);
	if (r == -ENOENT)
		return no(w, "A186202", "There is no such ticket.");
	if (r == -EACCES)
		return no(w, "A186203", "The ticket is another service's.");
	if (r == 0 && w->row.client_id) {
		r = oauth_load_client_id(c, &w->o, w->row.client_id, &w->client);
		w->client_known = r == 0;
	}
	if (r < 0 && r != -ENOENT)
		return r;
	r = ciba_request_read(&w->o, w->client_known ? &w->client : NULL, &w->row, &w->request);
	if (r == 0 && w->request.mode == CIBA_NO_MODE)
		w->request.mode = CIBA_POLL; /* a ticket of no request, of a client without mode */
	return r;
}

static int read_result(struct work *w)
{
	struct str name = in_str(w->c, "result");
	for (w->outcome = AUTHORIZED; w->outcome < OUTCOMES; w->outcome++)
		if (str_eq(outcomes[w->outcome].name, name))
			break;
	if (w->outcome == OUTCOMES)
		return no(w, "A187201", "The call does not say the result.");
	return ciba_result_check(&w->o, w->c->in, authorized(w), &w->result, &w->why);
}

static int check_state(struct work *w)
{
	struct call *c = w->c;
	bool deleted;
	if (c->now >= w->row.expires_at) {
		int r = store_ticket_delete(c->silo->store, c->service_id, w->row.ticket, &deleted);
		return r < 0 ? r : no(w, "A196202", "The ticket has expired.");
	}
	if (w->row.state == CIBA_OPEN)
		return no(w, "A196204",
			"The ticket has no auth_req_id yet: call backchannel/authentication/issue "
			"first.");
	if (w->row.state != CIBA_ISSUED)
		return no(w, "A196203", "The ticket has been completed already.");
	if (!w->client_known)
		return no(w, "A199301", "The client of the request does not exist.");
	return 0;
}

/* Errors of the ID token have codes of their own at other operations; here they share one. */
static int make_tokens(struct work *w)
{
	struct refusal why = {0};
	if (str_eq(oauth_text(&w->c->arena, w->client.document, "idTokenSignAlg"), STR("NONE")))
		return no(
			w, "A197301", "ID tokens of the client are not signed, which CIBA wants.");
	int r = token_make(&w->o, &w->grant, &w->issued, &why);
	if (r < 0 || !REFUSED(&why))
		return r;
	bool id_token = str_starts(str_of(why.code), STR("A046"));
	return refusal_set(&w->c->arena, &w->why, "SERVER_ERROR", id_token ? "A196101" : "A196205",
		NULL, "%.*s", STR_ARGS(why.message));
}

static int prepare(struct work *w)
{
	struct arena *a = &w->c->arena;
	w->text = ciba_result_text(a, &w->result);
	if (!w->text.p)
		return -ENOMEM;
	if (!authorized(w))
		return 0;
	int r = ciba_grant(
		&w->o, &w->client, &w->request, &w->result, w->row.auth_req_id, &w->grant);
	if (r < 0)
		return r;
	w->grant.access_token = in_str(w->c, "accessToken");
	w->scopes = scopes_text(a, &w->grant.scopes);
	if (!w->scopes.p)
		return -ENOMEM;
	return pushed(w) ? make_tokens(w) : 0;
}

static const struct {
	const char *name;
	int (*run)(struct work *w);
} steps[] = {
	{"ticket", read_row},
	{"result", read_result},
	{"state", check_state},
	{"tokens", prepare},
};

/* ---- Replies ---- */

/* {"auth_req_id":ID[,"error":E[,"error_description":D][,"error_uri":U]]} */
static struct str error_content(
	struct work *w, const char *error, struct str description, struct str uri)
{
	struct buf text = buf_make(&w->c->arena, SIZE_MAX);
	struct json_writer out = json_writer(&text);
	json_open(&out, '{');
	json_member_str(&out, "auth_req_id", w->row.auth_req_id);
	if (error)
		json_member_str(&out, "error", str_of(error));
	if (description.n)
		json_member_str(&out, "error_description", description);
	if (uri.n)
		json_member_str(&out, "error_uri", uri);
	json_close(&out, '}');
	return buf_str(&text);
}

static void put_members(struct work *w, struct json_writer *out)
{
	struct str endpoint = oauth_text(
		&w->c->arena, w->client.document, "bcNotificationEndpoint");
	ciba_put_client(out, &w->o, &w->client, w->request.alias_used);
	json_member_str(out, "deliveryMode", str_of(ciba_mode_name(w->request.mode)));
	json_member_str(out, "authReqId", w->row.auth_req_id);
	if (w->request.mode != CIBA_POLL && endpoint.n)
		json_member_str(out, "clientNotificationEndpoint", endpoint);
	if (w->request.mode != CIBA_POLL && w->request.notification_token.p)
		json_member_str(out, "clientNotificationToken", w->request.notification_token);
	ciba_put_request(out, &w->request);
}

static void put_token(struct json_writer *out, const char *name, struct str value)
{
	if (value.p)
		json_member_str(out, name, value);
}

static void put_tokens(struct json_writer *out, const struct token_issued *t)
{
	put_token(out, "accessToken", t->access_token);
	put_token(out, "refreshToken", t->refresh_token);
	put_token(out, "idToken", t->id_token);
	put_token(out, "jwtAccessToken", t->jwt_access_token);
	json_member_int(out, "accessTokenDuration", t->access_token.p ? t->access_duration : 0);
	json_member_int(out, "refreshTokenDuration", t->refresh_token.p ? t->refresh_duration : 0);
	json_member_int(out, "idTokenDuration", t->id_token.p ? t->id_duration : 0);
}

static int answer_members(struct work *w, const char *action, const char *code, const char *message,
	struct str content)
{
	struct json_writer *out = answer_begin(w->c, action, code, message);
	if (!out)
		return -ENOMEM;
	if (content.p)
		json_member_str(out, "responseContent", content);
	put_members(w, out);
	put_tokens(out, &w->issued);
	return answer_end(w->c);
}

/* A client that waits for a notification is told, unless there is nothing to tell it: its request
 * never got an auth_req_id, or has ended before. */
static bool notifies(const struct work *w)
{
	return w->client_known && w->request.mode != CIBA_POLL && w->row.state == CIBA_ISSUED &&
	       w->c->now < w->row.expires_at;
}

static int refuse_call(struct work *w)
{
	struct call *c = w->c;
	struct arena *a = &c->arena;
	struct str description = STR_NONE, uri = STR_NONE;
	struct str message = arena_copy(a, w->why.message);
	if (!message.p)
		return -ENOMEM;
	w->why.action = "SERVER_ERROR";
	if (!notifies(w))
		return oauth_refuse(c, &w->o, &w->why);
	found(c, "it is refused");
	c->steps[c->n_steps - 1].decided = true;
	w->issued = (struct token_issued){0};
	if (!oauth_flag(w->o.service, "errorDescriptionOmitted"))
		description = arena_printf(a, "[%s] %s", w->why.code, message.p);
	if (!oauth_flag(w->o.service, "errorUriOmitted"))
		uri = arena_printf(a, "https://docs.authlete.com/#%s", w->why.code);
	/* a ping says only that there is something to fetch (CIBA Core 1.0 section 10.2) */
	return answer_members(w, "NOTIFICATION", w->why.code, message.p,
		pushed(w) ? error_content(w, "server_error", description, uri)
			  : error_content(w, NULL, STR_NONE, STR_NONE));
}

static int answer_done(struct work *w)
{
	static const char *const codes[2][2] = {{"A198002", "A198001"}, {"A198004", "A198003"}};
	static const char *const modes[] = {"poll", "ping", "push"};
	static const char *const what[2] = {
		"The result is stored for the token endpoint",
		"The notification for the client is made",
	};
	struct str content = STR_NONE;
	struct str message = arena_printf(&w->c->arena, "%s (mode = %s, result = %s).",
		what[pushed(w)], modes[w->request.mode], outcomes[w->outcome].name.p);
	if (pushed(w))
		content = authorized(w) ? token_response(&w->o, &w->grant, &w->issued)
					: error_content(w, outcomes[w->outcome].error,
						  w->result.error_description, w->result.error_uri);
	else if (w->request.mode == CIBA_PING)
		content = error_content(w, NULL, STR_NONE, STR_NONE);
	if (!message.p || (!content.p && w->request.mode != CIBA_POLL))
		return -ENOMEM;
	return answer_members(w, w->request.mode == CIBA_POLL ? "NO_ACTION" : "NOTIFICATION",
		codes[pushed(w)][authorized(w)], message.p, content);
}

/* ---- The change ---- */

static int change(struct store *s, void *arg)
{
	struct work *w = arg;
	int64_t service_id = w->c->service_id;
	int r = pushed(w) ? store_ciba_take(s, service_id, w->row.ticket, CIBA_ISSUED)
			  : store_ciba_complete(s, service_id, w->row.ticket,
				    outcomes[w->outcome].state, w->text);
	if (r == -ENOENT)
		r = -EALREADY;
	if (r == 0 && authorized(w))
		r = store_consent_add(s, service_id, w->client.row.client_id, w->result.subject,
			w->scopes, w->c->now);
	if (r == 0 && authorized(w) && pushed(w))
		r = issued_put(s, &w->o, &w->client, &w->issued.row);
	return r;
}

/* Another call has ended what this one found: what became of it? */
static int refuse_late(struct work *w)
{
	struct call *c = w->c;
	checking(c, "state");
	int r = store_ciba_by_ticket(
		c->silo->store, &c->arena, c->service_id, w->row.ticket, &w->row);
	if (r == -ENOENT || r == -EACCES) {
		w->row.state = CIBA_FAILED; /* nobody is told of it */
		r = no(w, "A196201", "The ticket has gone meanwhile.");
	} else if (r == 0) {
		r = no(w, "A196203", "The ticket has been completed already.");
	}
	return r < 0 ? r : refuse_call(w);
}

OPERATION(backchannel_authentication_complete)
{
	struct work w = {.c = c};
	int r = oauth_open(c, &w.o);
	for (size_t i = 0; r == 0 && i < sizeof steps / sizeof steps[0]; i++) {
		checking(c, steps[i].name);
		r = steps[i].run(&w);
		if (r == 0 && REFUSED(&w.why))
			return refuse_call(&w);
	}
	if (r == 0)
		r = answer_done(&w); /* first: after the change nothing may fail any more */
	if (r == 0)
		r = store_transaction(c->silo->store, false, change, &w);
	if (r == -EALREADY)
		return refuse_late(&w);
	if (r == -EEXIST) { /* the caller chose an access token that is in use */
		checking(c, "accessToken");
		r = no(&w, "A197102", "The result cannot be stored: the access token is in use.");
		return r < 0 ? r : refuse_call(&w);
	}
	if (r == 0)
		decided(c, "result", "the ticket had an auth_req_id and no result yet");
	return r;
}
