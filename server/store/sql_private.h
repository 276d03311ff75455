/* SQLite as the files of the adapter share it. */
#ifndef STORE_SQL_PRIVATE_H
#define STORE_SQL_PRIVATE_H

#include <sqlite3.h>

/* Once, before the first connection of the process. */
void page_cache_install(void); /* page_cache.c */
void sql_memory_install(void); /* sql_memory.c */

#endif
