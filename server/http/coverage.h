/* Which results of which operations the calls of a silo have produced. */
#ifndef HTTP_COVERAGE_H
#define HTTP_COVERAGE_H

#include "op.h"

struct coverage;

struct coverage *coverage_make(void); /* NULL without memory */
void coverage_free(struct coverage *coverage);
void coverage_clear(struct coverage *coverage);
/* code and action may be NULL; forced: a fault made the reply up. No lock. */
void coverage_hit(struct coverage *coverage, const struct op *op, const char *code,
	const char *action, bool forced);

/* Hits of one action of one result of ops[op]; with results that the schema does not list counted
 * apart, see coverage_others. */
uint64_t coverage_of(struct coverage *coverage, const struct op *op, size_t result, size_t action);
/* Those among them that a fault forced. */
uint64_t coverage_forced(
	struct coverage *coverage, const struct op *op, size_t result, size_t action);
uint64_t coverage_calls(struct coverage *coverage, const struct op *op);
uint64_t coverage_others(struct coverage *coverage, const struct op *op);

#endif
