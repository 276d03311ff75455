/* Growing bytes in an arena, with a maximum given at birth. Sticky: after the first failure every
 * call does nothing and the end looks once at failed. */
#ifndef CORE_BUF_H
#define CORE_BUF_H

#include "core/arena.h"

struct buf {
	struct arena *arena;
	char *p;
	size_t n, room, max; /* bytes in use, reserved, allowed */
	bool failed;         /* no memory, or past max */
	bool overflowed;     /* failed because of max */
};

struct buf buf_make(struct arena *a, size_t max);
/* Room for at least n more bytes. False (and failed) when that cannot be. */
bool buf_reserve(struct buf *b, size_t n);
void buf_add(struct buf *b, struct str s);
void buf_add_char(struct buf *b, char c);
void buf_add_i64(struct buf *b, int64_t value);
void buf_addf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What was written, alive as long as the arena; STR_NONE after a failure. */
struct str buf_str(const struct buf *b);

#endif
