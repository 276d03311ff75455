/* SQLite's memory, with the blocks of its journal kept at hand.
 *
 * So that a transaction can be undone SQLite copies each page before it changes it, in memory in
 * blocks of 1 KB: some thirty for a call that issues tokens, all given back at its end. That is
 * more than malloc keeps for a quick return; so each thread keeps those it gave back last. */
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/poison.h"
#include "store/sql_private.h"

#define BLOCK 1024 /* bytes that SQLite asks for */
#define KEPT_MAX 48

static sqlite3_mem_methods sqlites;

struct blocks {
	size_t size; /* that a block has then; 0: there was none yet */
	int n;
	void *at[KEPT_MAX];
	bool watched; /* the end of the thread gives them back */
};
static _Thread_local struct blocks kept;
static pthread_key_t at_end;

static void *take(int n)
{
	void *p;
	if (n == BLOCK && kept.n) {
		p = kept.at[--kept.n];
		ASAN_UNPOISON_MEMORY_REGION(p, kept.size);
		return p;
	}
	p = sqlites.xMalloc(n);
	if (p && n == BLOCK)
		kept.size = (size_t)sqlites.xSize(p);
	return p;
}

static bool is_watched(void)
{
	if (!kept.watched)
		kept.watched = pthread_setspecific(at_end, &kept) == 0;
	return kept.watched;
}

static void give(void *p)
{
	if (kept.n == KEPT_MAX || (size_t)sqlites.xSize(p) != kept.size || !is_watched()) {
		sqlites.xFree(p);
		return;
	}
	kept.at[kept.n++] = p;
	ASAN_POISON_MEMORY_REGION(p, kept.size);
}

static void give_all(void *arg)
{
	struct blocks *blocks = arg;
	while (blocks->n) {
		void *p = blocks->at[--blocks->n];
		ASAN_UNPOISON_MEMORY_REGION(p, blocks->size);
		sqlites.xFree(p);
	}
	blocks->watched = false;
}

void sql_memory_install(void)
{
	if (pthread_key_create(&at_end, give_all) != 0)
		return; /* it works without */
	sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlites);
	sqlite3_mem_methods ours = sqlites;
	ours.xMalloc = take;
	ours.xFree = give;
	sqlite3_config(SQLITE_CONFIG_MALLOC, &ours);
}
