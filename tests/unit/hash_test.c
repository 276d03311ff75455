#include "check.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"

static void hex_of(struct str s, char out[2 * SHA256_SIZE + 1])
{
	unsigned char hash[SHA256_SIZE];
	assert_int_equal(hash_sha256(s, hash), 0);
	for (size_t i = 0; i < SHA256_SIZE; i++)
		snprintf(out + 2 * i, 3, "%02x", hash[i]);
}

static void knows_the_vectors(void **state)
{
	/* FIPS 180-4 examples */
	static const struct {
		struct str text;
		const char *hash;
	} rows[] = {
		{BYTES(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{BYTES("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{BYTES("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
			"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
		{BYTES("\0"), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
	};
	char hex[2 * SHA256_SIZE + 1];
	(void)state;
	for (int round = 0; round < 2; round++) /* a context is used again */
		for (size_t i = 0; i < COUNT(rows); i++) {
			hex_of(rows[i].text, hex);
			assert_string_equal(hex, rows[i].hash);
		}
	char *million = malloc(1000000);
	assert_non_null(million);
	memset(million, 'a', 1000000);
	hex_of((struct str){million, 1000000}, hex);
	free(million);
	assert_string_equal(
		hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void *hash_often(void *failures)
{
	unsigned char first[SHA256_SIZE], again[SHA256_SIZE];
	if (hash_sha256(STR("abc"), first) < 0)
		return failures;
	for (int i = 0; i < 1000; i++)
		if (hash_sha256(STR("abc"), again) < 0 || memcmp(first, again, sizeof first) != 0)
			return failures;
	return NULL;
}

static void serves_threads(void **state)
{
	pthread_t threads[4];
	void *result;
	(void)state;
	for (size_t i = 0; i < COUNT(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, hash_often, threads), 0);
	for (size_t i = 0; i < COUNT(threads); i++) {
		pthread_join(threads[i], &result);
		assert_null(result);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_vectors),
		cmocka_unit_test(serves_threads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
