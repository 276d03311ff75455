/* Faults: what a test orders to go wrong. Each silo has its own list. */
#ifndef HTTP_FAULT_H
#define HTTP_FAULT_H

#include "http/call.h"

struct faults;
struct fault_hit; /* the effect that was chosen for one call, in the call's arena */

/* random_seed as in the settings; -1: real randomness. NULL without memory. */
struct faults *faults_make(int64_t random_seed, const char *silo_name);
void faults_free(struct faults *faults);
/* Forgets all of them; ids and the random sequence start again. */
void faults_clear(struct faults *faults);

/* The request path, in this order. fault_find looks for the first live fault that matches the
 * checked call (c->hit) and, if it delays, sets c->wake_at_us. fault_before replaces the reply or
 * loses the call before anything is done: c->reply.status is set, or c->reply.lost. fault_after
 * damages the reply that the operation made. 0 or a negative errno. */
int fault_find(struct call *c);
int fault_before(struct call *c);
int fault_after(struct call *c);
uint64_t fault_id(const struct call *c); /* of the fault that fired; 0: none */

#endif
