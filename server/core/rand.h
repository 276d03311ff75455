/* Randomness, and the identifiers made of it. */
#ifndef CORE_RAND_H
#define CORE_RAND_H

#include "core/arena.h"

#define RAND_TOKEN_SIZE 43 /* 256 bits in base64url, as Authlete's tickets and tokens */

/* 43 characters and a NUL. 0, or -EIO when the kernel gives no randomness. */
int rand_token(char ret[RAND_TOKEN_SIZE + 1]);
/* A number as a fresh service or client id: ten digits, at most 2^32-1. 0 or -EIO. */
int rand_id(int64_t *ret);

#endif
