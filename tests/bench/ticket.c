#include "ticket.h"

/* splitmix64: one to one, and every bit of the result depends on every bit of x. */
static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return x ^ (x >> 31);
}

void ticket_name(uint64_t n, char out[TICKET_SIZE])
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	uint8_t bytes[33] = {0};

	for (unsigned word = 0; word < 4; word++) {
		uint64_t random = mix(n * 4 + word);
		for (unsigned i = 0; i < 8; i++)
			bytes[word * 8 + i] = (uint8_t)(random >> (i * 8));
	}
	for (unsigned i = 0; i < TICKET_SIZE; i++) {
		unsigned bit = i * 6, pair = (unsigned)bytes[bit / 8] << 8 | bytes[bit / 8 + 1];
		out[i] = digits[pair >> (10 - bit % 8) & 63];
	}
}

/* A Feistel network over the smallest even number of bits that holds count, walked until it
 * falls inside: a permutation of 0 .. count - 1, less than four steps on average. */
uint64_t ticket_order(uint64_t i, uint64_t count)
{
	unsigned half = 1;

	while (half < 31 && (uint64_t)1 << (half * 2) < count)
		half++;
	uint64_t mask = ((uint64_t)1 << half) - 1;
	do {
		uint64_t left = i >> half, right = i & mask;
		for (uint64_t round = 1; round <= 4; round++) {
			uint64_t next = left ^ (mix(right ^ round << 40) & mask);
			left = right;
			right = next;
		}
		i = left << half | right;
	} while (i >= count);
	return i;
}
