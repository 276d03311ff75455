/* What each silo remembers of the calls to its API: a bounded ring, oldest out first. Control calls
 * are not kept. Any thread may call these; each journal has a lock of its own. */
#ifndef HTTP_JOURNAL_H
#define HTTP_JOURNAL_H

#include "http/call.h"

#define JOURNAL_BODY_MAX ((size_t)16 * 1024) /* bytes kept of each body */

struct journal;

/* What to look for; what is absent (STR_NONE, 0, -1) is not looked at. */
struct journal_filter {
	struct str operation, result_code, action; /* action "" or code "": those without one */
	int64_t service_id;
	int64_t status;
	uint64_t after; /* only calls with a larger id */
};

/* One kept call, all of it in the arena it was copied to. */
struct journal_entry {
	uint64_t id;
	int64_t at, duration_us; /* the silo's time in milliseconds */
	const struct op *op;     /* NULL: no operation's path */
	int64_t service_id;
	int status;
	const char *result_code, *action; /* NULL: none */
	struct str method, target;        /* as they came, with the silo's prefix */
	struct str content_type, request; /* at most JOURNAL_BODY_MAX bytes */
	struct str reply;
	size_t request_n, reply_n; /* their true lengths */
	const struct step *steps;
	size_t n_steps;
	uint64_t fault; /* the fault that fired; 0: none */
	bool lost;      /* the reply was dropped on purpose */
};

/* Either 0: keeps nothing. NULL without memory. */
struct journal *journal_make(size_t max_calls, size_t max_bytes);
void journal_free(struct journal *j);
void journal_clear(struct journal *j); /* the ids go on */
/* The ids too: for a reset. */
void journal_restart(struct journal *j);
size_t journal_bytes(struct journal *j); /* memory it takes */

/* Gives the finished call its id; keeps it if it is one to the API; wakes who waits for it. */
void journal_add(struct call *c);

/* The newest that match, at most limit, newest first; *ret_total of all that match; *ret_dropped of
 * those that were lost since the journal was last emptied (with filter->after: since then). */
int journal_list(struct journal *j, struct arena *a, const struct journal_filter *filter,
	size_t limit, struct journal_entry **ret, size_t *ret_n, uint64_t *ret_total,
	uint64_t *ret_dropped);
/* The oldest with an id above that, at most limit, oldest first: for a stream. */
int journal_read(struct journal *j, struct arena *a, uint64_t after, size_t limit,
	struct journal_entry **ret, size_t *ret_n, uint64_t *ret_dropped);
/* -ENOENT. */
int journal_get(struct journal *j, struct arena *a, uint64_t id, struct journal_entry *ret);
void journal_count(struct journal *j, const struct journal_filter *filter, uint64_t *ret_count,
	uint64_t *ret_dropped);

/* The call is woken (c->wake) by each later call that matches. *filter must live as long as the
 * call. 0 or -ENOMEM. Again on the same call: nothing. */
int journal_wait(struct call *c, const struct journal_filter *filter);
void journal_unwait(struct call *c);
void journal_wake_all(struct journal *j);

#endif
