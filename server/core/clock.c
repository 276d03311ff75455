#include "core/clock.h"

#include <stdio.h>
#include <time.h>

int64_t clock_now(const struct clock *c)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + (c ? c->offset_ms : 0);
}

static int64_t read_us(clockid_t which)
{
	struct timespec t;
	clock_gettime(which, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_monotonic_us(void)
{
	return read_us(CLOCK_MONOTONIC);
}

int64_t clock_coarse_us(void)
{
	return read_us(CLOCK_MONOTONIC_COARSE);
}

size_t clock_text(int64_t ms, char *out)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;
	if (!gmtime_r(&seconds, &tm))
		return 0;
	size_t n = strftime(out, CLOCK_TEXT_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
	int more = snprintf(out + n, CLOCK_TEXT_SIZE - n, ".%03dZ", (int)(ms % 1000));
	return n + (size_t)more;
}
