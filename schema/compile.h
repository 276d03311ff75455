/* The schema compiler: JSON Schema (the dialect of schema/README.md) into the nodes that
 * core/schema.h checks with. Runs at build time in mkops, and in tests. Schemas are trusted to be
 * meant well: what is refused here is refused to catch mistakes. */
#ifndef SCHEMA_COMPILE_H
#define SCHEMA_COMPILE_H

#include "core/json.h"
#include "core/schema_node.h"

/* Where the compiler finds the file of a $ref such as "common/result.json#/definitions/x". */
struct schema_loader {
	/* The document of the file, the same each time and alive as long as the compiler's nodes;
	 * NULL with *ret_why when there is none. */
	const struct cJSON *(*load)(void *context, const char *file, const char **ret_why);
	void *context;
};

struct schema_made {
	struct schema *schema;
	struct schema_object *object; /* the same as schema->object */
	const char *origin;           /* "api/x.json#/request" */
};

struct schema_target;

struct schema_compiler {
	struct arena *arena; /* all nodes live here; names and texts stay in the documents */
	struct schema_loader loader;
	struct schema_made *made; /* all nodes, by id */
	size_t n_made, room;
	struct schema_target *targets; /* what $refs have led to so far */
	unsigned hops;                 /* $refs followed since the last node */
	bool ignores_beside_ref; /* as draft-07 has it; else an assertion there is a mistake */
	struct str error; /* "api/x.json#/request/enum: must not be empty" once something failed */
};

/* A loader without a function refuses every $ref into another file. */
void schema_compiler_init(struct schema_compiler *c, struct arena *a, struct schema_loader loader);

/* Compiles the schema that pointer ("" for the whole) names in the document of file. file, document
 * and pointer must outlive the nodes. NULL with c->error when it is refused or memory ran out; the
 * compiler is then of no more use. Schemas of one compiler share what their $refs lead to. */
const struct schema *schema_compile(struct schema_compiler *c, const char *file,
	const struct cJSON *document, const char *pointer);

/* One schema without other files, from its JSON text. */
const struct schema *schema_compile_text(struct arena *a, struct str text, struct str *ret_error);

#endif
