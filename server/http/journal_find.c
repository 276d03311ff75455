/* Looking into the ring, and waiting for what is not there yet. */
#include <errno.h>
#include <string.h>

#include "http/journal_private.h"

static bool matches(const struct journal_filter *f, const struct journal_entry *e)
{
	if (f->service_id && f->service_id != e->service_id)
		return false;
	if (f->status && f->status != e->status)
		return false;
	if (f->operation.p && !(e->op && str_eq(f->operation, str_of(e->op->name))))
		return false;
	if (f->result_code.p && !str_eq(f->result_code, e->text[J_CODE]))
		return false;
	return !f->action.p || str_eq(f->action, e->text[J_ACTION]);
}

/* The first id that the filter allows and the journal still has. */
static uint64_t first_of(const struct journal *j, const struct journal_filter *f)
{
	uint64_t first = journal_first_id(j);
	return f->after >= first ? f->after + 1 : first;
}

static uint64_t dropped_after(const struct journal *j, uint64_t after)
{
	uint64_t before = journal_first_id(j) - 1;
	if (after < j->emptied)
		after = j->emptied;
	return before > after ? before - after : 0;
}

/* A copy that points into itself; without the unlisted texts unless it is to be whole. */
static struct journal_entry *copy(struct arena *a, const struct journal_entry *e, bool whole)
{
	size_t size = whole ? e->size : e->listed_size;
	struct journal_entry *to = arena_alloc(a, size);
	if (!to)
		return NULL;
	memcpy(to, e, size);
	to->next = NULL;
	to->steps = (const struct step *)(const void *)(to + 1);
	for (int i = 0; i < JOURNAL_TEXTS; i++) {
		if (whole || i < JOURNAL_LISTED)
			to->text[i].p = (char *)to + (e->text[i].p - (const char *)e);
		else
			to->text[i] = STR_NONE;
	}
	return to;
}

int journal_list(struct journal *j, struct arena *a, const struct journal_filter *filter,
	size_t limit, struct journal_list *ret)
{
	struct journal_entry **end = &ret->first;
	size_t n = 0;
	int r = 0;
	*ret = (struct journal_list){0};
	pthread_mutex_lock(&j->lock);
	ret->dropped = dropped_after(j, filter->after);
	for (uint64_t id = j->last; r == 0 && j->n && id >= first_of(j, filter); id--) {
		const struct journal_entry *e = journal_at(j, id);
		if (!matches(filter, e))
			continue;
		ret->total++;
		if (n++ >= limit)
			continue;
		*end = copy(a, e, false);
		if (*end)
			end = &(*end)->next;
		else
			r = -ENOMEM;
	}
	pthread_mutex_unlock(&j->lock);
	return r;
}

int journal_get(struct journal *j, struct arena *a, uint64_t id, struct journal_entry **ret)
{
	int r = 0;
	pthread_mutex_lock(&j->lock);
	if (id == 0 || id > j->last)
		r = -ENOENT;
	else if (id < journal_first_id(j))
		r = -ESTALE;
	else if (!(*ret = copy(a, journal_at(j, id), true)))
		r = -ENOMEM;
	pthread_mutex_unlock(&j->lock);
	return r;
}

struct journal_place journal_end(struct journal *j)
{
	pthread_mutex_lock(&j->lock);
	struct journal_place end = {.after = j->last, .restarts = j->restarts};
	pthread_mutex_unlock(&j->lock);
	return end;
}

int journal_next(struct journal *j, struct arena *a, struct journal_place *place,
	struct journal_entry **ret, uint64_t *ret_dropped)
{
	int r = 0;
	*ret = NULL;
	pthread_mutex_lock(&j->lock);
	if (place->restarts != j->restarts)
		*place = (struct journal_place){.restarts = j->restarts};
	uint64_t id = place->after + 1;
	*ret_dropped = dropped_after(j, place->after);
	if (id < journal_first_id(j))
		id = journal_first_id(j);
	if (id <= j->last && !(*ret = copy(a, journal_at(j, id), false)))
		r = -ENOMEM;
	else if (*ret || *ret_dropped)
		place->after = *ret ? id : j->last;
	pthread_mutex_unlock(&j->lock);
	return r;
}

/* With the lock held. */
static uint64_t count(const struct journal *j, const struct journal_filter *filter)
{
	uint64_t n = 0;
	if (j->n)
		for (uint64_t id = j->last; id >= first_of(j, filter); id--)
			n += matches(filter, journal_at(j, id));
	return n;
}

static struct waiter *join(struct journal *j, struct call *c)
{
	struct waiter *w = arena_calloc(&c->arena, 1, sizeof *w);
	if (!w)
		return NULL;
	w->call = c;
	w->next = j->waiters;
	if (w->next)
		w->next->previous = w;
	j->waiters = w;
	return w;
}

int journal_wait(struct call *c, const struct journal_filter *filter, uint64_t at_least,
	uint64_t *ret_count, uint64_t *ret_dropped)
{
	struct journal *j = c->silo->journal;
	int r = 0;
	pthread_mutex_lock(&j->lock);
	*ret_count = count(j, filter);
	*ret_dropped = dropped_after(j, filter->after);
	if (*ret_count < at_least && !c->waiter && !(c->waiter = join(j, c)))
		r = -ENOMEM;
	if (c->waiter) {
		c->waiter->filter = filter;
		c->waiter->wanted = *ret_count < at_least ? at_least - *ret_count : 0;
	}
	pthread_mutex_unlock(&j->lock);
	return r;
}

void journal_unwait(struct call *c)
{
	struct journal *j = c->silo->journal;
	struct waiter *w = c->waiter;
	pthread_mutex_lock(&j->lock);
	if (w->previous)
		w->previous->next = w->next;
	else
		j->waiters = w->next;
	if (w->next)
		w->next->previous = w->previous;
	c->waiter = NULL;
	pthread_mutex_unlock(&j->lock);
}

void journal_notify(struct journal *j, const struct journal_entry *entry)
{
	for (struct waiter *w = j->waiters; w; w = w->next) {
		if (!w->wanted)
			continue;
		if (entry && (entry->id <= w->filter->after || !matches(w->filter, entry)))
			continue;
		w->wanted = entry ? w->wanted - 1 : 0;
		if (!w->wanted && w->call->wake)
			w->call->wake(w->call->wake_arg);
	}
}

void journal_wake_all(struct journal *j)
{
	pthread_mutex_lock(&j->lock);
	journal_notify(j, NULL);
	pthread_mutex_unlock(&j->lock);
}
