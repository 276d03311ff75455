#include "http/conn.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "core/clock.h"
#include "silos.h"

#define PAUSED (-1) /* in conn.began */

struct conn {
	struct conn *next, *previous;
	int fd;
	_Atomic int64_t began;     /* microseconds, monotonic; 0 between requests */
	_Atomic uint32_t finished; /* requests so far */

	/* the janitor's own notes */
	uint32_t seen_finished;
	uint64_t seen_bytes;   /* received when seen_finished was noted */
	int64_t partial_since; /* bytes of a next request were first seen; 0: none were */
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pthread_t thread;
	struct conn *first;
	bool stopping;
} all = {.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};

struct conn *conn_open(int fd)
{
	struct conn *conn = calloc(1, sizeof *conn);
	if (!conn)
		return NULL;
	conn->fd = fd;
	pthread_mutex_lock(&all.lock);
	conn->next = all.first;
	if (all.first)
		all.first->previous = conn;
	all.first = conn;
	pthread_mutex_unlock(&all.lock);
	return conn;
}

void conn_close(struct conn *conn)
{
	if (!conn)
		return;
	pthread_mutex_lock(&all.lock);
	if (conn->previous)
		conn->previous->next = conn->next;
	else
		all.first = conn->next;
	if (conn->next)
		conn->next->previous = conn->previous;
	pthread_mutex_unlock(&all.lock);
	free(conn);
}

void conn_begin(struct conn *conn)
{
	if (conn)
		atomic_store_explicit(&conn->began, clock_coarse_us(), memory_order_relaxed);
}

void conn_pause(struct conn *conn)
{
	if (conn)
		atomic_store_explicit(&conn->began, PAUSED, memory_order_relaxed);
}

void conn_end(struct conn *conn)
{
	if (!conn)
		return;
	atomic_fetch_add_explicit(&conn->finished, 1, memory_order_relaxed);
	atomic_store_explicit(&conn->began, 0, memory_order_relaxed);
}

static uint64_t bytes_received(int fd)
{
	struct tcp_info info = {0};
	socklen_t size = sizeof info;
	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 ? info.tcpi_bytes_received
									: 0;
}

/* A request line that never ends is no request yet to libmicrohttpd; its bytes tell. */
static bool dribbles(struct conn *conn, int64_t now)
{
	uint32_t finished = atomic_load_explicit(&conn->finished, memory_order_relaxed);
	uint64_t bytes = bytes_received(conn->fd);
	if (finished != conn->seen_finished) {
		conn->seen_finished = finished;
		conn->seen_bytes = bytes;
		conn->partial_since = 0;
		return false;
	}
	if (bytes == conn->seen_bytes)
		return false;
	if (!conn->partial_since)
		conn->partial_since = now;
	return now - conn->partial_since > (int64_t)CONN_REQUEST_SECONDS * 1000000;
}

static void sweep(void)
{
	int64_t now = clock_coarse_us();
	for (struct conn *conn = all.first; conn; conn = conn->next) {
		int64_t began = atomic_load_explicit(&conn->began, memory_order_relaxed);
		if (began == PAUSED)
			continue;
		bool late = began ? now - began > (int64_t)CONN_REQUEST_SECONDS * 1000000
				  : dribbles(conn, now);
		if (late)
			shutdown(conn->fd, SHUT_RDWR); /* its worker sees the end and closes it */
	}
}

static void *janitor(void *server)
{
	pthread_mutex_lock(&all.lock);
	while (!all.stopping) {
		struct timespec until;
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += 1;
		if (pthread_cond_timedwait(&all.wake, &all.lock, &until) != ETIMEDOUT)
			continue;
		sweep();
		pthread_mutex_unlock(&all.lock);
		silos_sweep(server);
		pthread_mutex_lock(&all.lock);
	}
	pthread_mutex_unlock(&all.lock);
	return NULL;
}

int conn_janitor_start(struct server *server)
{
	all.stopping = false;
	return pthread_create(&all.thread, NULL, janitor, server) == 0 ? 0 : -ENOMEM;
}

void conn_janitor_stop(void)
{
	pthread_mutex_lock(&all.lock);
	all.stopping = true;
	pthread_cond_signal(&all.wake);
	pthread_mutex_unlock(&all.lock);
	pthread_join(all.thread, NULL);
}
