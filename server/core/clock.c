#include "core/clock.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t real_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool is_frozen(int64_t state)
{
	return state & 1;
}

static int64_t time_of(int64_t state)
{
	return is_frozen(state) ? state >> 1 : real_now() + (state >> 1);
}

int64_t clock_now(struct clock *c)
{
	return time_of(c ? atomic_load_explicit(&c->state, memory_order_relaxed) : 0);
}

bool clock_is_real(struct clock *c)
{
	return atomic_load_explicit(&c->state, memory_order_relaxed) == 0;
}

bool clock_is_frozen(struct clock *c)
{
	return is_frozen(atomic_load(&c->state));
}

void clock_set(struct clock *c, int64_t now, bool frozen)
{
	atomic_store(&c->state, frozen ? now * 2 + 1 : (now - real_now()) * 2);
}

bool clock_advance(struct clock *c, int64_t ms)
{
	int64_t state = atomic_load(&c->state);
	do {
		if (ms > CLOCK_MAX || time_of(state) > CLOCK_MAX - ms)
			return false;
	} while (!atomic_compare_exchange_weak(&c->state, &state, state + ms * 2));
	return true;
}

int64_t clock_save(struct clock *c)
{
	return atomic_load(&c->state);
}

void clock_restore(struct clock *c, int64_t saved)
{
	atomic_store(&c->state, saved);
}

bool clock_can_restore(int64_t saved)
{
	if (saved < -CLOCK_MAX * 2 || saved > CLOCK_MAX * 2 + 1)
		return false;
	return time_of(saved) >= 0 && time_of(saved) <= CLOCK_MAX;
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

size_t clock_http_date(int64_t ms, char *out)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;
	if (!gmtime_r(&seconds, &tm))
		return 0;
	return strftime(out, CLOCK_TEXT_SIZE, "%a, %d %b %Y %H:%M:%S GMT", &tm);
}

/* Exactly n digits at *at, which moves past them; -1 when there are others. */
static int digits(const char **at, const char *end, int n)
{
	int value = 0;
	for (; n; n--, ++*at) {
		if (*at == end || **at < '0' || **at > '9')
			return -1;
		value = value * 10 + (**at - '0');
	}
	return value;
}

static bool skip(const char **at, const char *end, const char *any)
{
	if (*at == end || !strchr(any, **at) || !**at)
		return false;
	++*at;
	return true;
}

/* ".123456": the first three count. */
static int fraction(const char **at, const char *end)
{
	int ms = 0, weight = 100;
	if (!skip(at, end, "."))
		return 0;
	const char *first = *at;
	for (; *at < end && **at >= '0' && **at <= '9'; ++*at, weight /= 10)
		ms += (**at - '0') * weight;
	return *at == first ? -1 : ms;
}

/* "Z" or "+02:00", in minutes; false when it is neither. */
static bool zone(const char **at, const char *end, int *ret)
{
	*ret = 0;
	if (skip(at, end, "Zz"))
		return true;
	bool minus = *at < end && **at == '-';
	if (!skip(at, end, "+-"))
		return false;
	int hours = digits(at, end, 2);
	int minutes = skip(at, end, ":") ? digits(at, end, 2) : -1;
	*ret = (hours * 60 + minutes) * (minus ? -1 : 1);
	return hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60;
}

bool clock_parse(const char *text, size_t n, int64_t *ret_ms)
{
	const char *at = text, *end = text + n;
	struct tm tm = {0};
	int shift;
	tm.tm_year = digits(&at, end, 4);
	tm.tm_mon = skip(&at, end, "-") ? digits(&at, end, 2) - 1 : -1;
	tm.tm_mday = skip(&at, end, "-") ? digits(&at, end, 2) : -1;
	tm.tm_hour = skip(&at, end, "Tt ") ? digits(&at, end, 2) : -1;
	tm.tm_min = skip(&at, end, ":") ? digits(&at, end, 2) : -1;
	tm.tm_sec = skip(&at, end, ":") ? digits(&at, end, 2) : -1;
	int ms = fraction(&at, end);
	if (ms < 0 || !zone(&at, end, &shift) || at != end)
		return false;
	if (tm.tm_year < 1970 || tm.tm_mon < 0 || tm.tm_hour < 0 || tm.tm_min < 0 ||
		tm.tm_sec < 0 || tm.tm_sec > 60)
		return false;
	struct tm given = tm;
	tm.tm_year -= 1900;
	time_t seconds = timegm(&tm); /* a 31st of April comes back as another day */
	if (tm.tm_mday != given.tm_mday || tm.tm_mon != given.tm_mon || given.tm_hour > 23 ||
		given.tm_min > 59)
		return false;
	*ret_ms = ((int64_t)seconds - (int64_t)shift * 60) * 1000 + ms;
	return *ret_ms >= 0 && *ret_ms <= CLOCK_MAX;
}
