#include "check.h"

#include <string.h>

#include "http/route.h"

static struct arena a;

static int set_up(void **state)
{
	(void)state;
	arena_init(&a, NULL, 0, (size_t)1 << 20);
	return route_init();
}

static int tear_down(void **state)
{
	(void)state;
	arena_reset(&a);
	route_release();
	return 0;
}

static struct route_match find(const char *method, const char *path)
{
	struct route_match m;
	check(path, route_find(&a, str_of(method), str_of(path), &m) == 0);
	return m;
}

static void finds(void **state)
{
	static const struct {
		const char *method, *path, *op;
		bool v2;
		const char *params[2];
	} rows[] = {
		{"POST", "/api/1/backchannel/authentication/fail",
			"backchannel/authentication/fail", false, {"1"}},
		{"POST", "/api/backchannel/authentication/fail", "backchannel/authentication/fail",
			true, {NULL}},
		{"POST", "/api/0123456789012345678901234567890/backchannel/authentication/fail",
			"backchannel/authentication/fail", false,
			{"0123456789012345678901234567890"}},
		{"POST", "/api/1/backchannel/authentication/fail/",
			"backchannel/authentication/fail", false, {"1"}},
		{"POST", "/api/1/backchannel/authentication/fail///",
			"backchannel/authentication/fail", false, {"1"}},
		{"POST", "/api/%31/back%63hannel/authentication/%66ail",
			"backchannel/authentication/fail", false, {"1"}},
		{"GET", "/api/info", "info", false, {NULL}},
		{"HEAD", "/api/info", "info", false, {NULL}},
		{"GET", "/api/lifecycle/healthcheck", "lifecycle/healthcheck", false, {NULL}},
		{"GET", "/__admin/health", NULL, false, {NULL}},
		{"GET", "/__admin/services/7/tickets/a%2Fb", NULL, false, {"7", "a/b"}},
		{"DELETE", "/__admin/services/7/tickets/%C3%A4%20+", NULL, false,
			{"7", "\xC3\xA4 +"}},
		{"GET", "/__admin/services/7/tickets/%2E%2E", NULL, false, {"7", ".."}},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct route_match m = find(rows[i].method, rows[i].path);
		check(rows[i].path, m.op != NULL);
		check(rows[i].path, m.route != NULL);
		check(rows[i].path, m.route->v2 == rows[i].v2);
		check(rows[i].path, m.methods != 0);
		if (rows[i].op)
			check_str(rows[i].path, str_of(m.op->name), rows[i].op);
		for (size_t k = 0; k < 2; k++)
			check_str(rows[i].path, m.params[k], rows[i].params[k]);
	}
	struct route_match m = find("GET", "/__admin/services/7/tickets/x%00y");
	assert_true(str_eq(m.params[1], BYTES("x\0y")));
}

static void tells_405(void **state)
{
	static const struct {
		const char *method, *path;
		unsigned methods;
	} rows[] = {
		{"GET", "/api/1/backchannel/authentication/fail", 1u << OP_POST},
		{"HEAD", "/api/1/backchannel/authentication/fail", 1u << OP_POST},
		{"post", "/api/1/backchannel/authentication/fail", 1u << OP_POST},
		{"", "/api/1/backchannel/authentication/fail", 1u << OP_POST},
		{"PATCH", "/api/info", 1u << OP_GET},
		{"GETX", "/api/info", 1u << OP_GET},
		{"PUT", "/__admin/services/1/tickets", 1u << OP_GET | 1u << OP_POST},
		{"POST", "/__admin/services/1/tickets/x", 1u << OP_GET | 1u << OP_DELETE},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct route_match m = find(rows[i].method, rows[i].path);
		check(rows[i].path, !m.op && !m.route);
		check(rows[i].path, m.methods == rows[i].methods);
		check(rows[i].path, !m.service_segment_bad);
	}
}

static void tells_404(void **state)
{
	static const struct {
		const char *path;
		bool service;
	} rows[] = {
		{"", false},
		{"/", false},
		{"//", false},
		{"/api", false},
		{"/api/", false},
		{"/API/info", false},
		{"api/info", false},
		{"*", false},
		{"http://host/api/info", false},
		{"//api/info", false},
		{"/api//info", false},
		{"/api/1", false},
		{"/api/1/backchannel", false},
		{"/api/1/backchannel/authentication/fail/x", false},
		{"/api/1/Backchannel/authentication/fail", false},
		{"/api/1//backchannel/authentication/fail", false},
		{"/api/1%2Fbackchannel/authentication/fail", true},
		{"/api/x/backchannel/authentication/fail", true},
		{"/api/-1/backchannel/authentication/fail", true},
		{"/api/1x/backchannel/authentication/fail", true},
		{"/api/%D9%A1/backchannel/authentication/fail", true},
		{"/api/1%00/backchannel/authentication/fail", true},
		{"/api/%/backchannel/authentication/fail", false},
		{"/api/1/backchannel/authentication/fai%6", false},
		{"/api/inf%FF", false},
		{"/api/1/../info", false},
		{"/api/./info", true},
		{"/__admin", false},
		{"/__admin/services/1/tickets/%C0%80", false},
		{"/__admin/services/1/tickets/\xFF", false},
		{"/__admin/services/1/tickets/a/b", false},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct route_match m = find("POST", rows[i].path);
		check(rows[i].path, !m.op && !m.route && m.methods == 0);
		check(rows[i].path, m.service_segment_bad == rows[i].service);
	}
}

/* Each operation is found under each of its patterns, with any parameter. */
static void knows_every_operation(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_ops; i++)
		for (size_t k = 0; k < ops[i].n_routes; k++) {
			const struct op_route *route = &ops[i].routes[k];
			char path[200];
			size_t n = 0;
			for (const char *p = route->pattern; *p; p++) {
				path[n++] = *p == '{' ? '5' : *p;
				if (*p == '{')
					p = strchr(p, '}');
			}
			path[n] = '\0';
			struct route_match m = find(op_method_names[route->method], path);
			check(path, m.op == &ops[i] && m.route == route);
		}
	assert_true(n_ops >= 13);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds),
		cmocka_unit_test(tells_405),
		cmocka_unit_test(tells_404),
		cmocka_unit_test(knows_every_operation),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
