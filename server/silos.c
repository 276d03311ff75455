/* Readers find a silo without a lock. The table is an immutable, sorted array; who changes it makes
 * a new one, publishes it, and waits until nobody reads the old one any more. A reader says which
 * one it reads in a place of its own ("hazard pointer"), for less than a microsecond. */
#include "silos.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "http/journal.h"
#include "seed.h"

#define READERS_MAX 512

struct table {
	size_t n;
	struct silo *of[]; /* by name; each is held by the table */
};

struct silos {
	pthread_mutex_t lock; /* of those who change the table */
	_Atomic(struct table *) table;
	_Atomic int64_t bytes; /* of all in the table, as of the last look at each */
};

static _Atomic(struct table *) reading[READERS_MAX];
static _Atomic int readers;
static _Thread_local int place = -1;

/* The table, which stays until end_reading. */
static struct table *begin_reading(struct silos *silos)
{
	struct table *table;
	if (place < 0)
		place = atomic_fetch_add(&readers, 1);
	if (place >= READERS_MAX) { /* more threads than we ever start: only tests come here */
		pthread_mutex_lock(&silos->lock);
		return atomic_load(&silos->table);
	}
	do {
		table = atomic_load(&silos->table);
		atomic_store(&reading[place], table);
	} while (table != atomic_load(&silos->table));
	return table;
}

static void end_reading(struct silos *silos)
{
	if (place >= READERS_MAX)
		pthread_mutex_unlock(&silos->lock);
	else
		atomic_store(&reading[place], NULL);
}

static bool is_read(const struct table *table)
{
	for (int i = 0; i < READERS_MAX && i < atomic_load(&readers); i++)
		if (atomic_load(&reading[i]) == table)
			return true;
	return false;
}

/* Makes it the table; the old one goes when its last reader has left. */
static void publish(struct silos *silos, struct table *table)
{
	struct table *old = atomic_exchange(&silos->table, table);
	while (is_read(old))
		sched_yield();
	free(old);
}

/* Where the name is, or would be. */
static size_t position(const struct table *table, struct str name, bool *ret_found)
{
	size_t low = 0, high = table->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (str_cmp(str_of(table->of[middle]->name), name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_found = low < table->n && str_eq(str_of(table->of[low]->name), name);
	return low;
}

static struct table *table_of(size_t n)
{
	struct table *table = malloc(sizeof *table + n * sizeof(struct silo *));
	if (table)
		table->n = n;
	return table;
}

int silos_start(struct server *server)
{
	struct silos *silos = calloc(1, sizeof *silos);
	struct table *table = table_of(0);
	if (!silos || !table) {
		free(silos);
		free(table);
		return -ENOMEM;
	}
	pthread_mutex_init(&silos->lock, NULL);
	atomic_store(&silos->table, table);
	server->silos = silos;
	return 0;
}

void silos_stop(struct server *server)
{
	struct silos *silos = server->silos;
	if (!silos)
		return;
	struct table *table = atomic_load(&silos->table);
	for (size_t i = 0; i < table->n; i++)
		silo_release(table->of[i]);
	free(table);
	pthread_mutex_destroy(&silos->lock);
	free(silos);
	server->silos = NULL;
}

static struct silo *hold(struct silo *silo)
{
	atomic_fetch_add(&silo->holders, 1);
	atomic_store_explicit(&silo->used_us, clock_coarse_us(), memory_order_relaxed);
	return silo;
}

struct silo *silo_find(struct server *server, struct str name)
{
	bool found;
	if (str_eq(name, str_of(server->silo.name)))
		return hold(&server->silo);
	if (!server->silos)
		return NULL;
	struct table *table = begin_reading(server->silos);
	size_t at = position(table, name, &found);
	struct silo *silo = found ? hold(table->of[at]) : NULL;
	end_reading(server->silos);
	return silo;
}

void silo_release(struct silo *silo)
{
	if (!silo || atomic_fetch_sub(&silo->holders, 1) != 1)
		return;
	silo_close(silo);
	free(silo);
}

static int make(const struct server *server, struct str name, struct silo **ret)
{
	bool fresh;
	const char *why;
	struct silo *silo = calloc(1, sizeof *silo);
	if (!silo)
		return -ENOMEM;
	int r = silo_open(silo, server, name, NULL, &fresh, &why);
	if (r < 0) {
		free(silo);
		return r;
	}
	r = seed_load(server->seed, silo, false);
	if (r < 0) {
		silo_release(silo);
		return r;
	}
	silo_measure(silo);
	*ret = silo;
	return 0;
}

/* With the lock held, and no silo of that name in the table. */
static int make_at(struct server *server, size_t at, struct str name, struct silo **ret)
{
	struct silos *silos = server->silos;
	const struct table *old = atomic_load(&silos->table);
	if (old->n >= (size_t)server->config.max_silos || silos_full(server))
		return -ENOSPC;
	struct table *table = table_of(old->n + 1);
	int r = table ? make(server, name, ret) : -ENOMEM;
	if (r < 0) {
		free(table);
		return r;
	}
	memcpy(table->of, old->of, at * sizeof *old->of);
	table->of[at] = *ret;
	memcpy(table->of + at + 1, old->of + at, (old->n - at) * sizeof *old->of);
	hold(*ret);
	publish(silos, table);
	atomic_fetch_add(&silos->bytes, (*ret)->bytes);
	return 0;
}

int silo_take(struct server *server, struct str name, struct silo **ret)
{
	bool found;
	int r = 0;
	if (!silo_name_ok(name))
		return -EINVAL;
	*ret = silo_find(server, name);
	if (*ret)
		return 0;
	if (!server->silos)
		return -ENOSPC;
	pthread_mutex_lock(&server->silos->lock);
	const struct table *table = atomic_load(&server->silos->table);
	size_t at = position(table, name, &found);
	if (found)
		*ret = hold(table->of[at]);
	else
		r = make_at(server, at, name, ret);
	pthread_mutex_unlock(&server->silos->lock);
	return r;
}

/* With the lock held. Without memory for a smaller table the silo stays. */
static int take_out(struct silos *silos, size_t at)
{
	const struct table *old = atomic_load(&silos->table);
	struct silo *silo = old->of[at];
	struct table *table = table_of(old->n - 1);
	if (!table)
		return -ENOMEM;
	memcpy(table->of, old->of, at * sizeof *old->of);
	memcpy(table->of + at, old->of + at + 1, (old->n - at - 1) * sizeof *old->of);
	publish(silos, table);
	atomic_fetch_sub(&silos->bytes, silo->bytes);
	atomic_store(&silo->dropped, true);
	journal_wake_all(silo->journal); /* who waits in it waits for nothing now */
	silo_release(silo);
	return 0;
}

int silo_drop(struct server *server, struct str name)
{
	bool found;
	int r = -ENOENT;
	if (!server->silos)
		return r;
	pthread_mutex_lock(&server->silos->lock);
	size_t at = position(atomic_load(&server->silos->table), name, &found);
	if (found)
		r = take_out(server->silos, at);
	pthread_mutex_unlock(&server->silos->lock);
	return r;
}

bool silos_full(const struct server *server)
{
	return server->silos && atomic_load_explicit(&server->silos->bytes, memory_order_relaxed) >=
					server->config.max_memory;
}

bool silos_have_room(const struct server *server, const struct silo *silo, int64_t bytes)
{
	if (silo == &server->silo || !server->silos)
		return true;
	return bytes <= server->config.max_memory - atomic_load(&server->silos->bytes);
}

/* With the lock held. */
static void measure(struct silos *silos, struct silo *silo)
{
	int64_t before = silo->bytes;
	atomic_fetch_add(&silos->bytes, silo_measure(silo) - before);
}

void silos_measure(struct server *server, struct silo *silo)
{
	struct silos *silos = server->silos;
	if (silo == &server->silo || !silos)
		return;
	pthread_mutex_lock(&silos->lock);
	if (!atomic_load(&silo->dropped))
		measure(silos, silo);
	pthread_mutex_unlock(&silos->lock);
}

static bool is_idle(const struct server *server, struct silo *silo, int64_t now_us)
{
	int64_t ttl_us = server->config.silo_ttl * 1000000;
	return ttl_us && atomic_load(&silo->holders) == 1 &&
	       now_us - atomic_load(&silo->used_us) > ttl_us;
}

void silos_sweep(struct server *server)
{
	struct silos *silos = server->silos;
	int64_t now_us = clock_coarse_us();
	pthread_mutex_lock(&silos->lock);
	for (size_t i = atomic_load(&silos->table)->n; i-- > 0;) {
		struct silo *silo = atomic_load(&silos->table)->of[i];
		if (is_idle(server, silo, now_us) && take_out(silos, i) == 0)
			continue;
		measure(silos, silo);
	}
	pthread_mutex_unlock(&silos->lock);
}

void silos_each(struct server *server, void (*visit)(struct silo *silo, void *arg), void *arg)
{
	silo_measure(&server->silo); /* the sweep sees to the others */
	visit(&server->silo, arg);
	if (!server->silos)
		return;
	pthread_mutex_lock(&server->silos->lock);
	const struct table *table = atomic_load(&server->silos->table);
	for (size_t i = 0; i < table->n; i++)
		visit(table->of[i], arg);
	pthread_mutex_unlock(&server->silos->lock);
}
