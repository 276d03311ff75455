/* The benchmark's tickets: a name for each number, and a random order of the numbers, both
 * computed, so that ten million of them need no file. Used by fill.c, and by fail.lua as a
 * shared library. */
#ifndef BENCH_TICKET_H
#define BENCH_TICKET_H

#include <stdint.h>

enum { TICKET_SIZE = 43 }; /* base64url of 256 bits, as Authlete's own */

/* The name of ticket n; no terminator. Distinct and evenly spread over the key space. */
void ticket_name(uint64_t n, char out[TICKET_SIZE]);

/* The ticket to take as number i of a fixed random order of 0 .. count - 1. */
uint64_t ticket_order(uint64_t i, uint64_t count);

#endif
