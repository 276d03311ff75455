/* What the files of store/ share. */
#ifndef STORE_PRIVATE_H
#define STORE_PRIVATE_H

#include "store/sql.h"
#include "store/store.h"

/* The connection, held until store_leave. Inside store_transaction the thread has it already. */
struct sql *store_enter(struct store *s);
void store_leave(struct store *s);
void store_access_changed(struct store *s);

/* SQLite takes a file of a few bytes for a fresh database, and does not miss the end of a last
 * page. -EBADMSG when the file is not empty and is not, from its first byte to its last, a
 * database. */
int store_file_check(const char *path);

#endif
