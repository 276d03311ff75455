/* What torture is: a call is made while memory runs out or SQL fails at its first point, its
 * second, and so on until it succeeds. Whatever happens, the answer is the right one or a clean
 * 500, the data has changed if and only if the answer is the right one, and the store works on. */
#ifndef TORTURE_TORTURE_H
#define TORTURE_TORTURE_H

#include "fixture.h"

enum torture_kind { ARENA, SQL, ALLOCATION, ALLOCATIONS_FOR_GOOD };

struct subject {
	const char *name;
	const char *target, *body;
	int status; /* when nothing fails */
	bool exact; /* the answer is the same each time */
	bool (*untouched)(void), (*done)(void);
	const char *method; /* NULL: POST */
};

extern struct fixture f; /* the tests open and close it */

/* prepare makes a store in the state before the call, its statements prepared or not. Returns how
 * often the call was refused. */
unsigned long torture(const struct subject *s, enum torture_kind kind, bool warm,
	void (*prepare)(const struct subject *s, bool warm));

#endif
