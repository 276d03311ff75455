/* Checks a backchannel authentication request. What was asked is kept in a row whose name, the
 * ticket, only the authorization server learns. */
#include <errno.h>

#include "http/reply.h"
#include "oauth/ciba_check.h"
#include "oauth/load.h"
#include "op.h"
#include "silo.h"

#define TICKET_MS ((int64_t)86400000) /* how long a ticket may wait for issue */

struct work {
	struct call *c;
	struct oauth o;
	struct ciba_input in;
	struct request_object object;
	struct client_credentials credentials;
	struct oauth_client client;
	bool client_known;
	struct ciba_checked checked;
	struct refusal why;
};

/* ---- The steps, in the order in which they answer ---- */

static int read_form(struct work *w)
{
	struct call *c = w->c;
	int r = params_parse(&c->arena, in_str(c, "parameters"), &w->in.form);
	if (r == -EINVAL)
		return refusal_set(&c->arena, &w->why, "INTERNAL_SERVER_ERROR", "A166202",
			"server_error", "The text in parameters is no form.");
	if (r < 0)
		return r;
	w->in.params = w->in.form;
	return ciba_check_form(&w->o, &w->in.form, &w->why);
}

static int read_object(struct work *w)
{
	if (params_get(&w->in.form, "request", NULL) != PARAM_ONE)
		return 0;
	struct oauth_client issuer;
	w->in.object = &w->object;
	int r = request_object_read(&w->o, &w->in.form, &w->object, &w->why);
	if (r < 0 || REFUSED(&w->why))
		return r;
	r = oauth_load_client(w->c, &w->o, w->object.issuer, &issuer);
	if (r == -ENOENT)
		return refusal_set(&w->c->arena, &w->why, "BAD_REQUEST", "A167307",
			"invalid_request", "No client has the id in iss of the request object.");
	return r;
}

static int find_client(struct work *w)
{
	w->credentials = oauth_credentials(w->c);
	w->in.certificate = w->credentials.certificate;
	int r = oauth_find_client(w->c, &w->o, &client_auth_backchannel, &w->in.form,
		&w->credentials, &w->client, &w->why);
	w->client_known = r == 0 && !REFUSED(&w->why);
	return w->client_known ? ciba_check_type(&w->o, &w->client, &w->why) : r;
}

static int verify_object(struct work *w)
{
	if (!w->in.object)
		return 0;
	int r = request_object_verify(&w->o, &w->client, &w->object, &w->why);
	if (r == 0 && !REFUSED(&w->why))
		r = request_object_params(&w->o, &w->object, &w->in.params);
	return r;
}

static int authenticate_client(struct work *w)
{
	return client_auth_check(
		&w->o, &client_auth_backchannel, &w->in.form, &w->credentials, &w->client, &w->why);
}

static int check_request(struct work *w)
{
	return ciba_check(&w->o, &w->client, &w->in, &w->checked, &w->why);
}

static const struct {
	const char *name;
	int (*run)(struct work *w);
} steps[] = {
	{"parameters", read_form},
	{"requestObject", read_object},
	{"client", find_client},
	{"requestObjectSignature", verify_object},
	{"clientAuthentication", authenticate_client},
	{"rules", check_request},
};

/* ---- Replies ---- */

/* A refusal tells which client it is about, once that is known. */
static int refuse_request(struct work *w)
{
	struct call *c = w->c;
	if (!w->client_known)
		return oauth_refuse(c, &w->o, &w->why);
	found(c, "it is refused");
	c->steps[c->n_steps - 1].decided = true;
	struct str message = arena_copy(&c->arena, w->why.message);
	struct str content = refusal_content(&w->o, &w->why);
	if (!message.p || !content.p)
		return -ENOMEM;
	struct json_writer *out = answer_begin(c, w->why.action, w->why.code, message.p);
	if (!out)
		return -ENOMEM;
	json_member_str(out, "responseContent", content);
	ciba_put_client(out, &w->o, &w->client, w->client.alias_used);
	return answer_end(c);
}

static void put_text(struct json_writer *w, const char *name, struct str value)
{
	if (value.p)
		json_member_str(w, name, value);
}

static void put_names(struct json_writer *w, const char *name, const struct scopes *names)
{
	if (!names->n)
		return;
	json_put_name(w, name);
	scopes_put_names(w, names);
}

static void put_request(struct json_writer *out, const struct work *w)
{
	const struct ciba_checked *checked = &w->checked;
	const struct ciba_request *request = &checked->request;
	json_member_str(out, "deliveryMode", str_of(ciba_mode_name(request->mode)));
	json_put_name(out, "scopes");
	scopes_put_objects(out, &w->o, &request->scopes, true);
	put_names(out, "claimNames", &checked->claims);
	put_text(out, "clientNotificationToken", request->notification_token);
	put_names(out, "acrs", &request->acrs);
	json_member_str(out, "hintType", str_of(checked->hint_type));
	json_member_str(out, "hint", checked->hint);
	put_text(out, "sub", checked->sub);
	put_text(out, "bindingMessage", checked->binding_message);
	put_text(out, "userCode", checked->user_code);
	json_member_bool(out, "userCodeRequired", checked->user_code_required);
	json_member_int(out, "requestedExpiry", request->requested_expiry);
	if (w->in.object)
		put_text(out, "requestContext", w->object.context);
	ciba_put_request(out, request);
	put_text(out, "clientAuthMethod", request->auth_method);
	if (checked->warnings.n) {
		json_put_name(out, "warnings");
		json_open(out, '[');
		json_put_raw(out, buf_str(&checked->warnings));
		json_close(out, ']');
	}
}

static int answer_accepted(struct work *w, struct str ticket)
{
	struct json_writer *out = answer_begin(w->c, "USER_IDENTIFICATION", "A179001",
		"The backchannel authentication request is right.");
	if (!out)
		return -ENOMEM;
	json_member_str(out, "ticket", ticket);
	ciba_put_client(out, &w->o, &w->client, w->client.alias_used);
	put_request(out, w);
	return answer_end(w->c);
}

/* The answer is made first: once the row is there nothing may fail any more. */
static int accept(struct work *w)
{
	struct call *c = w->c;
	char token[RAND_TOKEN_SIZE + 1];
	struct str text = ciba_request_text(&c->arena, &w->checked.request);
	int r = text.p ? rand_token(w->o.rand, token) : -ENOMEM;
	const struct store_ciba row = {
		.ticket = {token, RAND_TOKEN_SIZE},
		.service_id = c->service_id,
		.client_id = w->client.row.client_id,
		.created_at = c->now,
		.expires_at = c->now + TICKET_MS,
		.request = text,
	};
	if (r == 0)
		r = answer_accepted(w, row.ticket);
	if (r == 0)
		r = store_ciba_put(c->silo->store, &row);
	if (r == 0)
		decided(c, "ticket", "the request is right, and has a ticket now");
	return r;
}

OPERATION(backchannel_authentication)
{
	struct work w = {.c = c};
	int r = oauth_open(c, &w.o);
	for (size_t i = 0; r == 0 && i < sizeof steps / sizeof steps[0]; i++) {
		checking(c, steps[i].name);
		r = steps[i].run(&w);
		if (r == 0 && REFUSED(&w.why))
			return refuse_request(&w);
	}
	return r == 0 ? accept(&w) : r;
}
