/* What each silo remembers of the calls to its API: a bounded ring, oldest out first. Control calls
 * are not kept. Any thread may call these; each journal has a lock of its own. */
#ifndef HTTP_JOURNAL_H
#define HTTP_JOURNAL_H

#include "http/call.h"

#define JOURNAL_BODY_MAX ((size_t)16 * 1024) /* bytes kept of each body */

struct journal;

/* What to look for; what is absent (STR_NONE, 0) is not looked at. */
struct journal_filter {
	struct str operation, result_code, action; /* action "" or code "": those without one */
	int64_t service_id;
	int64_t status;
	uint64_t after; /* only calls with a larger id */
};

/* The texts of a call, as they came. A list needs those before JOURNAL_LISTED only. */
enum journal_text {
	J_METHOD,
	J_TARGET, /* with the silo's prefix */
	J_CODE,   /* n 0: none */
	J_ACTION, /* likewise */
	J_CONTENT_TYPE,
	J_REQUEST, /* at most JOURNAL_BODY_MAX bytes */
	J_REPLY,   /* likewise */
	JOURNAL_TEXTS,
	JOURNAL_LISTED = J_CONTENT_TYPE,
};

/* One kept call. Steps and texts follow it in memory, wherever it is. */
struct journal_entry {
	size_t size;        /* of all of it */
	size_t listed_size; /* up to the last listed text */
	uint64_t id;
	int64_t at, duration_us; /* the silo's time in milliseconds */
	const struct op *op;     /* NULL: no operation's path */
	int64_t service_id;
	uint64_t request_n, reply_n; /* true lengths of the bodies */
	uint64_t fault;              /* the fault that fired; 0: none */
	const struct step *steps;
	size_t n_steps;
	int status;
	bool lost; /* the reply was dropped on purpose */
	struct str text[JOURNAL_TEXTS];
	struct journal_entry *next; /* of a list */
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

struct journal_list {
	struct journal_entry *first; /* the newest; copies in the arena, listed texts only */
	uint64_t total;              /* of all that match, also beyond the limit */
	uint64_t dropped; /* lost since the journal was last emptied, or since filter->after */
};

/* 0 or -ENOMEM. */
int journal_list(struct journal *j, struct arena *a, const struct journal_filter *filter,
	size_t limit, struct journal_list *ret);
/* All of one call. -ENOENT: there never was one; -ESTALE: it is gone. */
int journal_get(struct journal *j, struct arena *a, uint64_t id, struct journal_entry **ret);

/* Where a reader of all calls is. */
struct journal_place {
	uint64_t after;    /* the last one read */
	uint64_t restarts; /* of the journal when it was */
};

struct journal_place journal_end(struct journal *j);
/* The next call, listed texts only, or NULL; *ret_dropped were lost on the way to it. 0 or -ENOMEM;
 * only success moves the place. */
int journal_next(struct journal *j, struct arena *a, struct journal_place *place,
	struct journal_entry **ret, uint64_t *ret_dropped);

/* Counts; and where fewer match than at_least, the call is woken (c->wake) when that many do, and
 * whenever the journal changes otherwise. *filter must live as long as the call. 0 or -ENOMEM. */
int journal_wait(struct call *c, const struct journal_filter *filter, uint64_t at_least,
	uint64_t *ret_count, uint64_t *ret_dropped);
void journal_unwait(struct call *c);
void journal_wake_all(struct journal *j);

#endif
