/* Starts a server again and again and prints one line for each start: microseconds from exec to
 * the end of the first reply with status 200, resident KiB a while later, microseconds from
 * SIGTERM to its end, and its exit code (128 + signal when one ended it). */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>

extern char **environ;
static pid_t child;

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void nap_us(long us)
{
	struct timespec t = {.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};

	nanosleep(&t, NULL);
}

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "start: %s\n", what);
	if (child > 0)
		kill(child, SIGKILL);
	exit(1);
}

static void on_signal(int sig)
{
	if (child > 0)
		kill(child, SIGKILL);
	_exit(128 + sig);
}

static struct sockaddr_in loopback(unsigned port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

static unsigned free_port(void)
{
	struct sockaddr_in a = loopback(0);
	socklen_t size = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) < 0 ||
		getsockname(fd, (struct sockaddr *)&a, &size) < 0)
		fail("no free port");
	close(fd);
	return ntohs(a.sin_port);
}

/* One attempt; nonzero once the server answered 200. */
static int try_request(unsigned port, const char *request, size_t size)
{
	struct sockaddr_in to = loopback(port);
	struct timeval limit = {.tv_sec = 5};
	char reply[16] = "";
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int ok = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0 &&
		 connect(fd, (struct sockaddr *)&to, sizeof to) == 0 &&
		 send(fd, request, size, MSG_NOSIGNAL) == (ssize_t)size &&
		 recv(fd, reply, 12, MSG_WAITALL) == 12 && strcmp(reply + 8, " 200") == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

static void spawn(char **argv)
{
	posix_spawn_file_actions_t files;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&child, argv[0], &files, NULL, argv, environ) != 0)
		fail("cannot run the command");
	posix_spawn_file_actions_destroy(&files);
}

static long resident_kib(void)
{
	char path[64], line[256];
	long kib = -1;

	snprintf(path, sizeof path, "/proc/%d/status", (int)child);
	FILE *f = fopen(path, "r");
	if (!f)
		fail("the server is gone");
	while (fgets(line, sizeof line, f) && sscanf(line, "VmRSS: %ld", &kib) != 1)
		continue;
	fclose(f);
	return kib;
}

/* SIGTERM, and SIGKILL after ten seconds; returns the exit code. */
static int stop(double *us)
{
	double begin = now_us();
	int status;
	pid_t ended;

	kill(child, SIGTERM);
	while ((ended = waitpid(child, &status, WNOHANG)) == 0) {
		if (now_us() - begin > 10e6)
			kill(child, SIGKILL);
		nap_us(100);
	}
	if (ended < 0)
		fail("waitpid");
	*us = now_us() - begin;
	child = 0;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void measure(char **argv, const char *request, size_t size, long settle_ms, double limit)
{
	unsigned port = free_port();
	char number[16], *copy[64];
	double stopped;
	int n = 0;

	snprintf(number, sizeof number, "%u", port);
	for (; argv[n] && n < 63; n++)
		copy[n] = strcmp(argv[n], "@PORT@") == 0 ? number : argv[n];
	copy[n] = NULL;
	double begin = now_us();
	spawn(copy);
	while (!try_request(port, request, size)) {
		if (waitpid(child, NULL, WNOHANG) != 0) {
			child = 0;
			fail("the server ended before it answered");
		}
		if (now_us() - begin > limit)
			fail("no reply with status 200 in time");
		/* Often enough for half a percent, seldom enough to leave it the processor. */
		double next = (now_us() - begin) / 200;
		nap_us(next < 100 ? 100 : (long)next);
	}
	double ready = now_us() - begin;
	nap_us(settle_ms * 1000);
	long kib = resident_kib();
	int code = stop(&stopped);
	printf("%.0f %ld %.0f %d\n", ready, kib, stopped, code);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static char request[8192];

	if (argc < 6) {
		fprintf(stderr,
			"usage: start TIMES REQUEST-FILE SETTLE-MS LIMIT-SECONDS COMMAND...\n"
			"@PORT@ as an argument of COMMAND becomes a free port.\n");
		return 2;
	}
	FILE *f = fopen(argv[2], "rb");
	size_t size = f ? fread(request, 1, sizeof request, f) : 0;
	if (!size || size == sizeof request)
		fail("cannot read the request");
	fclose(f);
	prctl(PR_SET_TIMERSLACK, 1);
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	for (int i = 0; i < atoi(argv[1]); i++)
		measure(argv + 5, request, size, atol(argv[3]), atof(argv[4]) * 1e6);
	return 0;
}
