#include "core/rand.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "core/b64.h"

#define BLOCK SHA256_SIZE

int rand_seed(struct rand *r, uint64_t seed, struct str name)
{
	char text[160];
	int n = snprintf(text, sizeof text, "%" PRIu64 "/%.*s", seed, STR_ARGS(name));
	if (n < 0 || n >= (int)sizeof text)
		return -EINVAL;
	r->seeded = true;
	atomic_store(&r->next, 0);
	return hash_sha256((struct str){text, (size_t)n}, r->key);
}

uint64_t rand_save(struct rand *r)
{
	return atomic_load(&r->next);
}

void rand_restore(struct rand *r, uint64_t position)
{
	atomic_store(&r->next, position);
}

/* The next block of the sequence. */
static int seeded_block(struct rand *r, unsigned char out[BLOCK])
{
	unsigned char input[SHA256_SIZE + sizeof(uint64_t)];
	uint64_t position = atomic_fetch_add(&r->next, 1);
	memcpy(input, r->key, SHA256_SIZE);
	for (size_t i = 0; i < sizeof position; i++)
		input[SHA256_SIZE + i] = (unsigned char)(position >> (8 * i));
	return hash_sha256((struct str){(const char *)input, sizeof input}, out);
}

static int rand_block(struct rand *r, unsigned char out[BLOCK])
{
	ssize_t got;
	if (r && r->seeded)
		return seeded_block(r, out);
	do
		got = getrandom(out, BLOCK, 0); /* up to 256 bytes never come in part */
	while (got < 0 && errno == EINTR);
	return got == BLOCK ? 0 : -EIO;
}

int rand_bytes(struct rand *r, unsigned char *ret, size_t n)
{
	unsigned char block[BLOCK];
	while (n) {
		size_t part = n < BLOCK ? n : BLOCK;
		int e = rand_block(r, block);
		if (e < 0)
			return e;
		memcpy(ret, block, part);
		ret += part;
		n -= part;
	}
	explicit_bzero(block, sizeof block);
	return 0;
}

int rand_token(struct rand *r, char ret[RAND_TOKEN_SIZE + 1])
{
	unsigned char bytes[BLOCK];
	int e = rand_block(r, bytes);
	if (e < 0)
		return e;
	ret[b64url_encode(bytes, sizeof bytes, ret)] = '\0';
	return 0;
}

int rand_secret(struct rand *r, char ret[RAND_SECRET_SIZE + 1])
{
	unsigned char bytes[2 * BLOCK];
	int e = rand_block(r, bytes);
	if (e == 0)
		e = rand_block(r, bytes + BLOCK);
	if (e < 0)
		return e;
	ret[b64url_encode(bytes, sizeof bytes, ret)] = '\0';
	return 0;
}

static int rand_u32(struct rand *r, uint32_t *ret)
{
	unsigned char bytes[BLOCK];
	int e = rand_block(r, bytes);
	if (e == 0)
		*ret = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
		       (uint32_t)bytes[3] << 24;
	return e;
}

int rand_id(struct rand *r, int64_t *ret)
{
	const uint32_t low = 1000000000;
	uint32_t value = 0;
	do {
		int e = rand_u32(r, &value);
		if (e < 0)
			return e;
	} while (value < low);
	*ret = value;
	return 0;
}

int rand_fraction(struct rand *r, double *ret)
{
	uint32_t value;
	int e = rand_u32(r, &value);
	if (e == 0)
		*ret = value / 4294967296.0;
	return e;
}
