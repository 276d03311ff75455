#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "core/rand.h"

#define MANY 2000

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void makes_tokens(void **state)
{
	static char tokens[MANY][RAND_TOKEN_SIZE + 1];
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	bool seen[sizeof alphabet - 1] = {false};
	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		memset(tokens[i], '#', sizeof tokens[i]);
		assert_int_equal(rand_token(NULL, tokens[i]), 0);
		assert_int_equal(strlen(tokens[i]), RAND_TOKEN_SIZE);
		assert_int_equal(strspn(tokens[i], alphabet), RAND_TOKEN_SIZE);
		for (const char *p = tokens[i]; *p; p++)
			seen[strchr(alphabet, *p) - alphabet] = true;
	}
	for (size_t i = 0; i < COUNT(seen); i++)
		assert_true(seen[i]);
	qsort(tokens, MANY, sizeof tokens[0], by_text);
	for (size_t i = 1; i < MANY; i++)
		assert_string_not_equal(tokens[i - 1], tokens[i]);
}

static void makes_ids(void **state)
{
	int64_t id = 0, before = 0;
	unsigned equal = 0;
	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(rand_id(NULL, &id), 0);
		assert_true(id >= 1000000000 && id <= UINT32_MAX);
		equal += id == before;
		before = id;
	}
	assert_true(equal < 3);
}

static void fills_bytes_of_any_length(void **state)
{
	static const size_t lengths[] = {0, 1, 31, 32, 33, 64, 100};
	struct rand one = {0}, same = {0};
	unsigned char a[101], b[101];
	(void)state;
	assert_int_equal(rand_seed(&one, 7, STR("a")), 0);
	assert_int_equal(rand_seed(&same, 7, STR("a")), 0);
	for (size_t i = 0; i < COUNT(lengths); i++) {
		memset(a, '#', sizeof a);
		memset(b, '#', sizeof b);
		assert_int_equal(rand_bytes(&one, a, lengths[i]), 0);
		assert_int_equal(rand_bytes(&same, b, lengths[i]), 0);
		assert_memory_equal(a, b, sizeof a);
		assert_int_equal(a[lengths[i]], '#');
		assert_int_equal(rand_bytes(NULL, b, lengths[i]), 0);
		if (lengths[i] > 30)
			assert_memory_not_equal(a, b, lengths[i]);
	}
}

static void repeats_what_it_is_seeded_with(void **state)
{
	struct rand one = {0}, same = {0}, other = {0}, named = {0};
	char tokens[5][RAND_TOKEN_SIZE + 1];
	double fraction;
	(void)state;
	assert_int_equal(rand_seed(&one, 7, STR("a")), 0);
	assert_int_equal(rand_seed(&same, 7, STR("a")), 0);
	assert_int_equal(rand_seed(&other, 8, STR("a")), 0);
	assert_int_equal(rand_seed(&named, 7, STR("b")), 0);
	assert_int_equal(rand_token(&one, tokens[0]), 0);
	assert_int_equal(rand_token(&same, tokens[1]), 0);
	assert_int_equal(rand_token(&other, tokens[2]), 0);
	assert_int_equal(rand_token(&named, tokens[3]), 0);
	assert_string_equal(tokens[0], tokens[1]);
	assert_string_not_equal(tokens[0], tokens[2]);
	assert_string_not_equal(tokens[0], tokens[3]);
	uint64_t position = rand_save(&one);
	assert_int_equal(rand_token(&one, tokens[2]), 0);
	assert_string_not_equal(tokens[0], tokens[2]);
	rand_restore(&one, position);
	assert_int_equal(rand_token(&one, tokens[4]), 0);
	assert_string_equal(tokens[2], tokens[4]);
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(rand_fraction(&one, &fraction), 0);
		assert_true(fraction >= 0 && fraction < 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_tokens),
		cmocka_unit_test(makes_ids),
		cmocka_unit_test(fills_bytes_of_any_length),
		cmocka_unit_test(repeats_what_it_is_seeded_with),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
