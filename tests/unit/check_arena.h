/* One arena `a` for each test of a file, and its set_up and tear_down for cmocka. Define
 * ARENA_CEILING first where the ceiling matters. */
#ifndef TESTS_CHECK_ARENA_H
#define TESTS_CHECK_ARENA_H

#include "check.h"
#include "core/arena.h"

#ifndef ARENA_CEILING
#define ARENA_CEILING ((size_t)256 << 20)
#endif

static struct arena a;

static int set_up(void **state)
{
	(void)state;
	arena_init(&a, NULL, 0, ARENA_CEILING);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_fail_at(0);
	arena_reset(&a);
	return 0;
}

#endif
