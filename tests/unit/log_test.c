/* The writer lives once per process, so each case has a process of its own. */
#include "check.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "log.h"

static char text[4 << 20];

/* Runs body in a child whose stderr is a pipe that is read once the child has ended, or, when it
 * writes more than a pipe holds, while it runs. Gives the exit code; text is what came. */
static int run_child(void (*body)(int stderr_reader), bool drain)
{
	int ends[2], status;
	size_t n = 0;
	ssize_t got;
	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(ends[1], STDERR_FILENO);
		close(ends[1]);
		body(ends[0]);
		_exit(0); /* no sanitizer report of what the parent had */
	}
	close(ends[1]);
	if (!drain)
		waitpid(child, &status, 0);
	while (n < sizeof text - 1 && (got = read(ends[0], text + n, sizeof text - 1 - n)) > 0)
		n += (size_t)got;
	text[n] = '\0';
	close(ends[0]);
	if (drain)
		waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 200;
}

static void before_start(int reader)
{
	(void)reader;
	log_line("early %d", 1);
	if (log_calls())
		_exit(1);
}

static void writes_before_start(void **state)
{
	(void)state;
	assert_int_equal(run_child(before_start, false), 0);
	assert_string_equal(text, "early 1\n");
}

/* More than the ring holds, at a pace that leaves the writer time: it wraps several times. */
#define LINES 6000

static void many_lines(int reader)
{
	(void)reader;
	if (log_start(true) < 0 || !log_calls())
		_exit(1);
	for (int i = 0; i < LINES; i++) {
		log_line("line %0100d", i);
		if (i % 100 == 0)
			usleep(500);
	}
	usleep(100000);
	log_stop(50);
	log_line("after");
}

static bool is_in_order(void)
{
	const char *p = text;
	for (int i = 0; i < LINES; i++) {
		char wanted[120];
		int n = snprintf(wanted, sizeof wanted, "line %0100d\n", i);
		if (strncmp(p, wanted, (size_t)n) != 0)
			return false;
		p += n;
	}
	return strcmp(p, "after\n") == 0;
}

/* A busy machine may keep the writer from its work; what time decides gets more than one chance. */
#define CHANCES 8

static void keeps_order(void **state)
{
	bool good = false;
	(void)state;
	for (int i = 0; i < CHANCES && !good; i++)
		good = run_child(many_lines, true) == 0 && is_in_order();
	assert_true(good);
}

/* Until so many bytes wait to be read, or too long. */
static void await(int reader, int wanted)
{
	for (int i = 0; i < 5000; i++) {
		int waiting = 0;
		if (ioctl(reader, FIONREAD, &waiting) < 0 || waiting >= wanted)
			return;
		usleep(1000);
	}
}

static void long_line(int reader)
{
	char line[5000];
	memset(line, 'x', sizeof line - 1);
	line[sizeof line - 1] = '\0';
	if (log_start(false) < 0 || log_calls())
		_exit(1);
	log_line("%s", line);
	log_line("%s", "");
	log_line("two\nlines\033[1m\x7F\xC3\xA4");
	log_line("next");
	await(reader, 2000 + 1 + 17 + 5);
	log_stop(50);
}

static void cuts_long_lines(void **state)
{
	(void)state;
	assert_int_equal(run_child(long_line, false), 0);
	size_t n = strspn(text, "x");
	assert_in_range(n, 1990, 2000);
	assert_string_equal(text + n, "\n\ntwo?lines?[1m?\xC3\xA4\nnext\n");
}

/* Nobody reads: the pipe fills, then the ring, then lines are lost; no call waits. */
static void unread(int reader)
{
	char line[1001];
	size_t got = 0;
	memset(line, 'y', sizeof line - 1);
	line[sizeof line - 1] = '\0';
	if (log_start(true) < 0)
		_exit(1);
	int64_t started = clock_monotonic_us();
	for (int i = 0; i < 2000; i++)
		log_line("%s", line);
	if (clock_monotonic_us() - started > 5000000)
		_exit(2);
	/* now somebody reads: what waited comes, and how much was lost */
	fcntl(reader, F_SETFL, O_NONBLOCK);
	for (int i = 0; i < 200; i++) {
		ssize_t n = read(reader, text + got, sizeof text - 1 - got);
		if (n > 0)
			got += (size_t)n;
		else
			usleep(1000);
	}
	text[got] = '\0';
	unsigned long lines = 0, lost = 0, some;
	for (const char *p = text; (p = strstr(p, "y\n")); p++)
		lines++;
	for (const char *p = text; (p = strstr(p, "mock: ")); p++)
		lost += sscanf(p, "mock: %lu log lines were lost", &some) == 1 ? some : 0;
	if (got < 250000 || lost < 1000)
		_exit(3);
	if (lines + lost != 2000)
		_exit(4);
	log_line("news");
	await(reader, 5);
	log_stop(50);
}

static void drops_and_reports(void **state)
{
	(void)state;
	assert_int_equal(run_child(unread, false), 0);
	assert_string_equal(text, "news\n");
}

static void stop_unread(int reader)
{
	char line[1001];
	(void)reader;
	memset(line, 'z', sizeof line - 1);
	line[sizeof line - 1] = '\0';
	if (log_start(true) < 0)
		_exit(1);
	for (int i = 0; i < 500; i++)
		log_line("%s", line);
	usleep(20000); /* the writer is stuck in write(2) by now */
	int64_t started = clock_monotonic_us();
	log_stop(50);
	if (clock_monotonic_us() - started > 90000)
		_exit(2); /* an orderly stop has 100 ms in all */
}

static void stops_in_time(void **state)
{
	int code = -1;
	(void)state;
	for (int i = 0; i < CHANCES && code != 0; i++)
		code = run_child(stop_unread, false);
	assert_int_equal(code, 0);
}

static void closed(int reader)
{
	(void)reader;
	close(STDERR_FILENO);
	if (log_start(true) < 0)
		_exit(1);
	for (int i = 0; i < 1000; i++)
		log_line("into nothing");
	log_stop(50);
}

static void survives_no_stderr(void **state)
{
	(void)state;
	assert_int_equal(run_child(closed, false), 0);
	assert_string_equal(text, "");
}

__attribute__((format(printf, 1, 2))) static void complain(const char *format, ...)
{
	char name[] = "library";
	va_list args;
	va_start(args, format);
	log_library(name, format, args);
	va_end(args);
}

static void library(int reader)
{
	char longest[600];
	(void)reader;
	memset(longest, 's', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	if (log_start(true) < 0)
		_exit(1);
	complain("plain\n");
	complain("sending for `%s'. Error: %s\n", "/a/secret'token", "gone");
	complain("sending for `/%s'. Error: gone\n", longest);
	log_stop(1000);
}

static void hides_targets_of_a_library(void **state)
{
	(void)state;
	assert_int_equal(run_child(library, false), 0);
	assert_string_equal(text, "library: plain\nlibrary: sending for `'. Error: gone\n"
				  "library: sending for `\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_before_start),
		cmocka_unit_test(keeps_order),
		cmocka_unit_test(cuts_long_lines),
		cmocka_unit_test(drops_and_reports),
		cmocka_unit_test(stops_in_time),
		cmocka_unit_test(survives_no_stderr),
		cmocka_unit_test(hides_targets_of_a_library),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
