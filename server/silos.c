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
	_Atomic size_t n;      /* silos in it */
	_Atomic int64_t bytes; /* of all in it, as of the last look at each */
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
	atomic_store(&silos->n, table->n);
	while (is_read(old))
		sched_yield();
	free(old);
}

static struct str name_of(const struct silo *silo)
{
	return (struct str){silo->name, strlen(silo->name)};
}

/* Where the name is, or would be. */
static size_t position(const struct table *table, struct str name, bool *ret_found)
{
	size_t low = 0, high = table->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (str_cmp(name_of(table->of[middle]), name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_found = low < table->n && str_eq(name_of(table->of[low]), name);
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
	silo_touch(silo);
	return silo;
}

struct silo *silo_find(struct server *server, struct str name)
{
	bool found;
	if (str_eq(name, name_of(&server->silo)))
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
	struct seed_fault fault;
	struct silo *silo = calloc(1, sizeof *silo);
	if (!silo)
		return -ENOMEM;
	int r = silo_open(silo, server, name, NULL, &fresh, &why);
	if (r < 0) {
		free(silo);
		return r;
	}
	r = seed_load(server->seed, silo, false, &fault);
	if (r < 0) {
		silo_release(silo);
		return r;
	}
	silo_measure(silo);
	*ret = silo;
	return 0;
}

static bool has_room(const struct server *server)
{
	const struct silos *silos = server->silos;
	return atomic_load(&silos->n) < (size_t)server->config.max_silos && !silos_full(server);
}

/* With the lock held. */
static int put_in(struct silos *silos, size_t at, struct silo *silo)
{
	const struct table *old = atomic_load(&silos->table);
	struct table *table = table_of(old->n + 1);
	if (!table)
		return -ENOMEM;
	memcpy(table->of, old->of, at * sizeof *old->of);
	table->of[at] = silo;
	memcpy(table->of + at + 1, old->of + at, (old->n - at) * sizeof *old->of);
	publish(silos, table);
	atomic_fetch_add(&silos->bytes, silo->bytes);
	return 0;
}

/* Gives the silo to the table and to the caller, unless another thread was quicker: then the caller
 * gets that one. */
static int settle(struct server *server, struct silo *silo, struct silo **ret)
{
	struct silos *silos = server->silos;
	bool found;
	int r = 0;
	pthread_mutex_lock(&silos->lock);
	const struct table *table = atomic_load(&silos->table);
	size_t at = position(table, name_of(silo), &found);
	if (found)
		*ret = hold(table->of[at]);
	else if (!has_room(server))
		r = -ENOSPC;
	else if ((r = put_in(silos, at, silo)) == 0)
		*ret = hold(silo);
	pthread_mutex_unlock(&silos->lock);
	if (found || r < 0)
		silo_release(silo);
	return r;
}

/* A silo is made without the lock: a crowd of tests that starts at once makes theirs side by side.
 */
int silo_take(struct server *server, struct str name, struct silo **ret)
{
	struct silo *made;
	if (!silo_name_ok(name))
		return -EINVAL;
	*ret = silo_find(server, name);
	if (*ret)
		return 0;
	if (!server->silos || !has_room(server))
		return -ENOSPC;
	int r = make(server, name, &made);
	return r < 0 ? r : settle(server, made, ret);
}

/* It left the table, with or without somebody in it. */
static void let_go(struct silo *silo)
{
	atomic_store(&silo->dropped, true);
	journal_wake_all(silo->journal); /* who waits in it waits for nothing now */
	silo_release(silo);
}

/* With the lock held. Without memory for a smaller table the silo stays. */
static int take_out(struct silos *silos, size_t at, struct silo **ret)
{
	const struct table *old = atomic_load(&silos->table);
	struct table *table = table_of(old->n - 1);
	if (!table)
		return -ENOMEM;
	*ret = old->of[at];
	memcpy(table->of, old->of, at * sizeof *old->of);
	memcpy(table->of + at, old->of + at + 1, (old->n - at - 1) * sizeof *old->of);
	publish(silos, table);
	atomic_fetch_sub(&silos->bytes, (*ret)->bytes);
	return 0;
}

/* The silo of that name; if only is given, not another that has its name by now. */
static int drop(struct silos *silos, struct str name, const struct silo *only)
{
	bool found;
	int r = -ENOENT;
	struct silo *silo;
	pthread_mutex_lock(&silos->lock);
	const struct table *table = atomic_load(&silos->table);
	size_t at = position(table, name, &found);
	if (found && (!only || table->of[at] == only))
		r = take_out(silos, at, &silo);
	pthread_mutex_unlock(&silos->lock);
	if (r == 0)
		let_go(silo);
	return r;
}

int silo_drop(struct server *server, struct str name)
{
	return server->silos ? drop(server->silos, name, NULL) : -ENOENT;
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

void silos_measure(struct server *server, struct silo *silo)
{
	int64_t before = silo->bytes;
	if (silo == &server->silo || !server->silos || atomic_load(&silo->dropped))
		return;
	atomic_fetch_add(&server->silos->bytes, silo_measure(silo) - before);
}

/* A use at this very moment is not seen: that call ends in the silo, and the next makes a new one.
 */
static bool is_idle(const struct server *server, const struct silo *silo)
{
	int64_t ttl_us = server->config.silo_ttl * 1000000;
	return ttl_us && atomic_load(&silo->holders) == 2 && /* the table and the sweep */
	       clock_coarse_us() - atomic_load(&silo->used_us) > ttl_us;
}

/* All silos, held, so that they can be looked at without the lock. NULL without memory. */
static struct table *hold_all(struct silos *silos)
{
	pthread_mutex_lock(&silos->lock);
	const struct table *table = atomic_load(&silos->table);
	struct table *all = table_of(table->n);
	for (size_t i = 0; all && i < table->n; i++) {
		all->of[i] = table->of[i];
		atomic_fetch_add(&all->of[i]->holders, 1); /* unlike hold: this is no use */
	}
	pthread_mutex_unlock(&silos->lock);
	return all;
}

/* What two threads have measured at once, or one while the silo was dropped, is counted wrong until
 * this counts again. */
static void count_bytes(struct silos *silos)
{
	int64_t bytes = 0;
	pthread_mutex_lock(&silos->lock);
	const struct table *table = atomic_load(&silos->table);
	for (size_t i = 0; i < table->n; i++)
		bytes += table->of[i]->bytes;
	atomic_store(&silos->bytes, bytes);
	pthread_mutex_unlock(&silos->lock);
}

void silos_sweep(struct server *server)
{
	struct table *all = hold_all(server->silos);
	for (size_t i = 0; all && i < all->n; i++) {
		if (is_idle(server, all->of[i]))
			drop(server->silos, name_of(all->of[i]), all->of[i]);
		else
			silos_measure(server, all->of[i]);
		silo_release(all->of[i]);
	}
	free(all);
	count_bytes(server->silos);
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
