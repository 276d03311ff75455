/* The matcher behind the keyword "pattern": a subset of ECMA-262 regular expressions without groups
 * or alternation, so that a pattern is a row of character sets. Its states run side by side: the
 * time is at most characters x atoms, and nothing is allocated. schema/compile_pattern.c makes
 * patterns; schema/README.md tells the dialect. */
#ifndef CORE_PATTERN_H
#define CORE_PATTERN_H

#include "core/str.h"

enum pattern_repeat { PATTERN_ONCE, PATTERN_OPTIONAL, PATTERN_ANY_NUMBER };

#define PATTERN_ATOMS_MAX 255

struct pattern_range {
	uint32_t low, high; /* code points, both included */
};

struct pattern_atom {
	enum pattern_repeat repeat;
	uint64_t ascii[2];                  /* one bit per code point below 128 */
	const struct pattern_range *ranges; /* those from 128 on, ascending */
	size_t n_ranges;
};

struct pattern {
	const char *text; /* as the schema file has it, for messages */
	bool from_start, to_end;
	const struct pattern_atom *atoms;
	size_t n_atoms; /* at most PATTERN_ATOMS_MAX */
};

/* text is UTF-8 with U+0000 as C0 80 (core/json.h, tree form). */
bool pattern_matches(const struct pattern *p, struct str text);

#endif
