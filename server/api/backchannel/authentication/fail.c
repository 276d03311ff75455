/* Answers a backchannel authentication request with an error, and deletes its ticket if there is
 * one of this service. The answer does not depend on whether there was: a retry gets the same. */
#include <errno.h>

#include "http/reply.h"
#include "op.h"

struct reason {
	struct str name;
	const char *action; /* what the authorization server is to send: 400, 403 or 500 */
	const char *error;  /* CIBA Core 1.0 section 13, RFC 6749, RFC 8707 */
};

static const struct reason reasons[] = {
	/* the first one holds when no reason is given */
	{STR("SERVER_ERROR"), "INTERNAL_SERVER_ERROR", "server_error"},
	{STR("ACCESS_DENIED"), "FORBIDDEN", "access_denied"},
	{STR("EXPIRED_LOGIN_HINT_TOKEN"), "BAD_REQUEST", "expired_login_hint_token"},
	{STR("INVALID_BINDING_MESSAGE"), "BAD_REQUEST", "invalid_binding_message"},
	{STR("INVALID_TARGET"), "BAD_REQUEST", "invalid_target"},
	{STR("INVALID_USER_CODE"), "BAD_REQUEST", "invalid_user_code"},
	{STR("MISSING_USER_CODE"), "BAD_REQUEST", "missing_user_code"},
	{STR("UNAUTHORIZED_CLIENT"), "BAD_REQUEST", "unauthorized_client"},
	{STR("UNKNOWN_USER_ID"), "BAD_REQUEST", "unknown_user_id"},
};

static const struct reason *find_reason(struct str name)
{
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (str_eq(reasons[i].name, name))
			return &reasons[i];
	return &reasons[0];
}

static void tell_why(struct call *c, bool reason, bool ticket, bool deleted)
{
	decided(c, "reason",
		reason ? "the reason that came stands for this action"
		       : "no reason came, which means SERVER_ERROR");
	checking(c, "ticket");
	found(c, !ticket   ? "no ticket came"
		 : deleted ? "it existed and was deleted"
			   : "this service has no such ticket");
}

OPERATION(backchannel_authentication_fail)
{
	const struct reason *reason = find_reason(in_str(c, "reason"));
	struct str description = in_str(c, "errorDescription");
	struct str uri = in_str(c, "errorUri");
	struct str ticket = in_str(c, "ticket");
	bool deleted = false;

	struct buf content = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&content);
	json_open(&w, '{');
	json_member_str(&w, "error", str_of(reason->error));
	if (description.n)
		json_member_str(&w, "error_description", description);
	if (uri.n)
		json_member_str(&w, "error_uri", uri);
	json_close(&w, '}');

	/* the answer is made first: once the ticket is gone nothing may fail any more */
	int r = answer_content(c, reason->action, "A185001",
		"The error response for the client has been built.", buf_str(&content));
	if (r == 0 && c->arena.failed)
		r = -ENOMEM;
	if (r == 0 && ticket.n)
		r = store_ticket_delete(c->silo->store, c->service_id, ticket, &deleted);
	if (r == 0)
		tell_why(c, json_get(c->in, "reason") != NULL, ticket.n, deleted);
	return r;
}
