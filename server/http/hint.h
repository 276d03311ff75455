/* X-Mock-Hint: one sentence of plain ASCII that helps whoever got a refusal. */
#ifndef HTTP_HINT_H
#define HTTP_HINT_H

#include "http/call.h"

#define HINT_MAX OP_WHEN_MAX /* bytes; a result's "when" is a hint too */

/* About a code, as that operation means it (NULL: as any does); NULL: nothing is known. */
const char *hint_of(const struct op *op, const char *code);
/* Whether a reply refuses something: a status of 400 or more, or a result of the classes 1 (our
 * fault), 2 (the caller's) and 3 (the client's). code NULL: none. */
bool hint_is_refusal(int status, const char *code);
/* A constant, or NULL: only refusals have hints. */
const char *hint_for(const struct call *c);

#endif
