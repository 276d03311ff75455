/* What exec prints when its command has failed: which of its calls were refused, and why. */
#ifndef REFUSALS_H
#define REFUSALS_H

#include "server.h"

/* From the journals of all silos, oldest first, on stderr; tickets, tokens and secrets are masked.
 * code: of the command. Only once nothing else uses the server. */
void refusals_print(struct server *server, int code);

#endif
