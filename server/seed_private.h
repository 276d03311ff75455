#ifndef SEED_PRIVATE_H
#define SEED_PRIVATE_H

#include "seed.h"

/* Read once, then constant: reset loads it again. */
struct seed {
	struct arena arena;
	struct cJSON *tree;
	const struct config *config; /* its --service flags belong to the seed */
	const char *source;          /* for messages */
};

#endif
