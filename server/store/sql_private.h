/* SQLite as the files of the adapter share it. */
#ifndef STORE_SQL_PRIVATE_H
#define STORE_SQL_PRIVATE_H

#include <sqlite3.h>

/* Once, before the first connection of the process (page_cache.c). */
void page_cache_install(void);

#endif
