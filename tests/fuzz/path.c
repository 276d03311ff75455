/* A method, a space, a path: found or not, consistently; and percent decoding of anything. */
#include <string.h>

#include "fuzz.h"
#include "http/route.h"

static void decode(struct str text, bool plus)
{
	char *out = malloc(text.n ? text.n : 1); /* exactly the promised room */
	must(out);
	ptrdiff_t n = percent_decode(text, plus, out);
	must(n <= (ptrdiff_t)text.n);
	if (text.n && !memchr(text.p, '%', text.n))
		must(n == (ptrdiff_t)text.n);
	free(out);
}

static void must_be_consistent(const struct route_match *m)
{
	must(!m->op == !m->route);
	if (m->op)
		must(m->methods & 1u << m->route->method);
	if (m->service_segment_bad)
		must(!m->op && !m->methods);
	for (size_t i = 0; i < 4; i++)
		must(str_is_utf8(m->params[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	struct arena a;
	struct str method, path;
	struct route_match m, slash;
	if (!ready)
		ready = route_init() == 0;
	must(ready);
	arena_init(&a, NULL, 0, FUZZ_CEILING);
	str_cut(fuzz_str(data, size), ' ', &method, &path);
	must(route_find(&a, method, path, &m) == 0);
	must_be_consistent(&m);
	struct str longer = arena_printf(
		&a, "%.*s/", (int)strnlen(path.n ? path.p : "", path.n), path.n ? path.p : "");
	must(route_find(&a, method, longer, &slash) == 0);
	must_be_consistent(&slash);
	if (path.n && path.p[0] == '/' && !memchr(path.p, '\0', path.n))
		must(slash.op == m.op && slash.methods == m.methods);
	decode(fuzz_str(data, size), false);
	decode(fuzz_str(data, size), true);
	arena_reset(&a);
	return 0;
}
