#include "core/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/poison.h"

#define ALIGNMENT 16
#define CHUNK_MIN 4096
#define CHUNK_MAX ((size_t)1 << 20)

struct arena_chunk {
	struct arena_chunk *next;
	size_t size; /* bytes after this header */
};
_Static_assert(sizeof(struct arena_chunk) % ALIGNMENT == 0, "payload must stay aligned");

static _Thread_local unsigned long fail_countdown;

void arena_fail_at(unsigned long n)
{
	fail_countdown = n;
}

static void use_first(struct arena *a)
{
	a->at = a->first;
	a->end = a->first_end;
	if (a->first)
		ASAN_POISON_MEMORY_REGION(a->first, (size_t)(a->first_end - a->first));
}

void arena_init(struct arena *a, void *first, size_t first_size, size_t ceiling)
{
	*a = (struct arena){.ceiling = ceiling};
	if (first_size) {
		a->first = first;
		a->first_end = a->first + first_size;
	}
	use_first(a);
}

void arena_reset(struct arena *a)
{
	while (a->extra) {
		struct arena_chunk *chunk = a->extra;
		a->extra = chunk->next;
		ASAN_UNPOISON_MEMORY_REGION(chunk + 1, chunk->size);
		free(chunk);
	}
	a->used = 0;
	a->failed = a->full = false;
	use_first(a);
}

/* A new chunk that holds at least n bytes; each is as large as all before it, within bounds. */
static bool add_chunk(struct arena *a, size_t n)
{
	size_t size = a->used < CHUNK_MIN ? CHUNK_MIN : a->used;
	if (size > CHUNK_MAX)
		size = CHUNK_MAX;
	if (size > a->ceiling - a->used)
		size = a->ceiling - a->used;
	if (size < n)
		size = n;
	if (size > a->ceiling - a->used) {
		a->full = true;
		return false;
	}
	struct arena_chunk *chunk = malloc(sizeof *chunk + size);
	if (!chunk)
		return false;
	chunk->next = a->extra;
	chunk->size = size;
	a->extra = chunk;
	a->used += size;
	a->at = (char *)(chunk + 1);
	a->end = a->at + size;
	ASAN_POISON_MEMORY_REGION(a->at, size);
	return true;
}

void *arena_alloc(struct arena *a, size_t n)
{
	if (fail_countdown && --fail_countdown == 0) {
		a->failed = true;
		return NULL;
	}
	if (n > PTRDIFF_MAX) { /* rounded up, it would be little */
		a->failed = a->full = true;
		return NULL;
	}
	n = (n + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
	if ((!a->at || (size_t)(a->end - a->at) < n) && !add_chunk(a, n)) {
		a->failed = true;
		return NULL;
	}
	void *p = a->at;
	a->at += n;
	ASAN_UNPOISON_MEMORY_REGION(p, n);
	return p;
}

void *arena_calloc(struct arena *a, size_t count, size_t size)
{
	size_t n;
	if (__builtin_mul_overflow(count, size, &n)) {
		a->failed = true;
		return NULL;
	}
	void *p = arena_alloc(a, n);
	return p ? memset(p, 0, n) : NULL;
}

struct str arena_copy(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	if (!p)
		return STR_NONE;
	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return (struct str){p, s.n};
}

struct str arena_i64(struct arena *a, int64_t value)
{
	char digits[STR_I64_SIZE];
	return arena_copy(a, str_from_i64(value, digits));
}

struct str arena_printf(struct arena *a, const char *format, ...)
{
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, format, args);
	char *p = n < 0 ? NULL : arena_alloc(a, (size_t)n + 1);
	if (p)
		vsnprintf(p, (size_t)n + 1, format, again);
	va_end(again);
	va_end(args);
	return p ? (struct str){p, (size_t)n} : STR_NONE;
}
