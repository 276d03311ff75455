/* Faults: what a test orders to go wrong. Each silo has its own list. */
#ifndef HTTP_FAULT_H
#define HTTP_FAULT_H

#include "http/call.h"

#define FAULTS_MAX 1000
#define FAULTS_BYTES_MAX ((size_t)16 << 20) /* of all faults of a silo */

struct faults;
struct fault;
struct fault_hit; /* the fault that fires on one call, in the call's arena */

/* random_seed as in the settings; -1: real randomness. NULL without memory. */
struct faults *faults_make(int64_t random_seed, const char *silo_name);
void faults_free(struct faults *faults);
/* Forgets all of them; ids and the random sequence start again. */
void faults_clear(struct faults *faults);
size_t faults_bytes(struct faults *faults);

/* The request path, in this order. fault_find looks for the first live fault that matches the
 * checked call (c->hit) and, if it delays, sets c->wake_at_us. fault_before replaces the reply or
 * loses the call before anything is done: c->reply.status is set. 0 or a negative errno.
 * fault_after damages the reply that the operation made. */
int fault_find(struct call *c);
int fault_before(struct call *c);
void fault_after(struct call *c);
uint64_t fault_id(const struct call *c); /* of the fault that fired; 0: none */
void fault_end(struct call *c);          /* lets go of it */

/* A fault from a body, and what its schema has against that. -EINVAL: *ret_why, in the arena, has
 * every reason why it cannot be; -ENOMEM. */
int fault_read(struct arena *a, struct cJSON *in, const struct schema_report *report,
	struct fault **ret, struct str *ret_why);
void fault_release(struct fault *fault); /* NULL is nothing */
/* Takes it over, whatever comes of it. -ENOSPC: there are too many, or too large ones. */
int faults_add(struct faults *faults, struct fault *fault, uint64_t *ret_id);
int faults_remove(struct faults *faults, uint64_t id); /* -ENOENT */
void faults_remove_all(struct faults *faults);         /* no id is ever used again */
/* An array of all of them, in order of creation. 0 or -ENOMEM. */
int faults_write(struct faults *faults, struct arena *a, struct json_writer *w);

#endif
