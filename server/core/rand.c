#include "core/rand.h"

#include <errno.h>
#include <sys/random.h>

#include "core/b64.h"

static int rand_bytes(void *out, size_t n)
{
	ssize_t got;
	do
		got = getrandom(out, n, 0); /* up to 256 bytes never come in part */
	while (got < 0 && errno == EINTR);
	return got == (ssize_t)n ? 0 : -EIO;
}

int rand_token(char ret[RAND_TOKEN_SIZE + 1])
{
	unsigned char bytes[32];
	int r = rand_bytes(bytes, sizeof bytes);
	if (r < 0)
		return r;
	ret[b64url_encode(bytes, sizeof bytes, ret)] = '\0';
	return 0;
}

int rand_id(int64_t *ret)
{
	const uint32_t low = 1000000000;
	uint32_t value = 0;
	do {
		int r = rand_bytes(&value, sizeof value);
		if (r < 0)
			return r;
	} while (value < low);
	*ret = value;
	return 0;
}
