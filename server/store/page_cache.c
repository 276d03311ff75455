/* SQLite's own page cache, spared a search that it makes for nothing.
 *
 * When SQLite splits or joins pages of a table it puts them in order, and on the way gives one of
 * them a key far above all others. At each commit it lets go of the pages past the database's end;
 * its cache, which remembers the highest key there ever was, then goes over all its pages and finds
 * none. In a database of 40 MB that takes as long as ten calls. Here the cache is asked only where
 * there can be such pages. */

#include <stddef.h>

#include "store/sql_private.h"

/* Those of SQLite; what they make is never looked into here. */
static sqlite3_pcache_methods2 sqlites;

struct sqlite3_pcache {
	sqlite3_pcache *pages; /* SQLite's */
	unsigned highest;      /* key under which a page was made */
	unsigned aside;        /* pages that were moved above it */
};

static sqlite3_pcache *create(int page_size, int extra_size, int purgeable)
{
	sqlite3_pcache *c = sqlite3_malloc64(sizeof *c);
	if (!c)
		return NULL;
	*c = (sqlite3_pcache){.pages = sqlites.xCreate(page_size, extra_size, purgeable)};
	if (c->pages)
		return c;
	sqlite3_free(c);
	return NULL;
}

static void set_size(sqlite3_pcache *c, int pages)
{
	sqlites.xCachesize(c->pages, pages);
}

static int count(sqlite3_pcache *c)
{
	return sqlites.xPagecount(c->pages);
}

static sqlite3_pcache_page *fetch(sqlite3_pcache *c, unsigned key, int make)
{
	if (make && key > c->highest)
		c->highest = key;
	return sqlites.xFetch(c->pages, key, make);
}

static void unpin(sqlite3_pcache *c, sqlite3_pcache_page *page, int discard)
{
	sqlites.xUnpin(c->pages, page, discard);
}

static void rekey(sqlite3_pcache *c, sqlite3_pcache_page *page, unsigned from, unsigned to)
{
	c->aside += to > c->highest;
	c->aside -= from > c->highest;
	sqlites.xRekey(c->pages, page, from, to);
}

static void truncate_from(sqlite3_pcache *c, unsigned key)
{
	if (key > c->highest && !c->aside)
		return;
	sqlites.xTruncate(c->pages, key);
	c->highest = key ? key - 1 : 0;
	c->aside = 0;
}

static void destroy(sqlite3_pcache *c)
{
	sqlites.xDestroy(c->pages);
	sqlite3_free(c);
}

static void shrink(sqlite3_pcache *c)
{
	sqlites.xShrink(c->pages);
}

void page_cache_install(void)
{
	sqlite3_config(SQLITE_CONFIG_GETPCACHE2, &sqlites);
	sqlite3_pcache_methods2 ours = sqlites; /* what begins and ends them all is SQLite's */
	ours.xCreate = create;
	ours.xCachesize = set_size;
	ours.xPagecount = count;
	ours.xFetch = fetch;
	ours.xUnpin = unpin;
	ours.xRekey = rekey;
	ours.xTruncate = truncate_from;
	ours.xDestroy = destroy;
	ours.xShrink = shrink;
	sqlite3_config(SQLITE_CONFIG_PCACHE2, &ours);
}
