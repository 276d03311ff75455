/* Databases in files: kept, refused, never overwritten. */
#include "store_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "store/migrations.h"
#include "store_rows.h"

static int put_ticket(struct store *s, const char *name)
{
	struct ticket t = {.name = str_of(name), .expires_at = 1};
	return store_ticket_put(s, 1, &t);
}

static bool has_ticket(struct store *s, const char *name)
{
	struct ticket t;
	return store_ticket_get(s, &a, 1, str_of(name), &t) == 0;
}

/* All bytes of the file, in the arena. */
static struct str bytes_of(const char *name)
{
	struct stat facts;
	int file = open(name, O_RDONLY);
	if (file < 0)
		return STR_NONE;
	assert_int_equal(fstat(file, &facts), 0);
	if (!S_ISREG(facts.st_mode)) {
		close(file);
		return STR_NONE;
	}
	char *p = arena_alloc(&a, (size_t)facts.st_size + 1);
	assert_non_null(p);
	assert_int_equal(read(file, p, (size_t)facts.st_size), facts.st_size);
	close(file);
	return (struct str){p, (size_t)facts.st_size};
}

static void write_file(struct str bytes)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(file >= 0);
	assert_int_equal(write(file, bytes.p, bytes.n), bytes.n);
	close(file);
}

/* Opening must fail, say why, and leave every byte as it was. */
static void check_refused(const char *row, const char *because)
{
	struct store *s = NULL;
	bool fresh;
	const char *why = "";
	struct str before = bytes_of(path);
	int r = store_open(path, &s, &fresh, &why);
	if (r == 0)
		store_close(s);
	check(row, r < 0);
	if (!strstr(why, because))
		fail_msg("%s: %s", row, why);
	check(row, str_eq(before, bytes_of(path)));
}

static void keeps_its_data(void **state)
{
	(void)state;
	struct store *s = open_good(true);
	assert_int_equal(put_ticket(s, "a"), 0);
	assert_int_equal(store_service_put(s, &SERVICE(5, STR("secret"), 0)), 0);
	store_close(s);
	s = open_good(false);
	assert_true(has_ticket(s, "a"));
	assert_int_equal(store_service_find(s, &a, 5, NULL), 0);
	store_close(s);
}

/* A process that ends without a word loses nothing that it was told is stored. */
static void survives_its_process(void **state)
{
	(void)state;
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		bool fresh, deleted;
		const char *why;
		struct store *s;
		if (store_open(path, &s, &fresh, &why) < 0 || put_ticket(s, "a") < 0 ||
			put_ticket(s, "b") < 0 || store_ticket_delete(s, 1, STR("a"), &deleted) < 0)
			_exit(1);
		_exit(0);
	}
	int status;
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_true(bytes_of(wal).n > 0);
	struct store *s = open_good(false);
	assert_true(!has_ticket(s, "a") && has_ticket(s, "b"));
	store_close(s);
}

static void is_alone(void **state)
{
	(void)state;
	struct store *s = open_good(true);
	assert_int_equal(put_ticket(s, "a"), 0);
	fflush(NULL);
	pid_t child = fork(); /* locks belong to a process */
	if (child == 0) {
		struct store *second;
		bool fresh;
		const char *why;
		int r = store_open(path, &second, &fresh, &why);
		_exit(r != -EBUSY ? 1 : strstr(why, "another process") ? 0 : 2);
	}
	int status;
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_true(has_ticket(s, "a"));
	assert_int_equal(put_ticket(s, "b"), 0);
	store_close(s);
}

static void make_foreign(const char *statements)
{
	struct sql *db;
	unlink(path);
	assert_int_equal(sql_open(path, &db), 0);
	assert_int_equal(sql_exec(db, statements), 0);
	sql_close(db, false);
}

static void refuses_foreign_files(void **state)
{
	char text[100];
	(void)state;
	make_foreign("CREATE TABLE t (x)");
	check_refused("another program's", "another program");
	make_foreign("PRAGMA user_version = 3");
	check_refused("another program's, empty", "another program");
	make_foreign("PRAGMA application_id = 7");
	check_refused("another program's id", "another program");
	snprintf(text, sizeof text,
		"PRAGMA application_id = %d; PRAGMA user_version = %d; CREATE TABLE t (x)",
		STORE_APPLICATION_ID, 10000);
	make_foreign(text);
	check_refused("a newer one", "newer");
	snprintf(text, sizeof text,
		"PRAGMA application_id = %d; PRAGMA user_version = 0; CREATE TABLE t (x)",
		STORE_APPLICATION_ID);
	make_foreign(text);
	check_refused("ours by name, no version", "damaged");
	snprintf(text, sizeof text, "PRAGMA application_id = %d; PRAGMA user_version = -1",
		STORE_APPLICATION_ID);
	make_foreign(text);
	check_refused("ours by name, negative version", "damaged");
	write_file(STR(
		"This is a diary, not a database.\nDear diary, today I was nearly overwritten.\n"
		"But nobody opens a text file as a database without looking at it first.\n"));
	check_refused("a text", "not a SQLite database");
	chmod(path, 0);
	if (geteuid() != 0)
		check_refused("unreadable", "cannot be read");
}

static void refuses_damaged_files(void **state)
{
	char name[64];
	(void)state;
	struct store *s = open_good(true);
	for (int i = 0; i < 2000; i++) {
		snprintf(name, sizeof name, "a ticket with a name to fill some pages %d", i);
		assert_int_equal(put_ticket(s, name), 0);
	}
	store_close(s);
	struct str whole = bytes_of(path);
	assert_true(whole.n > 65536);
	write_file((struct str){whole.p, whole.n / 2});
	check_refused("half of it", "damaged");
	write_file((struct str){whole.p, 1000});
	check_refused("its first page, cut", "");
	struct str hurt = arena_copy(&a, whole);
	char *bytes = (char *)(uintptr_t)hurt.p;
	memset(bytes + 8192, 0xA5, 8192);
	write_file(hurt);
	check_refused("two pages overwritten", "damaged");
	write_file(whole); /* and whole again it opens */
	s = open_good(false);
	assert_true(has_ticket(s, name));
	store_close(s);
}

static void refuses_no_files(void **state)
{
	(void)state;
	snprintf(path, sizeof path, "%s/none/x.db", directory);
	check_refused("no directory", "cannot be read");
	snprintf(path, sizeof path, "%s", directory);
	check_refused("a directory", "cannot be read");
	snprintf(path, sizeof path, "%s/x.db", directory);
}

/* Each statement of the migration fails once: the file is as fresh as before. */
static void migrates_whole(void **state)
{
	struct store *s;
	bool fresh;
	const char *why;
	unsigned long n;
	int r = -1;
	(void)state;
	for (n = 1; r < 0 && n < 50; n++) {
		sql_fail_at(n);
		r = store_open(path, &s, &fresh, &why);
	}
	sql_fail_at(0);
	assert_int_equal(r, 0);
	assert_true(n > 5);
	assert_true(fresh);
	assert_int_equal(put_ticket(s, "a"), 0);
	store_close(s);
	store_close(open_good(false));
}
int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(keeps_its_data),
		CASE(survives_its_process),
		CASE(is_alone),
		CASE(refuses_foreign_files),
		CASE(refuses_damaged_files),
		CASE(refuses_no_files),
		CASE(migrates_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
