/* What the build knows of each operation: one row per schema file, written by schema/mkops. */
#ifndef OP_H
#define OP_H

#include "core/schema.h"

struct call;

enum op_method { OP_GET, OP_POST, OP_PUT, OP_DELETE, OP_METHODS };

/* Who may call. */
enum op_access {
	OP_OPEN,    /* anybody; no Authorization is looked at */
	OP_SERVICE, /* a token for the service of the path (V3), or the service's credentials (V2);
		     * those of the owner, where a V2 path names the service */
	OP_ORGANIZATION, /* a token of the organization, or the owner's credentials */
	OP_ADMIN,        /* /__admin: this silo's control operations */
	OP_PROCESS,      /* /__admin: process-wide ones, which touch no silo */
};

#define op_is_control(op) ((op)->access >= OP_ADMIN)
#define op_wants_right(op) ((op)->access == OP_SERVICE || (op)->access == OP_ORGANIZATION)

enum op_body {
	OP_BODY_NONE,     /* takes no body; one that comes is ignored */
	OP_BODY_OPTIONAL, /* an absent or empty one counts as {} */
	OP_BODY_REQUIRED,
	OP_BODY_BYTES, /* any bytes, or none; the operation looks at them itself */
};

/* Confidence that the real service does the same. */
enum op_confidence { OP_LIVE, OP_DOCUMENTED, OP_INFERRED };

struct op_route {
	enum op_method method;
	bool v2;             /* Authlete 2.x: no service id in the path */
	const char *pattern; /* "/api/{serviceId}/backchannel/authentication/fail" */
};

#define OP_WHEN_MAX 300 /* bytes of a result's "when", which are plain ASCII */

struct op_result {
	const char *code;           /* "A185001" */
	const char *const *actions; /* NULL-terminated; empty where the reply has no action */
	const char *const *samples; /* for each action the reply's further members, as JSON without
				     * the braces; "" for none */
	const char *when;           /* what triggers it: plain ASCII, at most OP_WHEN_MAX bytes */
	const char *unreachable;    /* why the mock never answers so; NULL: it can */
	enum op_confidence confidence;
	bool covered; /* a test reaches it: tests/covered.json */
};

struct op {
	const char *name; /* the path after the service id, no slash at either end */
	const char *title;
	enum op_access access;
	const char *right; /* "USE_SERVICE"; NULL where access needs none */
	enum op_body body;
	bool forms;   /* application/x-www-form-urlencoded is accepted too */
	bool further; /* it refuses what its schema minds itself: see call.h, report */
	const struct schema *request; /* NULL with OP_BODY_NONE */
	const struct schema *query;   /* an object of strings and scalars, NULL when none is read */
	const struct schema *response; /* of status 200/201, NULL where the reply is no JSON */
	enum op_confidence confidence;
	const struct op_route *routes;
	size_t n_routes;
	const struct op_result *results;
	size_t n_results;
	/* 0, or a negative errno: then call_run answers 500. NULL: not built. */
	int (*run)(struct call *c);
};

extern const struct op ops[];
extern const size_t n_ops;
/* Those that belong to no operation: common/seed.json, and the objects Service and Client. */
extern const struct schema *const schema_seed, *const schema_service, *const schema_client;
/* The OpenAPI 3.1 document of the whole server, JSON text. */
extern const char openapi_document[];
extern const size_t openapi_document_size;

/* Opens the function of an operation's file; the name is the path of its schema file without "api/"
 * and ".json", each character that is not a-z or 0-9 as an underscore. */
#define OPERATION(symbol)                                                                          \
	int op_##symbol(struct call *c);                                                           \
	int op_##symbol(struct call *c)

#endif
