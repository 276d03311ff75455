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
		assert_int_equal(rand_token(tokens[i]), 0);
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
		assert_int_equal(rand_id(&id), 0);
		assert_true(id >= 1000000000 && id <= UINT32_MAX);
		equal += id == before;
		before = id;
	}
	assert_true(equal < 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_tokens),
		cmocka_unit_test(makes_ids),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
