/* What the machine gives: cores and open files. */
#ifndef LIMITS_H
#define LIMITS_H

#include <stdint.h>

/* Cores this process may use, by its affinity and its cgroup's quota; at least 1, at most 16. */
int64_t limits_cores(void);
/* Makes room for that many connections. Gives how many there is room for. */
int64_t limits_connections(int64_t wanted);

#endif
