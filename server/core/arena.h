/* Memory of one request: handed out upwards, given back all at once, never singly. */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include "core/str.h"

struct arena_chunk;

struct arena {
	char *at, *end;            /* free bytes of the newest chunk */
	char *first, *first_end;   /* the chunk the owner gave; never freed here */
	struct arena_chunk *extra; /* further chunks, newest first, from malloc */
	size_t used, ceiling;      /* bytes of the extra chunks; used never passes ceiling */
	bool failed;               /* an allocation has failed since the last reset */
	bool full;                 /* one of them for the ceiling, not for want of memory */
};

/* first (may be NULL when first_size is 0) stays the owner's and must outlive the arena. */
void arena_init(struct arena *a, void *first, size_t first_size, size_t ceiling);
/* Gives back everything but the first chunk and clears failed. */
void arena_reset(struct arena *a);

/* n bytes aligned for any type, not cleared. NULL past the ceiling or without memory; then
 * a->failed is set, so that a caller who makes many may look once at the end. */
void *arena_alloc(struct arena *a, size_t n);
void *arena_calloc(struct arena *a, size_t count, size_t size);
/* A NUL-terminated copy of s; STR_NONE (and a->failed) on failure. */
struct str arena_copy(struct arena *a, struct str s);
/* A NUL-terminated text; STR_NONE (and a->failed) on failure. */
struct str arena_printf(struct arena *a, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
struct str arena_i64(struct arena *a, int64_t value); /* decimal, likewise */

/* For torture tests: the n-th arena_alloc of this thread from now on fails, once (0: none). */
void arena_fail_at(unsigned long n);

#endif
