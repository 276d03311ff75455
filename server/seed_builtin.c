#include "seed.h"

/* The same in every release: people put these names into their tests. */
const char seed_builtin[] =
#include "seed_builtin.inc"
	;
