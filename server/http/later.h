/* Waking calls at a time: those that a fault delays, that wait for the journal, or that stream. */
#ifndef HTTP_LATER_H
#define HTTP_LATER_H

#include <stddef.h>
#include <stdint.h>

struct later {
	int64_t at_us; /* monotonic */
	size_t place;  /* in the heap, from 1; 0: not in it */
	void (*wake)(void *arg);
	void *arg;
};

int later_start(void); /* 0 or -ENOMEM */
/* Wakes all there are and ends. */
void later_stop(void);
/* Calls l->wake(l->arg) at that time, in a thread of its own, once, unless later_remove comes
 * first. 0 or -ENOMEM. */
int later_add(struct later *l);
/* Afterwards wake is not running and will not be called. */
void later_remove(struct later *l);

#endif
