/* The ring itself, for journal.c and journal_find.c. */
#ifndef HTTP_JOURNAL_PRIVATE_H
#define HTTP_JOURNAL_PRIVATE_H

#include <pthread.h>

#include "http/journal.h"

/* Calls lie one after the other in bytes; where the next one does not fit before the end it goes to
 * the start. Their ids are without gaps, so places[id % max_calls] finds each. Both are one
 * mapping, made by the first call; its pages cost nothing until they are written. */
struct journal {
	pthread_mutex_t lock;
	size_t max_calls, max_bytes;
	char *bytes;
	size_t *places;
	size_t oldest, next; /* where the oldest call is, and where a new one goes */
	size_t n;            /* calls kept: the last n ids */
	size_t touched;      /* bytes that were ever written */
	uint64_t added;      /* places likewise */
	uint64_t last;       /* the last id given */
	uint64_t emptied;    /* the last id when it was emptied */
	uint64_t restarts;
	_Atomic uint64_t controls; /* control calls so far */
	struct waiter *waiters;
};

struct waiter {
	struct waiter *next, *previous;
	struct call *call;
	const struct journal_filter *filter;
	uint64_t wanted; /* so many more; 0: it was woken, or does not wait now */
};

/* All with the lock held. */
static inline uint64_t journal_first_id(const struct journal *j)
{
	return j->last - j->n + 1;
}

static inline struct journal_entry *journal_at(const struct journal *j, uint64_t id)
{
	return (struct journal_entry *)(void *)(j->bytes + j->places[id % j->max_calls]);
}

/* Tells those who wait for such a call; NULL: something else has changed. */
void journal_notify(struct journal *j, const struct journal_entry *entry);

#endif
