/* The calls of a CIBA journey under torture, each in the state that the calls before it have made:
 * tickets, issued tokens and consent change together or not at all. */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include "core/hash.h"
#include "failing.h"
#include "jose/jwk.h"
#include "torture.h"

#define PATH "/api/2884000001/"
#define AUTHENTICATION PATH "backchannel/authentication"
#define SECRET "\"clientSecret\":\"a-secret\""
#define KEY                                                                                        \
	"{\\\"keys\\\":[{\\\"kty\\\":\\\"EC\\\",\\\"use\\\":\\\"sig\\\",\\\"alg\\\":"              \
	"\\\"ES256\\\","                                                                           \
	"\\\"kid\\\":\\\"k\\\",\\\"crv\\\":\\\"P-256\\\","                                         \
	"\\\"x\\\":\\\"7WsNHpzqGaXNEvlAot8Dtyo9C8Zv6WOJlJr8Lk_yCoI\\\","                           \
	"\\\"y\\\":\\\"WfvqzmCJu-Cr8xDEUIgcf-fsEAkaQd3_A_CRvnTa8Us\\\","                           \
	"\\\"d\\\":\\\"Wjl48DQKBdnDiIAJsoqSllFF4YNPXA3vn_86xqz7IVI\\\"}]}"
#define CLIENT(id, mode)                                                                           \
	"{\"clientId\":" id ",\"clientName\":\"c\"," SECRET ",\"clientType\":\"CONFIDENTIAL\","    \
	"\"tokenAuthMethod\":\"CLIENT_SECRET_BASIC\",\"grantTypes\":[\"CIBA\",\"REFRESH_TOKEN\"]," \
	"\"bcDeliveryMode\":\"" mode "\",\"bcNotificationEndpoint\":\"https://c.example/\","       \
	"\"idTokenSignAlg\":\"ES256\"}"

/* Small, as it is loaded for each of many thousand points. */
static const char seed[] =
	"{\"services\":[{\"serviceId\":2884000001,\"accessTokens\":[\"mock-service-token\"],"
	"\"service\":{\"issuer\":\"https://as.example\",\"jwks\":\"" KEY "\","
	"\"singleAccessTokenPerSubject\":true,"
	"\"supportedGrantTypes\":[\"CIBA\",\"REFRESH_TOKEN\"],"
	"\"supportedScopes\":[{\"name\":\"openid\"},{\"name\":\"read\"}],"
	"\"supportedBackchannelTokenDeliveryModes\":[\"POLL\",\"PUSH\"],"
	"\"backchannelAuthReqIdDuration\":600},"
	"\"clients\":[" CLIENT("1", "POLL") "," CLIENT("2", "PUSH") "]}]}";

/* ---- What the calls before have given ---- */

#define NAME_MAX_SIZE 64
static char ticket[NAME_MAX_SIZE], auth_req_id[NAME_MAX_SIZE];
static char access_token[NAME_MAX_SIZE], refresh_token[NAME_MAX_SIZE];
static char body[512];

/* A string member of the last reply. */
static void take(const char *member, char out[NAME_MAX_SIZE])
{
	char wanted[40];
	struct str text = f.call->reply.body;
	int n = snprintf(wanted, sizeof wanted, "\"%s\":\"", member);
	const char *at = memmem(text.p, text.n, wanted, (size_t)n);
	if (!at)
		fail_msg("no %s in %.*s", member, STR_ARGS(text));
	at += n;
	const char *end = memchr(at, '"', (size_t)(text.p + text.n - at));
	if (!end || end - at >= NAME_MAX_SIZE)
		fail_msg("%s is too long", member);
	snprintf(out, NAME_MAX_SIZE, "%.*s", (int)(end - at), at);
}

/* ---- What is there now ---- */

enum row { GONE = -1, OPEN, ISSUED, AUTHORIZED };

static int row_state(void)
{
	struct arena a;
	struct store_ciba row;
	arena_init(&a, NULL, 0, SIZE_MAX);
	int r = store_ciba_by_ticket(f.server.silo.store, &a, SERVICE_ID, str_of(ticket), &row);
	int state = r < 0 ? GONE : (int)row.state;
	arena_reset(&a);
	return state;
}

static int64_t count_tokens(void)
{
	struct arena a;
	struct store_issued *rows;
	size_t n;
	int64_t total;
	arena_init(&a, NULL, 0, SIZE_MAX);
	int r = store_issued_list(f.server.silo.store, &a, SERVICE_ID, &(struct issued_filter){0},
		0, 10, &rows, &n, &total);
	arena_reset(&a);
	return r < 0 ? -1 : total;
}

static bool has_refresh_token(void)
{
	struct arena a;
	struct store_issued row;
	unsigned char hash[SHA256_SIZE];
	arena_init(&a, NULL, 0, SIZE_MAX);
	int r = hash_sha256(str_of(refresh_token), hash);
	if (r == 0)
		r = store_issued_by_refresh(f.server.silo.store, &a, SERVICE_ID, hash, &row);
	arena_reset(&a);
	return r == 0;
}

static bool has_consent(int64_t client_id)
{
	struct arena a;
	struct store_consent consent;
	arena_init(&a, NULL, 0, SIZE_MAX);
	int r = store_consent_get(
		f.server.silo.store, &a, SERVICE_ID, client_id, STR("john"), &consent);
	arena_reset(&a);
	return r == 0;
}

static bool no_row(void)
{
	return fixture_count_tickets(&f, SERVICE_ID) == 0 && count_tokens() == 0;
}

static bool one_row(void)
{
	return fixture_count_tickets(&f, SERVICE_ID) == 1 && count_tokens() == 0;
}

static bool is_open(void)
{
	return row_state() == OPEN;
}

static bool is_issued(void)
{
	return row_state() == ISSUED && count_tokens() == 0 && !has_consent(1) && !has_consent(2);
}

static bool is_authorized(void)
{
	return row_state() == AUTHORIZED && count_tokens() == 0 && has_consent(1);
}

static bool is_pushed(void)
{
	return row_state() == GONE && count_tokens() == 1 && has_consent(2);
}

static bool has_tokens(void)
{
	return row_state() == GONE && count_tokens() == 1;
}

static bool still_same_tokens(void)
{
	return count_tokens() == 1 && has_refresh_token();
}

static bool other_tokens(void)
{
	return count_tokens() == 1 && !has_refresh_token();
}

/* The scopes of the tokens of the journey before. */
static bool scopes_are(const char *wanted)
{
	struct arena a;
	struct store_issued row;
	unsigned char hash[SHA256_SIZE];
	arena_init(&a, NULL, 0, SIZE_MAX);
	int r = hash_sha256(str_of(refresh_token), hash);
	if (r == 0)
		r = store_issued_by_refresh(f.server.silo.store, &a, SERVICE_ID, hash, &row);
	bool are = r == 0 && str_eq(row.scopes, str_of(wanted));
	arena_reset(&a);
	return are;
}

static bool scopes_as_asked(void)
{
	return count_tokens() == 1 && scopes_are("openid read");
}

static bool scopes_changed(void)
{
	return count_tokens() == 1 && scopes_are("read");
}

static bool no_tokens(void)
{
	return count_tokens() == 0;
}

static bool no_consent(void)
{
	return count_tokens() == 1 && !has_consent(1);
}

static bool tokens_and_consent(void)
{
	return still_same_tokens() && has_consent(1);
}

/* ---- The ways there ---- */

#define REQUEST(id)                                                                                \
	"{\"clientId\":\"" id "\"," SECRET ",\"parameters\":\"scope=openid+read&login_hint=john"   \
	"&binding_message=W4&client_notification_token=t\"}"

static void begin(bool warm)
{
	fixture_renew(&f);
	fixture_run(&f, &(struct request){.method = "GET",
				.target = PATH "service/jwks/get",
				.authorization = BEARER}); /* parses the keys */
	if (warm) { /* a whole journey before, without a trace */
		fixture_post(&f, AUTHENTICATION, REQUEST("1"));
		take("ticket", ticket);
		snprintf(body, sizeof body, "{\"ticket\":\"%s\"}", ticket);
		fixture_post(&f, AUTHENTICATION "/issue", body);
		fixture_post(&f, AUTHENTICATION "/fail", body);
	}
}

/* The key set is parsed by the call, unless it is warm. Where libcrypto lacks memory it may take a
 * good key for a bad one, which jose_test.c knows and this test does not. */
static bool keys_are_kept;

static void forget_keys(bool warm)
{
	if (warm || keys_are_kept)
		return;
	jwk_cache_free(f.server.keys);
	f.server.keys = jwk_cache_new(4);
}

static void opened(const char *request)
{
	fixture_post(&f, AUTHENTICATION, request);
	take("ticket", ticket);
	snprintf(body, sizeof body, "{\"ticket\":\"%s\"}", ticket);
}

static void issued(const char *request)
{
	opened(request);
	fixture_post(&f, AUTHENTICATION "/issue", body);
	take("authReqId", auth_req_id);
}

static void complete_body(void)
{
	snprintf(body, sizeof body,
		"{\"ticket\":\"%s\",\"result\":\"AUTHORIZED\",\"subject\":\"john\",\"claims\":"
		"\"{\\\"name\\\":\\\"John\\\"}\",\"properties\":[{\"key\":\"a\",\"value\":\"b\"}]}",
		ticket);
}

static void poll_body(void)
{
	snprintf(body, sizeof body,
		"{\"clientId\":\"1\"," SECRET ",\"parameters\":\"grant_type="
		"urn:openid:params:grant-type:ciba&auth_req_id=%s\"}",
		auth_req_id);
}

static void prepare_request(const struct subject *s, bool warm)
{
	(void)s;
	begin(warm);
	snprintf(body, sizeof body, "%s", REQUEST("1"));
	forget_keys(warm);
}

static void prepare_issue(const struct subject *s, bool warm)
{
	(void)s;
	begin(warm);
	opened(REQUEST("1"));
	forget_keys(warm);
}

static void prepare_complete(const struct subject *s, bool warm)
{
	begin(warm);
	issued(s->done == is_pushed ? REQUEST("2") : REQUEST("1"));
	complete_body();
	forget_keys(warm);
}

static void prepare_early_poll(const struct subject *s, bool warm)
{
	(void)s;
	begin(warm);
	issued(REQUEST("1"));
	poll_body();
	forget_keys(warm);
}

static void prepare_poll(const struct subject *s, bool warm)
{
	(void)s;
	begin(warm);
	issued(REQUEST("1"));
	complete_body();
	fixture_post(&f, AUTHENTICATION "/complete", body);
	poll_body();
	forget_keys(warm);
}

static void have_tokens(bool warm)
{
	prepare_poll(NULL, warm);
	fixture_post(&f, PATH "auth/token", body);
	take("accessToken", access_token);
	take("refreshToken", refresh_token);
}

static void prepare_refresh(const struct subject *s, bool warm)
{
	(void)s;
	have_tokens(warm);
	snprintf(body, sizeof body,
		"{\"clientId\":\"1\"," SECRET
		",\"parameters\":\"grant_type=refresh_token&refresh_token=%s\"}",
		refresh_token);
	forget_keys(warm);
}

static void prepare_create(const struct subject *s, bool warm)
{
	(void)s;
	have_tokens(warm);
	snprintf(body, sizeof body,
		"{\"clientId\":1,\"grantType\":\"CIBA\",\"subject\":\"john\","
		"\"scopes\":[\"openid\"]}");
}

static void prepare_update(const struct subject *s, bool warm)
{
	(void)s;
	have_tokens(warm);
	snprintf(body, sizeof body,
		"{\"accessToken\":\"%s\",\"scopes\":[\"read\"],"
		"\"properties\":[{\"key\":\"a\",\"value\":\"c\"}]}",
		access_token);
}

static void prepare_authorization(const struct subject *s, bool warm)
{
	(void)s;
	have_tokens(warm);
	snprintf(body, sizeof body, "{\"subject\":\"john\",\"scopes\":[\"read\"]}");
}

static void prepare_introspection(const struct subject *s, bool warm)
{
	(void)s;
	have_tokens(warm);
	snprintf(body, sizeof body, "{\"token\":\"%s\",\"scopes\":[\"openid\"]}", access_token);
}

static void prepare_revocation(const struct subject *s, bool warm)
{
	(void)s;
	have_tokens(warm);
	snprintf(body, sizeof body, "{\"clientId\":\"1\"," SECRET ",\"parameters\":\"token=%s\"}",
		access_token);
}

static void prepare_plain(const struct subject *s, bool warm)
{
	(void)s;
	have_tokens(warm);
	forget_keys(warm);
}

#define PATCH                                                                                      \
	"?patch=[{%22op%22:%22add%22,%22path%22:%22/a%22,%22value%22:[1]},"                        \
	"{%22op%22:%22copy%22,%22from%22:%22/a%22,%22path%22:%22/b%22}]"

static const struct {
	struct subject call;
	void (*prepare)(const struct subject *s, bool warm);
} subjects[] = {
	{{"request", AUTHENTICATION, body, 200, false, no_row, one_row, NULL}, prepare_request},
	{{"issue", AUTHENTICATION "/issue", body, 200, false, is_open, is_issued, NULL},
		prepare_issue},
	{{"complete", AUTHENTICATION "/complete", body, 200, false, is_issued, is_authorized, NULL},
		prepare_complete},
	{{"complete push", AUTHENTICATION "/complete", body, 200, false, is_issued, is_pushed,
		 NULL},
		prepare_complete},
	{{"early poll", PATH "auth/token", body, 200, true, is_issued, is_issued, NULL},
		prepare_early_poll},
	{{"poll", PATH "auth/token", body, 200, false, is_authorized, has_tokens, NULL},
		prepare_poll},
	{{"refresh", PATH "auth/token", body, 200, false, still_same_tokens, other_tokens, NULL},
		prepare_refresh},
	{{"create in place of another", PATH "auth/token/create", body, 200, false,
		 still_same_tokens, other_tokens, NULL},
		prepare_create},
	{{"update", PATH "auth/token/update", body, 200, false, scopes_as_asked, scopes_changed,
		 NULL},
		prepare_update},
	{{"authorization", PATH "client/authorization/update/1", body, 200, false, scopes_as_asked,
		 scopes_changed, NULL},
		prepare_authorization},
	{{"take back", PATH "client/authorization/delete/1", body, 200, true, tokens_and_consent,
		 no_tokens, NULL},
		prepare_authorization},
	{{"introspection", PATH "auth/introspection", body, 200, false, still_same_tokens,
		 still_same_tokens, NULL},
		prepare_introspection},
	{{"revocation", PATH "auth/revocation", body, 200, true, still_same_tokens, no_tokens,
		 NULL},
		prepare_revocation},
	{{"forget consent", PATH "client/granted_scopes/delete/1?subject=john", NULL, 200, true,
		 tokens_and_consent, no_consent, "DELETE"},
		prepare_plain},
	{{"jwks", PATH "service/jwks/get", NULL, 200, true, still_same_tokens, still_same_tokens,
		 "GET"},
		prepare_plain},
	{{"configuration", PATH "service/configuration" PATCH, NULL, 200, true, still_same_tokens,
		 still_same_tokens, "GET"},
		prepare_plain},
};

static void torture_all(enum torture_kind kind)
{
	fixture_open(&f, seed, MODE_FAITHFUL);
	f.server.keys = jwk_cache_new(4);
	keys_are_kept = kind == ALLOCATION || kind == ALLOCATIONS_FOR_GOOD;
	for (size_t i = 0; i < COUNT(subjects); i++)
		for (int warm = 0; warm < 2; warm++)
			if (torture(&subjects[i].call, kind, warm, subjects[i].prepare) == 0)
				fail_msg("%s: nothing failed", subjects[i].call.name);
	jwk_cache_free(f.server.keys);
	fixture_close(&f);
}

static void fails(void **state)
{
	torture_all(*(const enum torture_kind *)*state);
}

int main(void)
{
	static enum torture_kind kinds[] = {ARENA, SQL, ALLOCATION, ALLOCATIONS_FOR_GOOD};
	const struct CMUnitTest tests[] = {
		{"arena", fails, NULL, NULL, &kinds[0]},
		{"SQL", fails, NULL, NULL, &kinds[1]},
		{"an allocation", fails, NULL, NULL, &kinds[2]},
		{"allocations for good", fails, NULL, NULL, &kinds[3]},
	};
	return cmocka_run_group_tests(tests, failing_take_allocators, NULL);
}
