/* Numbers of issued tokens: in order, without a hole, and none of them twice. */
#include "store_file.h"

#include <errno.h>
#include <sys/wait.h>

static struct store *store; /* in memory */
static struct clock now;
static struct rand source;

static struct store *open_in_memory(void)
{
	struct store *s = NULL;
	const char *why = "";
	bool fresh;
	if (store_open(NULL, &s, &fresh, &why) < 0)
		fail_msg("store_open: %s", why);
	return s;
}

static int set_up_both(void **state)
{
	store = open_in_memory();
	return set_up(state);
}

static int tear_down_both(void **state)
{
	store_close(store);
	return tear_down(state);
}

struct work {
	unsigned char token;
	int64_t number;
	int result; /* what the work shall come to after all */
};

static int put(struct store *s, void *arg)
{
	struct work *w = arg;
	struct store_issued row = {.grant_type = STR("CIBA"),
		.scopes = STR(""),
		.refresh_scopes = STR(""),
		.details = STR("")};
	row.access_hash[0] = w->token;
	int r = store_issued_put(s, 1, &row);
	w->number = row.number;
	return r < 0 ? r : w->result;
}

/* The number of a token that is there from then on, unless result is an error. */
static int64_t number(struct store *s, unsigned char token, int result)
{
	struct work w = {.token = token, .result = result};
	assert_int_equal(store_transaction(s, false, put, &w), result);
	return w.number;
}

static void gives_back_what_did_not_come(void **state)
{
	(void)state;
	assert_int_equal(number(store, 1, -EIO), 1); /* the first, which asks the counter */
	assert_int_equal(number(store, 1, 0), 1);
	assert_int_equal(number(store, 2, -EIO), 2);
	assert_int_equal(number(store, 2, 0), 2);
	assert_int_equal(store_transaction(store, true, NULL, NULL), 0);
	assert_int_equal(number(store, 1, 0), 1);
}

static void goes_on_after_many(void **state)
{
	(void)state;
	for (int i = 1; i <= 2500; i++) {
		assert_int_equal(number(store, 1, 0), i);
		assert_int_equal(store_issued_delete(store, 1, i), 0);
	}
}

static void goes_on_in_images(void **state)
{
	struct str image;
	(void)state;
	for (int64_t i = 1; i <= 3; i++)
		assert_int_equal(number(store, (unsigned char)i, 0), i);
	assert_int_equal(store_issued_delete(store, 1, 3), 0);
	assert_int_equal(store_save(store, &now, &source, &image), 0);
	assert_int_equal(number(store, 4, 0), 4);
	assert_int_equal(store_restore(store, image, &now, &source), 0);
	assert_int_equal(number(store, 4, 0), 4);
	struct store *other = open_in_memory();
	assert_int_equal(number(other, 9, 0), 1);
	assert_int_equal(store_restore(other, image, &now, &source), 0);
	assert_int_equal(number(other, 4, 0), 4);
	store_close(other);
	store_image_free(image);
}

/* A save that fails at any statement, or none: the next block must not overlap the last. */
static void survives_failed_saves(void **state)
{
	struct str image;
	(void)state;
	for (unsigned long n = 1; n <= 6; n++) {
		struct store *s = open_in_memory();
		int64_t last = 0;
		for (unsigned i = 1; i <= 5; i++)
			last = number(s, (unsigned char)i, 0);
		sql_fail_at(n);
		if (store_save(s, &now, &source, &image) == 0)
			store_image_free(image);
		sql_fail_at(0);
		for (int i = 0; i < 2100; i++) {
			int64_t next = number(s, 6, 0);
			assert_true(next > last);
			last = next;
			assert_int_equal(store_issued_delete(s, 1, next), 0);
		}
		store_close(s);
	}
}

static void goes_on_in_files(void **state)
{
	(void)state;
	struct store *s = open_good(true);
	assert_int_equal(number(s, 1, 0), 1);
	assert_int_equal(number(s, 2, 0), 2);
	assert_int_equal(store_issued_delete(s, 1, 2), 0);
	store_close(s);
	s = open_good(false);
	assert_int_equal(number(s, 2, 0), 3);
	store_close(s);
	pid_t child = fork();
	if (child == 0) { /* it dies as by kill -9 */
		s = open_good(false);
		int64_t last = number(s, 3, 0);
		_exit(last == 4 && store_issued_delete(s, 1, last) == 0 ? 0 : 1);
	}
	int status = -1;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	s = open_good(false);
	assert_true(number(s, 4, 0) > 4);
	store_close(s);
}

#define BOTH(function) cmocka_unit_test_setup_teardown(function, set_up_both, tear_down_both)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(gives_back_what_did_not_come),
		BOTH(goes_on_after_many),
		BOTH(goes_on_in_images),
		BOTH(survives_failed_saves),
		BOTH(goes_on_in_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
