/* What the files of store/ share. */
#ifndef STORE_PRIVATE_H
#define STORE_PRIVATE_H

#include "store/sql.h"
#include "store/store.h"

/* The connection, held until store_leave. Inside store_transaction the thread has it already. */
struct sql *store_enter(struct store *s);
void store_leave(struct store *s);
void store_access_changed(struct store *s);

#endif
