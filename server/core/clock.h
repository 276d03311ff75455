/* The only reader of the system's clocks. */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A silo's time: the real one, shifted, or standing still. All zeros is the real one. It is one
 * word, so readers need no lock: twice the shift, or twice the frozen time and one. */
struct clock {
	_Atomic int64_t state;
};

#define CLOCK_MAX ((int64_t)253402300799999) /* the last millisecond of the year 9999 */

int64_t clock_now(struct clock *c);  /* milliseconds since the epoch; NULL: the real time */
bool clock_is_real(struct clock *c); /* neither shifted nor frozen */
bool clock_is_frozen(struct clock *c);
/* Makes it show that time from now on, or for ever. now is from 0 to CLOCK_MAX. */
void clock_set(struct clock *c, int64_t now, bool frozen);
/* Forward by so many milliseconds, frozen or not. False, and nothing is changed, when that would
 * pass CLOCK_MAX. */
bool clock_advance(struct clock *c, int64_t ms);
/* For snapshots: what to keep, and back. */
int64_t clock_save(struct clock *c);
void clock_restore(struct clock *c, int64_t saved);
bool clock_can_restore(int64_t saved); /* the time it shows is from 0 to CLOCK_MAX */

int64_t clock_monotonic_us(void); /* microseconds since some fixed moment */
int64_t clock_coarse_us(void);    /* the same, up to 10 ms behind, for next to nothing */
/* "2026-11-23T21:43:40.123Z" (RFC 3339) into out, which holds CLOCK_TEXT_SIZE bytes. */
#define CLOCK_TEXT_SIZE 32
size_t clock_text(int64_t ms, char *out);
/* "Mon, 23 Nov 2026 21:43:40 GMT" (RFC 9110 section 5.6.7), likewise. */
size_t clock_http_date(int64_t ms, char *out);
/* Reads RFC 3339, from the year 1970 to 9999. False when it is none. */
bool clock_parse(const char *text, size_t n, int64_t *ret_ms);

#endif
