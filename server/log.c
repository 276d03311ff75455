#include "log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define RING_SIZE ((size_t)256 * 1024)
#define LINE_MAX_BYTES 2000

static struct {
	pthread_mutex_t lock;
	pthread_cond_t filled, drained;
	pthread_t thread;
	char *ring;
	size_t head, used;  /* the oldest byte, and how many wait */
	unsigned long lost; /* lines dropped since the last report */
	bool calls, running, waiting, stopping, done;
} writer = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.filled = PTHREAD_COND_INITIALIZER,
	.drained = PTHREAD_COND_INITIALIZER,
};

static void write_all(const char *p, size_t n)
{
	while (n) {
		ssize_t written = write(STDERR_FILENO, p, n);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0 && errno == EAGAIN) { /* whoever gave it to us made it so */
			poll(&(struct pollfd){.fd = STDERR_FILENO, .events = POLLOUT}, 1, -1);
			continue;
		}
		if (written <= 0)
			return; /* nobody can be told */
		p += written;
		n -= (size_t)written;
	}
}

static bool put(const char *line, size_t n)
{
	if (n > RING_SIZE - writer.used)
		return false;
	size_t at = (writer.head + writer.used) % RING_SIZE;
	size_t first = n < RING_SIZE - at ? n : RING_SIZE - at;
	memcpy(writer.ring + at, line, first);
	memcpy(writer.ring, line + first, n - first);
	writer.used += n;
	return true;
}

static void report_lost(void)
{
	char line[80];
	if (!writer.lost)
		return;
	int n = snprintf(line, sizeof line,
		"authlete-mock: %lu log lines were lost: nobody read them\n", writer.lost);
	if (put(line, (size_t)n))
		writer.lost = 0;
}

/* Takes a stretch of the ring, writes it without the lock, then frees it. */
static void *write_lines(void *unused)
{
	(void)unused;
	pthread_mutex_lock(&writer.lock);
	for (;;) {
		while (!writer.used && !writer.stopping) {
			writer.waiting = true;
			pthread_cond_wait(&writer.filled, &writer.lock);
			writer.waiting = false;
		}
		if (!writer.used)
			break;
		size_t n = writer.used;
		if (n > RING_SIZE - writer.head)
			n = RING_SIZE - writer.head;
		const char *p = writer.ring + writer.head;
		pthread_mutex_unlock(&writer.lock);
		write_all(p, n);
		pthread_mutex_lock(&writer.lock);
		writer.head = (writer.head + n) % RING_SIZE;
		writer.used -= n;
		report_lost();
	}
	writer.done = true;
	pthread_cond_signal(&writer.drained);
	pthread_mutex_unlock(&writer.lock);
	return NULL;
}

int log_start(bool calls)
{
	writer.calls = calls;
	writer.ring = malloc(RING_SIZE);
	if (!writer.ring)
		return -ENOMEM;
	if (pthread_create(&writer.thread, NULL, write_lines, NULL) != 0) {
		free(writer.ring);
		return -ENOMEM;
	}
	writer.running = true;
	return 0;
}

void log_stop(int patience_ms)
{
	struct timespec until;
	if (!writer.running)
		return;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += patience_ms % 1000 * 1000000L;
	until.tv_sec += patience_ms / 1000 + until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	pthread_mutex_lock(&writer.lock);
	writer.stopping = true;
	pthread_cond_signal(&writer.filled);
	int r = 0;
	while (!writer.done && r == 0)
		r = pthread_cond_timedwait(&writer.drained, &writer.lock, &until);
	bool done = writer.done;
	pthread_mutex_unlock(&writer.lock);
	if (!done)
		return; /* stuck in write(2); the process is about to end */
	pthread_join(writer.thread, NULL);
	writer.running = false;
	free(writer.ring);
}

bool log_calls(void)
{
	return writer.calls;
}

void log_line(const char *format, ...)
{
	char line[LINE_MAX_BYTES + 1];
	va_list args;
	va_start(args, format);
	int wanted = vsnprintf(line, LINE_MAX_BYTES, format, args);
	va_end(args);
	if (wanted < 0)
		return;
	size_t n = wanted < LINE_MAX_BYTES ? (size_t)wanted : LINE_MAX_BYTES - 1;
	for (size_t i = 0; i < n; i++) /* one line stays one line, and commands no terminal */
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7F)
			line[i] = '?';
	line[n++] = '\n';
	if (!writer.running) {
		write_all(line, n);
		return;
	}
	pthread_mutex_lock(&writer.lock);
	report_lost();
	if (writer.lost || !put(line, n))
		writer.lost++;
	if (writer.waiting)
		pthread_cond_signal(&writer.filled);
	pthread_mutex_unlock(&writer.lock);
}

/* A library quotes the target of a request, `/…', which may hold a token. */
static void hide_target(char *line)
{
	char *from = strstr(line, "`/");
	char *to = from ? strrchr(from, '\'') : NULL;
	if (to)
		memmove(from + 1, to, strlen(to) + 1);
	else if (from)
		from[1] = '\0';
}

void log_library(void *cls, const char *format, va_list args)
{
	char line[400];
	if (!log_calls())
		return;
	int n = vsnprintf(line, sizeof line, format, args);
	while (n > 0 && (n >= (int)sizeof line || line[n - 1] == '\n'))
		line[n >= (int)sizeof line ? (n = (int)sizeof line - 1) : --n] = '\0';
	hide_target(line);
	/* so it calls each reply that a fault has lost; the line of that call tells more */
	if (strncmp(line, "Application reported internal error", 35) != 0)
		log_line("%s: %s", (const char *)cls, line);
}
