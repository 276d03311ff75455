/* Memory runs out and SQL fails at every point of a call, one after the other: in arenas, in every
 * allocation of ours and of SQLite and libcrypto (once, and from then on), in every statement, with
 * statements prepared and not. Whatever happens, the answer is the right one or a clean 500, the
 * data has changed if and only if the answer is the right one, and the store works on. */
#include "check.h"

#include <string.h>

#include "failing.h"
#include "http/fault.h"
#include "snapshot.h"
#include "torture.h"

/* --- what is tortured --- */

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

static void prepare(const struct subject *s, bool warm);

static const struct subject subjects[] = {
	{"fail", FAIL_PATH,
		"{\"ticket\":\"mock-ticket-5\",\"reason\":\"ACCESS_DENIED\","
		"\"errorDescription\":\"\\u0000 and more\",\"errorUri\":\"https://example.com/\"}",
		200, true, ticket_there, ticket_gone, .prepare = prepare},
	{"create tickets", TICKETS_PATH, "{\"count\":20}", 201, false, ticket_there, twenty_more,
		.prepare = prepare},
	{"create service", "/__admin/services", SERVICE_5, 201, false, no_service_5, service_5,
		.prepare = prepare},
	{"delete service", "/api/5/service/delete", NULL, 204, true, service_5, no_service_5,
		"DELETE", .prepare = prepare},
	{"update service", SERVICE_PATH "service/update", "{\"serviceName\":\"changed\"}", 200,
		false, service_same, service_renamed, .prepare = prepare},
	{"create client", SERVICE_PATH "client/create",
		"{\"clientName\":\"c\",\"clientIdAlias\":\"fresh\",\"developer\":\"d\"}", 201,
		false, nine_clients, ten_clients, .prepare = prepare},
	{"update client", SERVICE_PATH "client/update/mock-web", "{\"clientName\":\"changed\"}",
		200, false, web_same, web_renamed, .prepare = prepare},
	{"lock client", SERVICE_PATH "client/lock_flag/update/mock-web", "{\"clientLocked\":true}",
		200, true, web_same, web_locked, .prepare = prepare},
	{"refresh secret", SERVICE_PATH "client/secret/refresh/mock-web", NULL, 200, false,
		web_same, web_has_new_secret, "GET", .prepare = prepare},
	{"delete client", SERVICE_PATH "client/delete/mock-web", NULL, 204, true, nine_clients,
		eight_clients, "DELETE", .prepare = prepare},
	{"reset", "/__admin/reset", "{}", 204, true, one_lost, nine_again, .prepare = prepare},
	{"reset to snapshot", "/__admin/reset", "{\"to\":\"a\"}", 204, true, one_lost, nine_again,
		.prepare = prepare},
	{"restore", "/__admin/snapshots/a/restore", NULL, 204, true, one_lost, nine_again, .prepare = prepare},
	{"save", "/__admin/snapshots/b", NULL, 204, true, no_snapshot, snapshot, "PUT", .prepare = prepare},
	/* of a service that nobody calls here */
	{"order a fault", "/__admin/faults",
		"{\"operation\":\"*\",\"serviceId\":5,\"clientId\":\"c\",\"effect\":"
		"{\"body\":{\"a\":[1]},\"headers\":{\"X-A\":\"b\",\"X-C\":\"d\"}}}",
		201, true, no_fault, one_fault, .prepare = prepare,
		.no_sql = true}, /* faults are no data */
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

static void torture_all(enum torture_kind kind)
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
