/* The probe for containers without a shell. */
#ifndef HEALTHCHECK_H
#define HEALTHCHECK_H

#include "config.h"

/* The User-Agent by which the server knows the probe: it comes every second, and must not fill a
 * journal, use up a fault or be counted as somebody's call. */
#define PROBE_AGENT "authlete-mock-healthcheck"

/* Calls /api/lifecycle/healthcheck. url NULL: the configured host and port. Returns the exit code:
 * 0 when the answer is 200 within two seconds, else 1 after one line on stderr. */
int healthcheck(const struct config *config, const char *url);

#endif
