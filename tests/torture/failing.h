/* Allocations that fail on request: ours, SQLite's and libcrypto's. */
#ifndef TORTURE_FAILING_H
#define TORTURE_FAILING_H

#include <stdbool.h>

/* Before anything else is done, as cmocka's group set-up. */
int failing_take_allocators(void **state);
/* The n-th from now on fails (0: none); from_then_on: and all after it. */
void failing_at(unsigned long n, bool from_then_on);
void failing_stop(void);
bool failing_hit(void); /* one has failed since failing_at */

#endif
