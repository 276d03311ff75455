/* Gives the request behind a ticket its auth_req_id, once. From then on the row lives as long as
 * the auth_req_id does. */
#include <errno.h>

#include "http/reply.h"
#include "oauth/ciba.h"
#include "oauth/load.h"
#include "op.h"
#include "silo.h"

#define SECONDS_OTHERWISE 600 /* of an auth_req_id where the service says nothing */

/* Why a ticket has no auth_req_id to get. */
static const struct {
	const char *code, *message, *finding;
} refusals[] = {
#define UNKNOWN 0
	{"A181201", "There is no such ticket.", "nobody has such a ticket"},
#define FOREIGN 1
	{"A181202", "The ticket is another service's.", "another service has it"},
#define EXPIRED 2
	{"A181203", "The ticket has expired.", "it has expired and was deleted"},
#define COMPLETED 3
	{"A181204", "The ticket has been completed already.", "its request is completed"},
#define ISSUED 4
	{"A181205", "The ticket has its auth_req_id already.", "its auth_req_id is issued"},
};

static int refuse_ticket(struct call *c, const struct oauth *o, int which)
{
	struct refusal why = {.action = "INVALID_TICKET",
		.code = refusals[which].code,
		.error = "server_error",
		.message = str_of(refusals[which].message)};
	found(c, refusals[which].finding);
	return oauth_refuse(c, o, &why);
}

/* 0 with *ret: its index in refusals, or -1 when the ticket is good. */
static int judge(struct call *c, struct str ticket, struct store_ciba *row, int *ret)
{
	struct store *store = c->silo->store;
	bool deleted;
	int r = store_ciba_by_ticket(store, &c->arena, c->service_id, ticket, row);
	if (r == -ENOENT || r == -EACCES) {
		*ret = r == -ENOENT ? UNKNOWN : FOREIGN;
		return 0;
	}
	if (r < 0)
		return r;
	if (c->now >= row->expires_at) {
		*ret = EXPIRED;
		return store_ticket_delete(store, c->service_id, ticket, &deleted);
	}
	*ret = row->state == CIBA_OPEN ? -1 : row->state == CIBA_ISSUED ? ISSUED : COMPLETED;
	return 0;
}

/* How long it lives: as the service says, or shorter where the client asked for less. */
static int64_t lifetime(const struct oauth *o, const struct ciba_request *request)
{
	int64_t seconds = oauth_number(o->service, "backchannelAuthReqIdDuration", 0);
	if (seconds <= 0)
		seconds = SECONDS_OTHERWISE;
	return request->requested_expiry > 0 && request->requested_expiry < seconds
		       ? request->requested_expiry
		       : seconds;
}

static int answer_issued(struct call *c, struct str auth_req_id, int64_t seconds, int64_t interval)
{
	struct buf content = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&content);
	json_open(&w, '{');
	json_member_str(&w, "auth_req_id", auth_req_id);
	json_member_int(&w, "expires_in", seconds);
	json_member_int(&w, "interval", interval);
	json_close(&w, '}');
	struct json_writer *out = answer_begin(
		c, "OK", "A183001", "The backchannel authentication request has its auth_req_id.");
	if (!out)
		return -ENOMEM;
	json_member_str(out, "responseContent", buf_str(&content));
	json_member_str(out, "authReqId", auth_req_id);
	json_member_int(out, "expiresIn", seconds);
	json_member_int(out, "interval", interval);
	return answer_end(c);
}

/* The answer is made first: once the auth_req_id is there nothing may fail any more. -EALREADY:
 * another call was faster. */
static int issue(struct call *c, const struct oauth *o, const struct store_ciba *row)
{
	struct ciba_request request;
	char token[RAND_TOKEN_SIZE + 1];
	int r = ciba_request_read(o, NULL, row, &request);
	if (r == 0)
		r = rand_token(o->rand, token);
	struct str auth_req_id = {token, RAND_TOKEN_SIZE};
	int64_t seconds = lifetime(o, &request);
	if (r == 0)
		r = answer_issued(c, auth_req_id, seconds,
			oauth_number(o->service, "backchannelPollingInterval", 0));
	if (r == 0)
		r = store_ciba_issue(c->silo->store, c->service_id, row->ticket, auth_req_id,
			c->now + seconds * 1000);
	return r;
}

OPERATION(backchannel_authentication_issue)
{
	struct oauth o;
	struct store_ciba row;
	int which = -1, r = oauth_open(c, &o);
	checking(c, "ticket");
	if (r == 0)
		r = judge(c, in_str(c, "ticket"), &row, &which);
	if (r == 0 && which < 0) {
		r = issue(c, &o, &row);
		if (r == 0) {
			decided(c, "ticket", "it was open, and has its auth_req_id now");
			return 0;
		}
		if (r == -EALREADY) /* another call was faster: what did it do? */
			r = judge(c, in_str(c, "ticket"), &row, &which);
	}
	if (r < 0)
		return r;
	return refuse_ticket(c, &o, which);
}
