/* malloc and its like are linked with --wrap, see meson.build. */
#include "failing.h"

#include <openssl/crypto.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

void *__real_malloc(size_t n);
void *__real_calloc(size_t count, size_t n);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t n);
void *__wrap_realloc(void *p, size_t n);
void __wrap_log_line(const char *format, ...);

static unsigned long countdown; /* 0: none fails */
static bool for_good, hit;      /* all after it fail too; it was reached */

static bool must_fail(void)
{
	if (countdown > 1) {
		countdown--;
		return false;
	}
	if (countdown == 0)
		return false;
	hit = true;
	if (!for_good)
		countdown = 0;
	return true;
}

void failing_at(unsigned long n, bool from_then_on)
{
	countdown = n;
	for_good = from_then_on;
	hit = false;
}

void failing_stop(void)
{
	countdown = 0;
}

bool failing_hit(void)
{
	return hit;
}

void *__wrap_malloc(size_t n)
{
	return must_fail() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t count, size_t n)
{
	return must_fail() ? NULL : __real_calloc(count, n);
}

void *__wrap_realloc(void *p, size_t n)
{
	return must_fail() ? NULL : __real_realloc(p, n);
}

/* Thousands of failures need not be written down. */
void __wrap_log_line(const char *format, ...)
{
	(void)format;
}

/* libcrypto and SQLite are shared objects, so they are told where to ask. SQLite wants to know the
 * size of what it was given. */
static void *crypto_malloc(size_t n, const char *file, int line)
{
	(void)file, (void)line;
	return must_fail() ? NULL : __real_malloc(n);
}

static void *crypto_realloc(void *p, size_t n, const char *file, int line)
{
	(void)file, (void)line;
	return must_fail() ? NULL : __real_realloc(p, n);
}

static void crypto_free(void *p, const char *file, int line)
{
	(void)file, (void)line;
	free(p);
}

#define HEADER 16

static void *sqlite_malloc(int n)
{
	char *p = must_fail() ? NULL : __real_malloc((size_t)n + HEADER);
	if (!p)
		return NULL;
	memcpy(p, &n, sizeof n);
	return p + HEADER;
}

static void sqlite_free(void *p)
{
	free(p ? (char *)p - HEADER : NULL);
}

static void *sqlite_realloc(void *old, int n)
{
	char *p = must_fail()
			  ? NULL
			  : __real_realloc(old ? (char *)old - HEADER : NULL, (size_t)n + HEADER);
	if (!p)
		return NULL;
	memcpy(p, &n, sizeof n);
	return p + HEADER;
}

static int sqlite_size(void *p)
{
	int n;
	memcpy(&n, (char *)p - HEADER, sizeof n);
	return n;
}

static int sqlite_roundup(int n)
{
	return (n + 7) & ~7;
}

static int sqlite_init(void *unused)
{
	(void)unused;
	return SQLITE_OK;
}

static void sqlite_shutdown(void *unused)
{
	(void)unused;
}

int failing_take_allocators(void **state)
{
	static const sqlite3_mem_methods methods = {sqlite_malloc, sqlite_free, sqlite_realloc,
		sqlite_size, sqlite_roundup, sqlite_init, sqlite_shutdown, NULL};
	(void)state;
	if (CRYPTO_set_mem_functions(crypto_malloc, crypto_realloc, crypto_free) != 1)
		return -1;
	/* without its private pools, so that even the smallest allocation comes here */
	if (sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) != SQLITE_OK)
		return -1;
	return sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) == SQLITE_OK ? 0 : -1;
}
