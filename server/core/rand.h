/* Randomness, and the identifiers made of it. */
#ifndef CORE_RAND_H
#define CORE_RAND_H

#include "core/arena.h"
#include "core/hash.h"

#define RAND_TOKEN_SIZE 43  /* 256 bits in base64url, as Authlete's tickets and tokens */
#define RAND_SECRET_SIZE 86 /* 512 bits, as its client secrets */

/* All zeros: the kernel's randomness. Seeded: a sequence that depends on the seed and the name
 * alone (--random-seed), SHA-256 of key and counter. */
struct rand {
	bool seeded;
	unsigned char key[SHA256_SIZE];
	_Atomic uint64_t next;
};

/* 0 or -ENOMEM. */
int rand_seed(struct rand *r, uint64_t seed, struct str name);
/* Where a seeded sequence stands, and back there. */
uint64_t rand_save(struct rand *r);
void rand_restore(struct rand *r, uint64_t position);

/* n bytes, for keys and nonces; NULL as the source is the kernel's. 0 or -EIO. */
int rand_bytes(struct rand *r, unsigned char *ret, size_t n);
/* 43 characters and a NUL. 0, or -EIO when the kernel gives no randomness. */
int rand_token(struct rand *r, char ret[RAND_TOKEN_SIZE + 1]);
/* 86 characters and a NUL, likewise. */
int rand_secret(struct rand *r, char ret[RAND_SECRET_SIZE + 1]);
/* A number as a fresh service or client id: ten digits, at most 2^32-1. 0 or -EIO. */
int rand_id(struct rand *r, int64_t *ret);
/* From 0 to below 1. 0 or -EIO. */
int rand_fraction(struct rand *r, double *ret);

#endif
