#include "journey.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "core/hash.h"
#include "failing.h"
#include "jose/jwk.h"
#include "oauth/definition.h"

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

char ticket[NAME_MAX_SIZE], auth_req_id[NAME_MAX_SIZE];
char access_token[NAME_MAX_SIZE], refresh_token[NAME_MAX_SIZE];
char body[512];

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

/* The tokens of the journey before, by their refresh token. */
static bool find_tokens(struct arena *a, struct store_issued *ret)
{
	unsigned char hash[SHA256_SIZE];
	return hash_sha256(str_of(refresh_token), hash) == 0 &&
	       store_issued_by_refresh(f.server.silo.store, a, SERVICE_ID, hash, ret) == 0;
}

static bool has_refresh_token(void)
{
	struct arena a;
	struct store_issued row;
	arena_init(&a, NULL, 0, SIZE_MAX);
	bool has = find_tokens(&a, &row);
	arena_reset(&a);
	return has;
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

bool no_row(void)
{
	return fixture_count_tickets(&f, SERVICE_ID) == 0 && count_tokens() == 0;
}

bool one_row(void)
{
	return fixture_count_tickets(&f, SERVICE_ID) == 1 && count_tokens() == 0;
}

bool is_open(void)
{
	return row_state() == OPEN;
}

bool is_issued(void)
{
	return row_state() == ISSUED && count_tokens() == 0 && !has_consent(1) && !has_consent(2);
}

bool is_authorized(void)
{
	return row_state() == AUTHORIZED && count_tokens() == 0 && has_consent(1);
}

bool is_pushed(void)
{
	return row_state() == GONE && count_tokens() == 1 && has_consent(2);
}

bool has_tokens(void)
{
	return row_state() == GONE && count_tokens() == 1;
}

bool still_same_tokens(void)
{
	return count_tokens() == 1 && has_refresh_token();
}

bool other_tokens(void)
{
	return count_tokens() == 1 && !has_refresh_token();
}

static bool scopes_are(const char *wanted)
{
	struct arena a;
	struct store_issued row;
	arena_init(&a, NULL, 0, SIZE_MAX);
	bool are = find_tokens(&a, &row) && str_eq(row.scopes, str_of(wanted));
	arena_reset(&a);
	return are;
}

bool scopes_as_asked(void)
{
	return count_tokens() == 1 && scopes_are("openid read");
}

bool scopes_changed(void)
{
	return count_tokens() == 1 && scopes_are("read");
}

bool no_tokens(void)
{
	return count_tokens() == 0;
}

bool no_consent(void)
{
	return count_tokens() == 1 && !has_consent(1);
}

bool tokens_and_consent(void)
{
	return still_same_tokens() && has_consent(1);
}

/* ---- The ways there ---- */

void begin(bool warm)
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

static bool keys_are_kept;

void forget(bool warm)
{
	if (warm)
		return;
	fixture_end(&f); /* it holds some */
	definitions_free(f.server.definitions);
	f.server.definitions = definitions_new(8, SIZE_MAX);
	if (keys_are_kept)
		return;
	jwk_cache_free(f.server.keys);
	f.server.keys = jwk_cache_new(4, SIZE_MAX);
}

void opened(const char *request)
{
	fixture_post(&f, AUTHENTICATION, request);
	take("ticket", ticket);
	snprintf(body, sizeof body, "{\"ticket\":\"%s\"}", ticket);
}

void issued(const char *request)
{
	opened(request);
	fixture_post(&f, AUTHENTICATION "/issue", body);
	take("authReqId", auth_req_id);
}

void complete_body(void)
{
	snprintf(body, sizeof body,
		"{\"ticket\":\"%s\",\"result\":\"AUTHORIZED\",\"subject\":\"john\",\"claims\":"
		"\"{\\\"name\\\":\\\"John\\\"}\",\"properties\":[{\"key\":\"a\",\"value\":\"b\"}]}",
		ticket);
}

void poll_body(void)
{
	snprintf(body, sizeof body,
		"{\"clientId\":\"1\"," SECRET ",\"parameters\":\"grant_type="
		"urn:openid:params:grant-type:ciba&auth_req_id=%s\"}",
		auth_req_id);
}

void prepare_poll(const struct subject *s, bool warm)
{
	(void)s;
	begin(warm);
	issued(REQUEST("1"));
	complete_body();
	fixture_post(&f, AUTHENTICATION "/complete", body);
	poll_body();
	forget(warm);
}

void have_tokens(bool warm)
{
	prepare_poll(NULL, warm);
	fixture_post(&f, PATH "auth/token", body);
	take("accessToken", access_token);
	take("refreshToken", refresh_token);
}

/* ---- The table of a test ---- */

static const struct tortured *table;
static size_t table_n;

static void torture_all(enum torture_kind kind)
{
	fixture_open(&f, seed, MODE_FAITHFUL);
	f.server.keys = jwk_cache_new(4, SIZE_MAX);
	f.server.definitions = definitions_new(8, SIZE_MAX);
	keys_are_kept = kind == ALLOCATION || kind == ALLOCATIONS_FOR_GOOD;
	for (size_t i = 0; i < table_n; i++)
		for (int warm = 0; warm < 2; warm++)
			if (torture(&table[i].call, kind, warm, table[i].prepare) == 0 &&
				!warm) /* jwks of a service that is kept needs nothing */
				fail_msg("%s: nothing failed", table[i].call.name);
	fixture_end(&f);
	definitions_free(f.server.definitions);
	jwk_cache_free(f.server.keys);
	fixture_close(&f);
}

static void fails(void **state)
{
	torture_all(*(const enum torture_kind *)*state);
}

int torture_journey(const struct tortured *subjects, size_t n)
{
	static enum torture_kind kinds[] = {ARENA, SQL, ALLOCATION, ALLOCATIONS_FOR_GOOD};
	const struct CMUnitTest tests[] = {
		{"arena", fails, NULL, NULL, &kinds[0]},
		{"SQL", fails, NULL, NULL, &kinds[1]},
		{"an allocation", fails, NULL, NULL, &kinds[2]},
		{"allocations for good", fails, NULL, NULL, &kinds[3]},
	};
	table = subjects;
	table_n = n;
	return cmocka_run_group_tests(tests, failing_take_allocators, NULL);
}
