#include "core/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define ROOM_MIN 256

struct buf buf_make(struct arena *a, size_t max)
{
	return (struct buf){.arena = a, .max = max};
}

static bool grow(struct buf *b, size_t n)
{
	if (b->failed)
		return false;
	if (n > b->max - b->n) {
		b->failed = b->overflowed = true;
		return false;
	}
	size_t room = b->room * 2 < ROOM_MIN ? ROOM_MIN : b->room * 2;
	if (room < b->n + n)
		room = b->n + n;
	if (room > b->max)
		room = b->max;
	char *p = arena_alloc(b->arena, room);
	if (!p) {
		b->failed = true;
		return false;
	}
	if (b->n)
		memcpy(p, b->p, b->n);
	b->p = p;
	b->room = room;
	return true;
}

bool buf_reserve(struct buf *b, size_t n)
{
	return b->room - b->n >= n && !b->failed ? true : grow(b, n);
}

void buf_add(struct buf *b, struct str s)
{
	if (!buf_reserve(b, s.n) || s.n == 0)
		return;
	memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
}

void buf_add_char(struct buf *b, char c)
{
	if (buf_reserve(b, 1))
		b->p[b->n++] = c;
}

void buf_add_i64(struct buf *b, int64_t value)
{
	char digits[STR_I64_SIZE];
	buf_add(b, str_from_i64(value, digits));
}

void buf_addf(struct buf *b, const char *format, ...)
{
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, format, args);
	if (n < 0)
		b->failed = true;
	else if (buf_reserve(b, (size_t)n + 1)) {
		vsnprintf(b->p + b->n, (size_t)n + 1, format, again);
		b->n += (size_t)n;
	}
	va_end(again);
	va_end(args);
}

struct str buf_str(const struct buf *b)
{
	return b->failed ? STR_NONE : (struct str){b->p ? b->p : "", b->n};
}
