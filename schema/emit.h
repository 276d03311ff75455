/* Inside mkops: writing compiled schemas as C. */
#ifndef SCHEMA_EMIT_H
#define SCHEMA_EMIT_H

#include <stdio.h>

#include "schema/compile.h"

/* "static const struct schema nodes[]", all that the compiler has made. */
void emit_schemas(FILE *f, const struct schema_compiler *c);
/* A reference to one of them, or NULL. */
void emit_node(FILE *f, const struct schema *s);
/* A string literal, or NULL. */
void emit_text(FILE *f, const char *text);

#endif
