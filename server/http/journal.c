/* The ring: calls in, oldest out. */
#include "http/journal.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "http/fault.h"
#include "http/journal_private.h"

#define ALIGNMENT ((size_t)16)
#define PAGE ((size_t)4096)

static _Atomic uint64_t strays; /* calls that were in no silo */

static size_t rounded(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

static size_t places_size(const struct journal *j)
{
	return rounded(j->max_calls * sizeof *j->places, PAGE);
}

struct journal *journal_make(size_t max_calls, size_t max_bytes)
{
	pthread_mutexattr_t kind;
	struct journal *j = calloc(1, sizeof *j);
	if (!j)
		return NULL;
	j->max_calls = max_bytes ? max_calls : 0;
	j->max_bytes = max_calls ? max_bytes / ALIGNMENT * ALIGNMENT : 0;
	/* it is held for less than a sleep and a wake-up take */
	pthread_mutexattr_init(&kind);
	pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ADAPTIVE_NP);
	pthread_mutex_init(&j->lock, &kind);
	pthread_mutexattr_destroy(&kind);
	return j;
}

void journal_free(struct journal *j)
{
	if (!j)
		return;
	if (j->places)
		munmap(j->places, places_size(j) + j->max_bytes);
	pthread_mutex_destroy(&j->lock);
	free(j);
}

/* Gives the pages back, too. */
static void empty(struct journal *j)
{
	if (j->places)
		madvise(j->places, places_size(j) + j->max_bytes, MADV_DONTNEED);
	j->n = j->oldest = j->next = j->touched = 0;
	j->added = 0;
	j->emptied = j->last;
}

void journal_clear(struct journal *j)
{
	pthread_mutex_lock(&j->lock);
	empty(j);
	journal_notify(j, NULL);
	pthread_mutex_unlock(&j->lock);
}

void journal_restart(struct journal *j)
{
	pthread_mutex_lock(&j->lock);
	j->last = 0;
	atomic_store(&j->controls, 0);
	j->restarts++;
	empty(j);
	journal_notify(j, NULL);
	pthread_mutex_unlock(&j->lock);
}

size_t journal_bytes(struct journal *j)
{
	pthread_mutex_lock(&j->lock);
	size_t places = j->added < j->max_calls ? (size_t)j->added : j->max_calls;
	size_t n = sizeof *j + rounded(j->touched, PAGE) +
		   rounded(places * sizeof *j->places, PAGE);
	pthread_mutex_unlock(&j->lock);
	return n;
}

static bool map(struct journal *j)
{
	if (j->places)
		return true;
	if (!j->max_calls)
		return false;
	void *memory = mmap(NULL, places_size(j) + j->max_bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		return false;
	j->places = memory;
	j->bytes = (char *)memory + places_size(j);
	return true;
}

/* With the new call's id given, but its place not. The old one itself is not looked at: it has left
 * the caches long ago. */
static void drop_oldest(struct journal *j)
{
	j->n--;
	j->oldest = j->places[(j->last - j->n) % j->max_calls];
}

/* Drops old calls until size bytes at j->next are free, which never fails: size <= max_bytes. */
static void make_room(struct journal *j, size_t size)
{
	while (j->n) {
		if (j->next > j->oldest && j->max_bytes - j->next < size)
			j->next = 0;
		size_t limit = j->next > j->oldest ? j->max_bytes : j->oldest;
		if (limit - j->next >= size && j->n < j->max_calls)
			return;
		drop_oldest(j);
	}
	j->oldest = j->next = 0;
}

/* Texts that the entry points to go behind it, and it points there. */
static void put_texts(struct journal_entry *to, const struct journal_entry *from)
{
	char *p = (char *)(to + 1);
	*to = *from;
	to->steps = (const struct step *)(void *)p;
	memcpy(p, from->steps, from->n_steps * sizeof *from->steps);
	p += from->n_steps * sizeof *from->steps;
	for (int i = 0; i < JOURNAL_TEXTS; i++) {
		to->text[i].p = p;
		if (from->text[i].n)
			memcpy(p, from->text[i].p, from->text[i].n);
		p += from->text[i].n;
	}
}

static void set_sizes(struct journal_entry *e)
{
	e->size = sizeof *e + e->n_steps * sizeof *e->steps;
	for (int i = 0; i < JOURNAL_TEXTS; i++) {
		if (i == JOURNAL_LISTED)
			e->listed_size = e->size;
		e->size += e->text[i].n;
	}
	e->size = rounded(e->size, ALIGNMENT);
}

/* With the id given already. What cannot be kept counts as dropped, with all before it: ids stay
 * without gaps. */
static void keep(struct journal *j, struct journal_entry *e)
{
	bool mapped = map(j);
	if (e->size > j->max_bytes) {
		e->text[J_REQUEST].n = e->text[J_REPLY].n = 0;
		set_sizes(e);
	}
	if (!mapped || e->size > j->max_bytes) {
		j->n = j->oldest = j->next = 0;
		return;
	}
	make_room(j, e->size);
	j->places[e->id % j->max_calls] = j->next;
	put_texts((struct journal_entry *)(void *)(j->bytes + j->next), e);
	j->next += e->size;
	j->n++;
	j->added++;
	if (j->next > j->touched)
		j->touched = j->next;
}

static struct str kept_body(struct str body)
{
	return (struct str){body.p, body.n < JOURNAL_BODY_MAX ? body.n : JOURNAL_BODY_MAX};
}

static struct journal_entry entry_of(const struct call *c)
{
	uint64_t declared = 0, come = c->body.n;
	str_to_u64(c->head.content_length, &declared);
	struct journal_entry e = {
		.at = c->now,
		.duration_us = clock_monotonic_us() - c->started_us,
		.op = c->op,
		.service_id = c->service_id,
		.request_n = declared > come ? declared : come,
		.reply_n = c->reply.body.n,
		.fault = fault_id(c),
		.steps = c->steps,
		.n_steps = c->n_steps,
		.status = c->reply.status,
		.lost = c->reply.lost,
		.text = {[J_METHOD] = c->head.method,
			[J_TARGET] = c->head.target,
			[J_CODE] = str_of(c->reply.result_code),
			[J_ACTION] = str_of(c->reply.action),
			[J_CONTENT_TYPE] = c->head.content_type,
			[J_REQUEST] = kept_body(buf_str(&c->body)),
			[J_REPLY] = kept_body(c->reply.body)},
	};
	set_sizes(&e);
	return e;
}

/* Whether it was somebody's call to the API of the silo it is in. */
static bool is_kept(const struct call *c)
{
	if (c->probe)
		return false;
	if (!c->held && str_starts(c->head.target, STR("/s/")))
		return false;
	return !c->op || !op_is_control(c->op);
}

/* Control calls of a silo are "c1", "c2", …, what is in none is "p1", "p2", … of the process: so no
 * silo's ids depend on what happens elsewhere. */
static void give_other_id(struct call *c)
{
	bool of_silo = c->op && c->op->access == OP_ADMIN;
	_Atomic uint64_t *last = of_silo ? &c->silo->journal->controls : &strays;
	snprintf(c->id, sizeof c->id, "%c%" PRIu64, of_silo ? 'c' : 'p',
		atomic_fetch_add(last, 1) + 1);
}

void journal_add(struct call *c)
{
	struct journal *j = c->silo->journal;
	if (!is_kept(c)) {
		give_other_id(c);
		return;
	}
	struct journal_entry e = entry_of(c);
	pthread_mutex_lock(&j->lock);
	e.id = ++j->last;
	keep(j, &e);
	journal_notify(j, &e);
	pthread_mutex_unlock(&j->lock);
	snprintf(c->id, sizeof c->id, "%" PRIu64, e.id);
}
