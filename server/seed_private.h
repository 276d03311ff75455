#ifndef SEED_PRIVATE_H
#define SEED_PRIVATE_H

#include "seed.h"

/* Read once, then constant: silos are filled from it, and reset to it. */
struct seed {
	struct arena arena;
	struct cJSON *tree;
	struct seed_plan *plans; /* one for each of its services */
	size_t n_plans;
	const struct config *config; /* its --service flags belong to the seed */
	const char *source;          /* for messages */
};

#define SEED_POINTER_MAX 64 /* "/services/131072" and its like */

/* Gives r back. */
int seed_fault(struct seed_fault *fault, int r, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* ---- In seed_put.c ---- */

/* With the current time where the service has none. */
int seed_store_service(struct silo *silo, const struct store_service *service);
int seed_store_token(struct store *s, struct str token, int64_t service_id, uint32_t rights);

#endif
