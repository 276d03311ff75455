/* refresh_token (RFC 6749 section 6): the record's access token is replaced, and its refresh token
 * too unless the service keeps it. */
#include <errno.h>
#include <string.h>

#include "core/b64.h"
#include "entity/names.h"
#include "grant/grant.h"
#include "http/reply.h"
#include "oauth/client_auth.h"
#include "oauth/details.h"
#include "oauth/load.h"

/* With refreshTokenIdempotent a refresh token works on for a while after it was replaced, and leads
 * to the same new one. Only hashes are kept, so the new one is derived from the old one, which the
 * caller shows, and from this member of the details. */
#define DETAIL_ROTATION "refreshTokenRotation"
#define WINDOW_MS 10000

struct work {
	struct grant_request *g;
	struct str token; /* as it was shown */
	struct store_issued row;
	struct cJSON *details;
	struct scopes lasting; /* of the refresh token */
	struct token_grant grant;
	struct token_issued issued;
	char rotation[RAND_TOKEN_SIZE + 1]; /* of the token to come; empty: none is derived */
	bool previous_used;
	struct refusal *why;
};

static int no(struct work *w, const char *code, const char *error, const char *message)
{
	return grant_refuse(w->g, w->why, code, error, message);
}

/* ---- The record ---- */

static int find_row(
	struct grant_request *g, struct str token, struct store_issued *ret, bool *ret_previous)
{
	struct call *c = g->c;
	unsigned char hash[SHA256_SIZE];
	int r = hash_sha256(token, hash);
	if (r == 0)
		r = store_issued_by_refresh(c->silo->store, &c->arena, c->service_id, hash, ret);
	if (r != -ENOENT || !oauth_flag(g->o.service, "refreshTokenIdempotent"))
		return r;
	r = store_issued_by_previous(c->silo->store, &c->arena, c->service_id, hash, ret);
	if (r == 0 && c->now - ret->refreshed_at >= WINDOW_MS)
		return -ENOENT;
	*ret_previous = r == 0;
	return r;
}

int grant_refresh_client(struct grant_request *g, struct refusal *why)
{
	struct store_issued row = {0};
	bool previous = false;
	struct str token = params_one(&g->params, "refresh_token");
	if (!token.n)
		return -ENOENT;
	int r = find_row(g, token, &row, &previous);
	if (r == -ENOENT)
		return grant_refuse(g, why, "A244314", "invalid_grant",
			"Only the refresh token could name the client, and there is no such one.");
	return r < 0 ? r : oauth_load_client_id(g->c, &g->o, row.client_id, &g->client);
}

static int read_row(struct work *w)
{
	static const struct grant_codes codes = {"A053301", "A053302", "A053303"};
	int r = grant_parameter(w->g, "refresh_token", &codes, &w->token, w->why);
	if (r < 0 || REFUSED(w->why))
		return r;
	r = find_row(w->g, w->token, &w->row, &w->previous_used);
	if (r == -ENOENT)
		return no(w, "A053305", "invalid_grant",
			"There is no such refresh token (any more).");
	if (r == 0)
		r = document_read(&w->g->c->arena, w->row.details, &w->details);
	if (r == 0)
		r = scopes_parse(&w->g->c->arena, w->row.refresh_scopes, &w->lasting);
	return r;
}

static int check_owner(struct work *w)
{
	struct grant_request *g = w->g;
	struct str bound = oauth_text(&g->c->arena, w->details, DETAIL_DPOP);
	if (w->row.client_id != g->client.row.client_id)
		return no(w, "A053307", "invalid_grant",
			"The refresh token was issued to another client.");
	if (g->c->now >= w->row.refresh_expires_at)
		return no(w, "A053308", "invalid_grant", "The refresh token has expired.");
	/* a confidential client proves itself anyway: its refresh tokens are not bound (RFC 9449
	 * section 5) */
	if (bound.n && client_is_public(&g->client) && !str_eq(bound, g->dpop_thumbprint))
		return no(w, "A053311", "invalid_grant",
			"The refresh token is bound to another key than that of the DPoP proof.");
	return 0;
}

/* ---- Scopes ---- */

static void drop_openid(struct scopes *s)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++)
		if (!str_eq(s->at[i], STR("openid")))
			s->at[n++] = s->at[i];
	s->n = n;
}

static int read_scopes(struct work *w)
{
	struct grant_request *g = w->g;
	struct str text;
	enum param_state state = params_get(&g->params, "scope", &text);
	if (state == PARAM_REPEATED)
		return no(w, "A053304", "invalid_request",
			"The parameter scope is there more than once.");
	int r = scopes_parse(
		&g->c->arena, state == PARAM_ONE ? text : w->row.refresh_scopes, &w->grant.scopes);
	for (size_t i = 0; r == 0 && i < w->grant.scopes.n; i++)
		if (!scopes_have(&w->lasting, w->grant.scopes.at[i]))
			return no(w, "A053309", "invalid_scope",
				"The refresh token does not cover all of the scopes asked for.");
	if (r == 0 && oauth_flag(g->o.service, "openidDroppedOnRefreshWithoutOfflineAccess") &&
		!scopes_have(&w->grant.scopes, STR("offline_access")))
		drop_openid(&w->grant.scopes);
	return r;
}

/* ---- The refresh token to come ---- */

static int derive(struct work *w, struct str *ret)
{
	unsigned char hash[SHA256_SIZE];
	struct arena *a = &w->g->c->arena;
	char *text = arena_alloc(a, RAND_TOKEN_SIZE + 1);
	struct buf from = buf_make(a, SIZE_MAX);
	buf_add(&from, str_of(w->rotation));
	buf_add(&from, w->token);
	if (!text || from.failed || hash_sha256(buf_str(&from), hash) < 0)
		return -ENOMEM;
	*ret = (struct str){text, b64url_encode(hash, sizeof hash, text)};
	return 0;
}

static int rotate(struct work *w)
{
	struct grant_request *g = w->g;
	if (!oauth_flag(g->o.service, "refreshTokenIdempotent"))
		return 0;
	int r = rand_token(g->o.rand, w->rotation);
	return r < 0 ? r : derive(w, &w->grant.refresh_token);
}

/* The same new token again: by what it was derived from the first time. */
static int repeat(struct work *w)
{
	struct str rotation = oauth_text(&w->g->c->arena, w->details, DETAIL_ROTATION);
	if (rotation.n != RAND_TOKEN_SIZE)
		return -EBADMSG; /* an image may come from anybody */
	memcpy(w->rotation, rotation.p, rotation.n);
	w->grant.refresh_expires_at = w->row.refresh_expires_at;
	return derive(w, &w->grant.refresh_token);
}

static int choose_refresh_token(struct work *w)
{
	const struct cJSON *service = w->g->o.service;
	if (w->previous_used)
		return repeat(w);
	if (oauth_flag(service, "refreshTokenKept")) {
		w->grant.refresh_token = w->token;
		if (!oauth_flag(service, "refreshTokenDurationReset"))
			w->grant.refresh_expires_at = w->row.refresh_expires_at;
		return 0;
	}
	if (oauth_flag(service, "refreshTokenDurationKept"))
		w->grant.refresh_expires_at = w->row.refresh_expires_at;
	return rotate(w);
}

/* ---- Making them ---- */

/* Resources, authorization details and the like stay as they were granted. */
static void take_over(struct work *w)
{
	struct arena *a = &w->g->c->arena;
	struct token_grant *t = &w->grant;
	t->client = &w->g->client;
	t->grant_type = w->row.grant_type.p;
	t->subject = w->row.subject;
	t->with_refresh = true;
	t->auth_time = oauth_number(w->details, DETAIL_AUTH_TIME, 0);
	t->acr = oauth_text(a, w->details, DETAIL_ACR);
	t->properties = json_get(w->details, DETAIL_PROPERTIES);
	t->resources = json_get(w->details, DETAIL_RESOURCES);
	t->authorization_details = json_get(w->details, DETAIL_AUTHORIZATION);
	t->consented_claims = json_get(w->details, DETAIL_CONSENTED_CLAIMS);
	t->certificate_thumbprint = oauth_text(a, w->details, DETAIL_CERTIFICATE);
	t->refresh_scopes = &w->lasting;
}

/* What the record keeps of the one before, and of how its refresh token came to be. */
static int keep_past(struct work *w)
{
	struct store_issued *row = &w->issued.row;
	struct buf details = buf_make(&w->g->c->arena, SIZE_MAX);
	struct json_writer out = json_writer(&details);
	row->created_at = w->row.created_at;
	row->refreshed_at = w->previous_used ? w->row.refreshed_at : w->g->c->now;
	if (!*w->rotation)
		return 0;
	row->has_previous = true;
	json_put_raw(&out, row->details);
	out.comma = row->details.n > 0;
	json_member_str(&out, DETAIL_ROTATION, str_of(w->rotation));
	row->details = buf_str(&details);
	return details.failed ? -ENOMEM : hash_sha256(w->token, row->previous_hash);
}

static int make_tokens(struct work *w)
{
	struct grant_request *g = w->g;
	take_over(w);
	int r = grant_take_members(g, &w->grant);
	if (r == 0)
		r = grant_take_resources(g, &w->grant, w->why);
	if (r == 0 && !REFUSED(w->why))
		r = grant_check_fapi(g, &w->grant.scopes, false, w->why);
	if (r < 0 || REFUSED(w->why))
		return r;
	r = choose_refresh_token(w);
	if (r == 0)
		r = grant_make(g, &w->grant, "A053202", "A053201", &w->issued, w->why);
	return r < 0 || REFUSED(w->why) ? r : keep_past(w);
}

static int answer_tokens(struct work *w)
{
	bool reissuable = oauth_flag(w->g->o.service, "idTokenReissuable") &&
			  scopes_have(&w->grant.scopes, STR("openid")) && w->grant.subject.p;
	w->grant.grant_type = "REFRESH_TOKEN"; /* of this call; the record keeps the first */
	return grant_answer(w->g, reissuable ? "ID_TOKEN_REISSUABLE" : "OK", "A053001",
		"The access token was refreshed.", &w->grant, &w->issued, w->previous_used);
}

static const struct {
	const char *name;
	int (*run)(struct work *w);
} steps[] = {
	{"refresh_token", read_row},
	{"owner of the refresh token", check_owner},
	{"scope", read_scopes},
	{"tokens", make_tokens},
};

int grant_refresh(struct grant_request *g, struct refusal *why)
{
	struct work w = {.g = g, .why = why};
	struct call *c = g->c;
	int r;
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		checking(c, steps[i].name);
		r = steps[i].run(&w);
		if (r < 0 || REFUSED(why))
			return r;
	}
	r = answer_tokens(&w);
	if (r == 0)
		r = store_issued_replace(c->silo->store, c->service_id, w.row.number,
			w.row.access_hash, &w.issued.row);
	if (r == -ENOENT)
		return no(&w, "A053310", "invalid_grant",
			"Another request has used the refresh token at the same moment.");
	if (r == -EEXIST)
		return grant_fault(
			g, why, "A053101", "The access token that the call chose is in use.");
	if (r == 0)
		decided(c, "refresh_token", "it was there; its access token is replaced");
	return r;
}
