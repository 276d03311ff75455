/* The variables by which Authlete's SDKs, sample servers and tools find their server: what exec
 * sets for its command, and what env prints for a shell. */
#ifndef VARIABLES_H
#define VARIABLES_H

#include "seed.h"

/* The environment with these variables in it, ended by NULL. A name for which there is no value is
 * left out, so that none of a real service stays behind; so are the settings of this server, which
 * are not meant for another one. AUTHLETE_API_VERSION stays as it is when it is set. NULL without
 * memory; strings are in the arena or the environment. url: without a slash at its end. */
char **variables_environment(struct arena *a, const struct seed_credentials *credentials,
	struct str url, char **environment);

/* The command env: prints lines for a shell to evaluate. url NULL: from the settings. Returns the
 * exit code, after one line on stderr if it is not 0. */
int variables_print(struct arena *a, const struct config *config, const char *url);

#endif
