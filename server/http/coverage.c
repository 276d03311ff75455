/* One array of counters per operation, made when the operation is first called in the silo. Its
 * second half counts what faults forced. */
#include "http/coverage.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { WITHOUT_CODE, OTHERS, FIRST_RESULT };

struct coverage {
	size_t n; /* of the operations there are */
	_Atomic(_Atomic uint64_t *) of[];
};

/* A result without actions counts as one with a single action. */
static size_t width(const struct op_result *result)
{
	size_t n = 0;
	while (result->actions[n])
		n++;
	return n ? n : 1;
}

/* Where the counters of that result begin; of the one after the last: how many there are. */
static size_t slot(const struct op *op, size_t result)
{
	size_t at = FIRST_RESULT;
	for (size_t i = 0; i < result; i++)
		at += width(&op->results[i]);
	return at;
}

struct coverage *coverage_make(void)
{
	struct coverage *coverage = calloc(1, sizeof *coverage + n_ops * sizeof coverage->of[0]);
	if (coverage)
		coverage->n = n_ops;
	return coverage;
}

void coverage_free(struct coverage *coverage)
{
	for (size_t i = 0; coverage && i < coverage->n; i++)
		free(atomic_load(&coverage->of[i]));
	free(coverage);
}

void coverage_clear(struct coverage *coverage)
{
	for (size_t i = 0; i < coverage->n; i++) {
		_Atomic uint64_t *counters = atomic_load(&coverage->of[i]);
		size_t n = counters ? 2 * slot(&ops[i], ops[i].n_results) : 0;
		for (size_t at = 0; at < n; at++)
			atomic_store_explicit(&counters[at], 0, memory_order_relaxed);
	}
}

/* Whoever is second to make them takes those of the first. NULL without memory. */
static _Atomic uint64_t *counters_for(struct coverage *coverage, const struct op *op)
{
	_Atomic(_Atomic uint64_t *) *place = &coverage->of[op - ops];
	_Atomic uint64_t *there = atomic_load(place);
	if (there)
		return there;
	_Atomic uint64_t *fresh = calloc(2 * slot(op, op->n_results), sizeof *fresh);
	if (!fresh || atomic_compare_exchange_strong(place, &there, fresh))
		return fresh;
	free(fresh);
	return there;
}

/* The counter of what the call came to. */
static size_t find(const struct op *op, const char *code, const char *action)
{
	size_t at = FIRST_RESULT;
	if (!code)
		return WITHOUT_CODE;
	for (size_t i = 0; i < op->n_results; i++) {
		const struct op_result *result = &op->results[i];
		bool same = strcmp(result->code, code) == 0;
		if (same && !result->actions[0] && !action)
			return at;
		for (size_t k = 0; same && action && result->actions[k]; k++)
			if (strcmp(result->actions[k], action) == 0)
				return at + k;
		at += width(result);
	}
	return OTHERS;
}

/* One counter a call, as a rule: workers share its cache line. */
void coverage_hit(struct coverage *coverage, const struct op *op, const char *code,
	const char *action, bool forced)
{
	_Atomic uint64_t *counters = counters_for(coverage, op);
	if (!counters)
		return;
	size_t at = find(op, code, action);
	atomic_fetch_add_explicit(&counters[at], 1, memory_order_relaxed);
	if (forced)
		atomic_fetch_add_explicit(
			&counters[slot(op, op->n_results) + at], 1, memory_order_relaxed);
}

static uint64_t read_at(struct coverage *coverage, const struct op *op, size_t at)
{
	_Atomic uint64_t *counters = atomic_load(&coverage->of[op - ops]);
	return counters ? atomic_load_explicit(&counters[at], memory_order_relaxed) : 0;
}

uint64_t coverage_of(struct coverage *coverage, const struct op *op, size_t result, size_t action)
{
	return read_at(coverage, op, slot(op, result) + action);
}

uint64_t coverage_forced(
	struct coverage *coverage, const struct op *op, size_t result, size_t action)
{
	return read_at(coverage, op, slot(op, op->n_results) + slot(op, result) + action);
}

uint64_t coverage_calls(struct coverage *coverage, const struct op *op)
{
	uint64_t calls = 0;
	size_t n = slot(op, op->n_results);
	for (size_t at = 0; at < n; at++)
		calls += read_at(coverage, op, at);
	return calls;
}

uint64_t coverage_others(struct coverage *coverage, const struct op *op)
{
	return read_at(coverage, op, OTHERS);
}
