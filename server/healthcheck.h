/* The probe for containers without a shell. */
#ifndef HEALTHCHECK_H
#define HEALTHCHECK_H

#include "config.h"

/* Calls /api/lifecycle/healthcheck. url NULL: the configured host and port. Returns the exit code:
 * 0 when the answer is 200 within two seconds, else 1 after one line on stderr. */
int healthcheck(const struct config *config, const char *url);

#endif
