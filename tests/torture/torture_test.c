/* Memory runs out and SQL fails at every point of a call, one after the other: in arenas, in every
 * allocation of ours and of SQLite and libcrypto (once, and from then on), in every statement, with
 * statements prepared and not. Whatever happens, the answer is the right one or a clean 500, the
 * data has changed if and only if the answer is the right one, and the store works on. */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include "failing.h"
#include "fixture.h"
#include "http/fault.h"
#include "snapshot.h"
#include "store/sql.h"

/* --- what is tortured --- */

struct subject {
	const char *name;
	const char *target, *body;
	int status; /* when nothing fails */
	bool exact; /* the answer is the same each time */
	bool (*untouched)(void), (*done)(void);
	const char *method; /* NULL: POST */
};

static struct fixture f;

static bool ticket_there(void)
{
	return fixture_has_ticket(&f, SERVICE_ID, "mock-ticket-5") &&
	       fixture_count_tickets(&f, SERVICE_ID) == 9;
}

static bool ticket_gone(void)
{
	return !fixture_has_ticket(&f, SERVICE_ID, "mock-ticket-5") &&
	       fixture_count_tickets(&f, SERVICE_ID) == 8;
}

static bool twenty_more(void)
{
	return fixture_count_tickets(&f, SERVICE_ID) == 29;
}

/* The reset follows the loss of a ticket; see prepare(). */
static bool nine_again(void)
{
	return fixture_count_tickets(&f, SERVICE_ID) == 9 &&
	       fixture_has_ticket(&f, SERVICE_ID, "mock-ticket-1");
}

static bool one_lost(void)
{
	return fixture_count_tickets(&f, SERVICE_ID) == 8 &&
	       !fixture_has_ticket(&f, SERVICE_ID, "mock-ticket-1");
}

/* The clients of that service, if as many are there as are counted. */
static int64_t count_clients(int64_t service_id)
{
	struct store_client *clients;
	size_t n;
	int64_t total;
	struct arena a;
	arena_init(&a, NULL, 0, SIZE_MAX);
	int r = store_client_list(
		f.server.silo.store, &a, service_id, STR_NONE, 0, 100, &clients, &n, &total);
	arena_reset(&a);
	return r < 0 ? -2 : total != (int64_t)n ? -3 : total;
}

static bool no_service_5(void)
{
	return store_service_find(f.server.silo.store, NULL, 5, NULL) < 0 && ticket_there() &&
	       fixture_count_tickets(&f, 5) == 0 && count_clients(5) == 0;
}

static bool service_5(void)
{
	return store_service_find(f.server.silo.store, NULL, 5, NULL) == 0 && ticket_there() &&
	       fixture_count_tickets(&f, 5) == 2 && count_clients(5) == 2;
}

static bool nine_clients(void)
{
	return count_clients(SERVICE_ID) == 9 && ticket_there();
}

static bool ten_clients(void)
{
	return count_clients(SERVICE_ID) == 10 && ticket_there();
}

static bool eight_clients(void)
{
	return count_clients(SERVICE_ID) == 8 && ticket_there();
}

/* Which way the client mock-web differs from the seed's; one at a time. */
enum difference { NONE, NAME, LOCK, SECRET, TWO_AT_ONCE };

static enum difference web_differs(void)
{
	struct store_client client;
	struct arena a;
	enum difference found = NONE;
	arena_init(&a, NULL, 0, SIZE_MAX);
	if (store_client_get(f.server.silo.store, &a, SERVICE_ID, STR("2884100001"), &client) < 0)
		found = TWO_AT_ONCE;
	else if (client.locked)
		found = LOCK;
	else if (!str_eq(client.secret, STR("mock-client-secret-web")))
		found = SECRET;
	else if (memmem(client.document.p, client.document.n, "changed", 7))
		found = NAME;
	if (found == NAME && client.alias.p) /* it went with the rest that was not sent again */
		found = TWO_AT_ONCE;
	arena_reset(&a);
	return count_clients(SERVICE_ID) == 9 && ticket_there() ? found : TWO_AT_ONCE;
}

static bool web_same(void)
{
	return web_differs() == NONE;
}

static bool web_renamed(void)
{
	return web_differs() == NAME;
}

static bool web_locked(void)
{
	return web_differs() == LOCK;
}

static bool web_has_new_secret(void)
{
	return web_differs() == SECRET;
}

static bool service_renamed(void)
{
	struct store_service service;
	struct arena a;
	arena_init(&a, NULL, 0, SIZE_MAX);
	int r = store_service_get(f.server.silo.store, &a, SERVICE_ID, &service);
	bool renamed = r == 0 && memmem(service.document.p, service.document.n, "changed", 7);
	arena_reset(&a);
	return renamed && nine_clients();
}

static bool service_same(void)
{
	return !service_renamed() && nine_clients();
}

static bool snapshot(void)
{
	struct image *image;
	if (snapshot_get(&f.server.silo, STR("b"), &image) < 0)
		return false;
	image_release(image);
	return ticket_there();
}

static bool no_snapshot(void)
{
	return !snapshot() && ticket_there();
}

static bool no_fault(void)
{
	return faults_bytes(f.server.silo.faults) == 0 && ticket_there();
}

static bool one_fault(void)
{
	return faults_bytes(f.server.silo.faults) > 0 && ticket_there();
}

#define SERVICE_PATH "/api/2884000001/"
#define SERVICE_5                                                                                  \
	"{\"serviceId\":5,\"accessTokens\":[\"mock-service-token\",\"b\"],"                        \
	"\"tickets\":[{\"ticket\":\"x\"},{}],\"service\":{\"serviceName\":\"five\"},"              \
	"\"clients\":[{\"clientIdAlias\":\"y\"},{\"clientId\":7,\"clientSecret\":\"z\"}]}"

static const struct subject subjects[] = {
	{"fail", FAIL_PATH,
		"{\"ticket\":\"mock-ticket-5\",\"reason\":\"ACCESS_DENIED\","
		"\"errorDescription\":\"\\u0000 and more\",\"errorUri\":\"https://example.com/\"}",
		200, true, ticket_there, ticket_gone, NULL},
	{"create tickets", TICKETS_PATH, "{\"count\":20}", 201, false, ticket_there, twenty_more,
		NULL},
	{"create service", "/__admin/services", SERVICE_5, 201, false, no_service_5, service_5,
		NULL},
	{"delete service", "/api/5/service/delete", NULL, 204, true, service_5, no_service_5,
		"DELETE"},
	{"update service", SERVICE_PATH "service/update", "{\"serviceName\":\"changed\"}", 200,
		false, service_same, service_renamed, NULL},
	{"create client", SERVICE_PATH "client/create",
		"{\"clientName\":\"c\",\"clientIdAlias\":\"fresh\",\"developer\":\"d\"}", 201,
		false, nine_clients, ten_clients, NULL},
	{"update client", SERVICE_PATH "client/update/mock-web", "{\"clientName\":\"changed\"}",
		200, false, web_same, web_renamed, NULL},
	{"lock client", SERVICE_PATH "client/lock_flag/update/mock-web", "{\"clientLocked\":true}",
		200, true, web_same, web_locked, NULL},
	{"refresh secret", SERVICE_PATH "client/secret/refresh/mock-web", NULL, 200, false,
		web_same, web_has_new_secret, "GET"},
	{"delete client", SERVICE_PATH "client/delete/mock-web", NULL, 204, true, nine_clients,
		eight_clients, "DELETE"},
	{"reset", "/__admin/reset", "{}", 204, true, one_lost, nine_again, NULL},
	{"reset to snapshot", "/__admin/reset", "{\"to\":\"a\"}", 204, true, one_lost, nine_again,
		NULL},
	{"restore", "/__admin/snapshots/a/restore", NULL, 204, true, one_lost, nine_again, NULL},
	{"save", "/__admin/snapshots/b", NULL, 204, true, no_snapshot, snapshot, "PUT"},
	/* of a service that nobody calls here */
	{"order a fault", "/__admin/faults",
		"{\"operation\":\"*\",\"serviceId\":5,\"clientId\":\"c\",\"effect\":"
		"{\"body\":{\"a\":[1]},\"headers\":{\"X-A\":\"b\",\"X-C\":\"d\"}}}",
		201, true, no_fault, one_fault, NULL},
};

/* A store in the state before the call, its statements prepared or not. */
static void prepare(const struct subject *s, bool warm)
{
	fixture_renew(&f);
	if (s->untouched == one_lost) {
		bool deleted;
		snapshot_save(&f.server, &f.server.silo, STR("a"));
		if (warm) /* statements that were kept through a restore */
			snapshot_restore(&f.server.silo, STR("a"));
		store_ticket_delete(
			f.server.silo.store, SERVICE_ID, STR("mock-ticket-1"), &deleted);
	}
	if (s->untouched == service_5)
		fixture_post(&f, "/__admin/services", SERVICE_5);
	if (warm) { /* a round that leaves the data as they were, but every statement in use */
		fixture_post(&f, FAIL_PATH, "{\"ticket\":\"none\"}");
		fixture_post(&f, TICKETS_PATH, "{\"ticket\":\"warm\"}");
		fixture_post(&f, FAIL_PATH, "{\"ticket\":\"warm\"}");
	}
}

enum kind { ARENA, SQL, ALLOCATION, ALLOCATIONS_FOR_GOOD };
static const char *const kind_names[] = {"arena", "SQL", "malloc once", "malloc for good"};

static void arm(enum kind kind, unsigned long n)
{
	failing_at(0, false);
	if (kind == ARENA)
		arena_fail_at(n);
	else if (kind == SQL)
		sql_fail_at(n);
	else
		failing_at(n, kind == ALLOCATIONS_FOR_GOOD);
}

static void disarm(void)
{
	arena_fail_at(0);
	sql_fail_at(0);
	failing_stop();
}

/* A copy of the reply made before anything else runs. */
struct outcome {
	int status;
	size_t n;
	char body[400];
};

static struct outcome call(const struct subject *s, enum kind kind, unsigned long n)
{
	static const struct request form = {
		.authorization = BEARER, .content_type = "application/json"};
	struct request request = form;
	struct outcome o;
	request.method = s->method;
	request.target = s->target;
	request.body = s->body;
	fixture_end(&f); /* and what it needs itself is outside the torture */
	fixture_begin(&f, &request);
	arm(kind, n);
	fixture_finish(&f, &request);
	disarm();
	o.status = f.call->reply.status;
	o.n = f.call->reply.body.n;
	snprintf(o.body, sizeof o.body, "%.*s", STR_ARGS(f.call->reply.body));
	return o;
}

/* whole is the answer when nothing fails; random names are all of one length. */
static void judge(const struct subject *s, const char *where, const struct outcome *o,
	const struct outcome *whole)
{
	if (o->status == s->status) {
		if (!s->done())
			fail_msg("%s: answered %d, but it is not done", where, o->status);
		if (o->n != whole->n || (s->exact && strcmp(o->body, whole->body) != 0))
			fail_msg("%s: answered something else: %s", where, o->body);
	} else {
		if (o->status != 500 || !strstr(o->body, "\"resultCode\":\"A001101\""))
			fail_msg("%s: answered %d %s", where, o->status, o->body);
		if (!s->untouched())
			fail_msg("%s: answered 500, but something was changed", where);
	}
	/* the same store does it now, and stays able to do more */
	if (o->status != s->status) {
		struct outcome again = call(s, ARENA, 0);
		if (again.status != s->status || !s->done())
			fail_msg("%s: then answered %d %s", where, again.status, again.body);
	}
	if (fixture_post(&f, TICKETS_PATH, "{\"ticket\":\"after\"}")->status != 201 ||
		fixture_post(&f, FAIL_PATH, "{\"ticket\":\"after\"}")->status != 200 ||
		fixture_has_ticket(&f, SERVICE_ID, "after"))
		fail_msg("%s: the store does not work any more", where);
}

static void torture(const struct subject *s, enum kind kind, bool warm)
{
	enum { ENOUGH = 5 }; /* successes in a row: all points are behind */
	char where[120];
	unsigned long n, refused = 0, row = 0;
	prepare(s, warm);
	struct outcome whole = call(s, kind, 0);
	for (n = 1; row < ENOUGH; n++) {
		if (n > 20000)
			fail_msg("%s: never succeeds", s->name);
		prepare(s, warm);
		snprintf(where, sizeof where, "%s, %s, %s, %lu", s->name, kind_names[kind],
			warm ? "warm" : "fresh", n);
		struct outcome o = call(s, kind, n);
		judge(s, where, &o, &whole);
		refused += o.status != s->status;
		/* an allocation may be refused and the call succeed all the same */
		row = o.status == s->status && !failing_hit() ? row + 1 : 0;
	}
	print_message("%-16s %-16s %s: %lu points, %lu refused\n", s->name, kind_names[kind],
		warm ? "warm" : "fresh", n - 1 - ENOUGH, refused);
	bool can_fail = kind == ARENA ? s->body != NULL : kind != SQL || s->untouched != no_fault;
	if (refused == 0 && can_fail) /* without a body some need no arena; faults are no data */
		fail_msg("%s: nothing failed", where);
}

static void torture_all(enum kind kind)
{
	fixture_open(&f, NULL, MODE_FAITHFUL);
	for (size_t i = 0; i < COUNT(subjects); i++)
		for (int warm = 0; warm < 2; warm++)
			torture(&subjects[i], kind, warm);
	fixture_close(&f);
}

static void arena_fails(void **state)
{
	(void)state;
	torture_all(ARENA);
}

static void sql_fails(void **state)
{
	(void)state;
	torture_all(SQL);
}

static void allocation_fails_once(void **state)
{
	(void)state;
	torture_all(ALLOCATION);
}

static void allocations_fail_for_good(void **state)
{
	(void)state;
	torture_all(ALLOCATIONS_FOR_GOOD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena_fails),
		cmocka_unit_test(sql_fails),
		cmocka_unit_test(allocation_fails_once),
		cmocka_unit_test(allocations_fail_for_good),
	};
	return cmocka_run_group_tests(tests, failing_take_allocators, NULL);
}
