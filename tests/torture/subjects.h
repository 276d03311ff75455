/* What torture_test.c tortures: a call, what its data look like before, and what after. */
#ifndef TESTS_TORTURE_SUBJECTS_H
#define TESTS_TORTURE_SUBJECTS_H

#include <string.h>

#include "http/fault.h"
#include "snapshot.h"
#include "torture.h"

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

/* How many services there are, if as many are listed as are counted. */
static int64_t count_services(void)
{
	struct store_service *services;
	size_t n;
	int64_t total;
	struct arena a;
	arena_init(&a, NULL, 0, SIZE_MAX);
	int r = store_service_list(f.server.silo.store, &a, 0, 100, &services, &n, &total);
	arena_reset(&a);
	return r < 0 ? -2 : total != (int64_t)n ? -3 : total;
}

static bool one_service(void)
{
	return count_services() == 1 && nine_clients();
}

static bool two_services(void)
{
	return count_services() == 2 && nine_clients();
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
#define CREATE_SERVICE "/api/service/create" /* by the organization */
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
	{"create a service", CREATE_SERVICE, "{\"serviceName\":\"six\"}", 201, false, one_service,
		two_services, NULL},
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

#endif
