/* The only reader of the system's clocks. */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* A silo's time; at present it is the real one. */
struct clock {
	int64_t offset_ms; /* added to the real time */
};

int64_t clock_now(const struct clock *c); /* milliseconds since the epoch */
int64_t clock_monotonic_us(void);         /* microseconds since some fixed moment */
int64_t clock_coarse_us(void);            /* the same, up to 10 ms behind, for next to nothing */
/* "2026-11-23T21:43:40.123Z" (RFC 3339) into out, which holds CLOCK_TEXT_SIZE bytes. */
#define CLOCK_TEXT_SIZE 32
size_t clock_text(int64_t ms, char *out);

#endif
