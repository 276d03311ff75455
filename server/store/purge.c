/* What has expired is kept for a day, so that callers hear that it expired and not that it never
 * was; then it goes. */
#include "store/store_private.h"

#define KEPT_MS ((int64_t)86400000)
#define PAUSE_MS ((int64_t)600000) /* a purge reads whole tables: not more often */

static int64_t add(int64_t time, int64_t ms)
{
	return time > INT64_MAX - ms ? INT64_MAX : time + ms;
}

static void schedule(struct store *s)
{
	int64_t due = add(s->earliest, KEPT_MS + 1), rested = add(s->last_purge, PAUSE_MS);
	atomic_store_explicit(&s->next_purge, due > rested ? due : rested, memory_order_relaxed);
}

void store_expires(struct store *s, int64_t expires_at)
{
	if (expires_at >= s->earliest)
		return;
	s->earliest = expires_at;
	schedule(s);
}

void store_expires_none(struct store *s)
{
	s->earliest = INT64_MAX;
	s->last_purge = INT64_MIN;
	schedule(s);
}

void store_expires_unknown(struct store *s)
{
	s->earliest = INT64_MIN;
	s->last_purge = INT64_MIN;
	schedule(s);
}

void store_clock_changed(struct store *s)
{
	store_enter(s);
	s->last_purge = INT64_MIN;
	schedule(s);
	store_leave(s);
}

bool store_purge_due(struct store *s, int64_t now)
{
	int64_t next = atomic_load_explicit(&s->next_purge, memory_order_relaxed);
	return now >= next && next != INT64_MAX;
}

int store_purge(struct store *s, struct clock *clock)
{
	int64_t earliest = INT64_MAX;
	int r = 0;
	struct sql *db = store_enter(s);
	/* the time of these data: while the caller waited a snapshot may have brought others */
	int64_t now = clock_now(clock);
	if (store_purge_due(s, now)) {
		r = sql_run_made(db, SQL_MAKE_PURGE, now - KEPT_MS, NULL);
		if (r == 0)
			r = sql_run_made(db, SQL_MAKE_EARLIEST, INT64_MAX, &earliest);
		s->earliest = r == 0 ? earliest : INT64_MIN;
		s->last_purge = now;
		schedule(s);
	}
	store_leave(s);
	return r;
}
