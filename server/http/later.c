#include "http/later.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "core/clock.h"

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t thread;
	struct later **heap; /* [1] is the next; children of n are 2n and 2n+1 */
	size_t n, room;
	bool stopping;
} all = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void put(size_t at, struct later *l)
{
	all.heap[at] = l;
	l->place = at;
}

static void sift_up(size_t at, struct later *l)
{
	for (; at > 1 && all.heap[at / 2]->at_us > l->at_us; at /= 2)
		put(at, all.heap[at / 2]);
	put(at, l);
}

static void sift_down(size_t at, struct later *l)
{
	for (;;) {
		size_t child = 2 * at;
		if (child > all.n)
			break;
		if (child < all.n && all.heap[child + 1]->at_us < all.heap[child]->at_us)
			child++;
		if (all.heap[child]->at_us >= l->at_us)
			break;
		put(at, all.heap[child]);
		at = child;
	}
	put(at, l);
}

static void take_out(struct later *l)
{
	size_t at = l->place;
	struct later *last = all.heap[all.n--];
	l->place = 0;
	if (last == l)
		return;
	if (at > 1 && all.heap[at / 2]->at_us > last->at_us)
		sift_up(at, last);
	else
		sift_down(at, last);
}

static void wake_first(void)
{
	struct later *l = all.heap[1];
	take_out(l);
	l->wake(l->arg);
}

static void *wake_in_time(void *unused)
{
	(void)unused;
	pthread_mutex_lock(&all.lock);
	while (!all.stopping) {
		if (all.n == 0) {
			pthread_cond_wait(&all.changed, &all.lock);
			continue;
		}
		int64_t at = all.heap[1]->at_us;
		if (at <= clock_monotonic_us()) {
			wake_first();
			continue;
		}
		struct timespec until = {at / 1000000, at % 1000000 * 1000};
		pthread_cond_timedwait(&all.changed, &all.lock, &until);
	}
	while (all.n)
		wake_first();
	pthread_mutex_unlock(&all.lock);
	return NULL;
}

int later_start(void)
{
	pthread_condattr_t kind;
	all.stopping = false;
	if (pthread_condattr_init(&kind) != 0)
		return -ENOMEM;
	pthread_condattr_setclock(&kind, CLOCK_MONOTONIC);
	int r = pthread_cond_init(&all.changed, &kind);
	pthread_condattr_destroy(&kind);
	if (r == 0)
		r = pthread_create(&all.thread, NULL, wake_in_time, NULL);
	return r ? -ENOMEM : 0;
}

void later_stop(void)
{
	pthread_mutex_lock(&all.lock);
	all.stopping = true;
	pthread_cond_signal(&all.changed);
	pthread_mutex_unlock(&all.lock);
	pthread_join(all.thread, NULL);
	pthread_cond_destroy(&all.changed);
	free(all.heap);
	all.heap = NULL;
	all.room = 0;
}

static bool make_room(void)
{
	if (all.n + 2 <= all.room)
		return true;
	size_t room = all.room ? 2 * all.room : 64;
	struct later **heap = realloc(all.heap, room * sizeof *heap);
	if (!heap)
		return false;
	all.heap = heap;
	all.room = room;
	return true;
}

int later_add(struct later *l)
{
	int r = -ENOMEM;
	pthread_mutex_lock(&all.lock);
	if (all.stopping) {
		r = -ESHUTDOWN;
	} else if (make_room()) {
		sift_up(++all.n, l);
		if (l->place == 1)
			pthread_cond_signal(&all.changed);
		r = 0;
	}
	pthread_mutex_unlock(&all.lock);
	return r;
}

void later_remove(struct later *l)
{
	pthread_mutex_lock(&all.lock);
	if (l->place)
		take_out(l);
	pthread_mutex_unlock(&all.lock);
}
