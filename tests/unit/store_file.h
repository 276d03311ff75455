/* What the tests of databases in files share: a directory for each test with one file in it. */
#ifndef TESTS_STORE_FILE_H
#define TESTS_STORE_FILE_H

#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/sql.h"
#include "store/store.h"

static char directory[] = "/tmp/store-test-XXXXXX";
static char path[64], wal[80];
static struct arena a;

static int set_up(void **state)
{
	(void)state;
	strcpy(directory + sizeof directory - 7, "XXXXXX");
	if (!mkdtemp(directory))
		return -1;
	snprintf(path, sizeof path, "%s/x.db", directory);
	snprintf(wal, sizeof wal, "%s-wal", path);
	arena_init(&a, NULL, 0, (size_t)16 << 20);
	return 0;
}

static int tear_down(void **state)
{
	char shm[80];
	(void)state;
	sql_fail_at(0);
	snprintf(shm, sizeof shm, "%s-shm", path);
	unlink(shm);
	unlink(wal);
	unlink(path);
	rmdir(directory);
	arena_reset(&a);
	return 0;
}

static struct store *open_good(bool wanted_fresh)
{
	struct store *s = NULL;
	bool fresh = !wanted_fresh;
	const char *why = "";
	int r = store_open(path, &s, &fresh, &why);
	if (r < 0)
		fail_msg("store_open: %s", why);
	assert_int_equal(fresh, wanted_fresh);
	return s;
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

#endif
