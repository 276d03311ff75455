/* Inside mkops: one schema file is one operation. */
#ifndef SCHEMA_MKOPS_H
#define SCHEMA_MKOPS_H

#include "op.h"
#include "schema/compile.h"

struct operation {
	struct op op;           /* without run */
	const char *file;       /* "api/backchannel/authentication/fail.json" */
	struct str stem;        /* the same without ".json" */
	const char *symbol;     /* "backchannel_authentication_fail" */
	const char *symbol_run; /* of the function: another operation's with runs */
	const char *runs;       /* stem of the operation whose C file it shares; NULL: its own */
	bool built;             /* it has a C file, or shares one */
	const struct cJSON *document;
	const char *description, *notes; /* NULL: none */
	const char *response_type;
	int status; /* of success */
};

struct shared_file {
	struct shared_file *next;
	const char *name; /* "common/result.json" */
	const struct cJSON *document;
	const struct schema *schema; /* of the whole file, once compiled */
};

/* Schemas that the server uses beside those of the operations: schema_seed and the like. */
#define KNOWN_SCHEMAS 3
extern const struct known_schema {
	const char *name, *file, *pointer;
} known_schemas[KNOWN_SCHEMAS];

struct mkops {
	struct arena arena; /* of everything */
	const char *directory, *version;
	const char *covered; /* the file that tells what tests reach; NULL: none */
	struct schema_compiler compiler;
	struct shared_file *shared;                /* what $refs have asked for */
	const struct schema *known[KNOWN_SCHEMAS]; /* what the server knows by name */
	struct operation *operations;
	size_t n;
};

/* Says "mkops: file#pointer: message" on stderr; pointer may be NULL. Returns false. */
bool mkops_fail(const char *file, const char *pointer, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The document of a file below the schema directory; NULL with *ret_why. */
const struct cJSON *mkops_read(struct mkops *m, const char *file, const char **ret_why);

/* schema_compile; NULL after saying why. */
const struct schema *mkops_compile(
	struct mkops *m, const char *file, const struct cJSON *document, const char *pointer);

/* Fills *ret from the file it names. False after mkops_fail. */
bool envelope_read(struct mkops *m, struct operation *ret);
/* Fills ret->samples from the result in, whose pointer is given; its actions are there already. */
bool samples_read(struct mkops *m, const struct operation *operation, const struct cJSON *in,
	const char *pointer, struct op_result *ret);
/* Whether its results hold the codes of the x-refusals in its own file. False after mkops_fail. */
bool results_cover_refusals(const struct operation *operation);
/* The name of an operation's function, and of its parts in the OpenAPI document, without op_. */
const char *envelope_symbol(struct arena *a, struct str stem);

/* The OpenAPI document. STR_NONE after mkops_fail. */
struct str openapi_write(struct mkops *m);

/* Writes the C file. False after mkops_fail. */
bool emit_file(struct mkops *m, const char *path, struct str openapi);

#endif
