#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "core/arena.h"

#define MIB ((size_t)1 << 20)

/* The arena poisons what it was given; memory of malloc may be freed so, the stack may not. */
static void *first;

static int set_up(void **state)
{
	(void)state;
	first = aligned_alloc(16, 1024);
	return first ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	free(first);
	return 0;
}

static void aligns_and_separates(void **state)
{
	struct arena a;
	unsigned char *pieces[200];
	(void)state;
	arena_init(&a, first, 1024, MIB);
	for (size_t i = 0; i < COUNT(pieces); i++) {
		pieces[i] = arena_alloc(&a, i + 1);
		assert_non_null(pieces[i]);
		assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
		memset(pieces[i], (int)i, i + 1);
	}
	for (size_t i = 0; i < COUNT(pieces); i++)
		for (size_t k = 0; k <= i; k++)
			assert_int_equal(pieces[i][k], i);
	assert_false(a.failed);
	arena_reset(&a);
}

static void uses_the_first_chunk_first(void **state)
{
	struct arena a;
	(void)state;
	arena_init(&a, first, 1024, MIB);
	assert_ptr_equal(arena_alloc(&a, 1000), first);
	assert_int_equal(a.used, 0);
	assert_non_null(arena_alloc(&a, 100));
	assert_true(a.used > 0);
	arena_reset(&a);
	assert_int_equal(a.used, 0);
	assert_ptr_equal(arena_alloc(&a, 1000), first);
	arena_reset(&a);
}

static void keeps_its_ceiling(void **state)
{
	struct arena a;
	size_t got = 0;
	(void)state;
	arena_init(&a, NULL, 0, 100 * 1024);
	while (arena_alloc(&a, 1000))
		got++;
	assert_in_range(got, 90, 102);
	assert_true(a.used <= a.ceiling);
	assert_true(a.failed && a.full);
	arena_reset(&a);
	assert_false(a.failed || a.full);

	arena_init(&a, NULL, 0, 100 * 1024);
	assert_null(arena_alloc(&a, 100 * 1024 + 1));
	assert_non_null(arena_alloc(&a, 100 * 1024));
	assert_null(arena_alloc(&a, 1));
	arena_reset(&a);
	/* nothing but the first chunk */
	arena_init(&a, first, 1024, 0);
	assert_non_null(arena_alloc(&a, 1024));
	assert_false(a.failed);
	assert_null(arena_alloc(&a, 1));
	arena_reset(&a);
}

static void latches_failure(void **state)
{
	struct arena a;
	(void)state;
	arena_init(&a, NULL, 0, 8192);
	assert_null(arena_alloc(&a, 1 << 20));
	assert_true(a.failed && a.full);
	assert_non_null(arena_alloc(&a, 16));
	assert_true(a.failed);
	arena_reset(&a);
	assert_false(a.failed);
}

static void refuses_absurd_sizes(void **state)
{
	static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 7, SIZE_MAX - 15, SIZE_MAX / 2 + 1};
	struct arena a;
	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		arena_init(&a, first, 1024, MIB);
		assert_null(arena_alloc(&a, sizes[i]));
		assert_true(a.failed);
		arena_reset(&a);
	}
	assert_null(arena_calloc(&a, SIZE_MAX / 2, 3));
	assert_true(a.failed);
	arena_reset(&a);
}

static void gives_large_pieces_without_a_ceiling(void **state)
{
	struct arena a;
	(void)state;
	arena_init(&a, NULL, 0, SIZE_MAX);
	assert_non_null(arena_alloc(&a, 2 * MIB));
	assert_false(a.failed || a.full);
	arena_reset(&a);
}

static void gives_empty_pieces(void **state)
{
	struct arena a;
	(void)state;
	/* NULL means failure, so an empty piece is none, even of an arena without any memory yet */
	arena_init(&a, NULL, 0, MIB);
	assert_non_null(arena_alloc(&a, 0));
	assert_false(a.failed);
	arena_reset(&a);
}

static void fails_on_request(void **state)
{
	struct arena a;
	(void)state;
	arena_init(&a, first, 1024, MIB);
	arena_fail_at(3);
	assert_non_null(arena_alloc(&a, 1));
	assert_non_null(arena_alloc(&a, 1));
	assert_false(a.failed);
	assert_null(arena_alloc(&a, 1));
	assert_true(a.failed && !a.full);
	for (int i = 0; i < 10; i++)
		assert_non_null(arena_alloc(&a, 1));
	arena_fail_at(1);
	arena_fail_at(0);
	assert_non_null(arena_alloc(&a, 1));
	arena_reset(&a);
}

static void clears_copies_and_prints(void **state)
{
	struct arena a;
	(void)state;
	arena_init(&a, first, 1024, MIB);
	memset(arena_alloc(&a, 512), 0xAA, 512);
	arena_reset(&a);
	unsigned char *zeros = arena_calloc(&a, 64, 8);
	assert_non_null(zeros);
	for (size_t i = 0; i < 512; i++)
		assert_int_equal(zeros[i], 0);

	struct str copy = arena_copy(&a, BYTES("a\0b"));
	assert_true(str_eq(copy, BYTES("a\0b")));
	assert_int_equal(copy.p[3], '\0');
	copy = arena_copy(&a, STR_NONE);
	assert_non_null(copy.p);
	assert_int_equal(copy.p[0], '\0');

	check_str("printf", arena_printf(&a, "%d-%s", 42, "x"), "42-x");
	char big[5000];
	memset(big, 'y', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	assert_int_equal(arena_printf(&a, "%s", big).n, sizeof big - 1);

	arena_fail_at(1);
	assert_null(arena_copy(&a, STR("x")).p);
	arena_fail_at(1);
	assert_null(arena_printf(&a, "x").p);
	arena_fail_at(1);
	assert_null(arena_calloc(&a, 1, 1));
	arena_reset(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(aligns_and_separates),
		cmocka_unit_test(uses_the_first_chunk_first),
		cmocka_unit_test(keeps_its_ceiling),
		cmocka_unit_test(latches_failure),
		cmocka_unit_test(refuses_absurd_sizes),
		cmocka_unit_test(gives_large_pieces_without_a_ceiling),
		cmocka_unit_test(gives_empty_pieces),
		cmocka_unit_test(fails_on_request),
		cmocka_unit_test(clears_copies_and_prints),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
