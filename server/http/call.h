/* The life of one request, apart from the wire. http.c fills in the head and the body; a test may
 * do so without a socket. Everything reachable from a call dies with it. */
#ifndef HTTP_CALL_H
#define HTTP_CALL_H

#include "core/buf.h"
#include "core/json.h"
#include "http/mcode.h"
#include "op.h"
#include "server.h"

#define CALL_PARAMS_MAX 4

struct call_head {
	struct str method, target; /* as they came; target with its query */
	struct str authorization, content_type, content_length;
	unsigned authorizations; /* how often the header came */
	bool ambiguous;          /* it can be read in more than one way; http.c refuses it */
};

struct reply {
	int status; /* 0: none yet */
	struct str body;
	const char *content_type; /* NULL with an empty body */
	const char *result_code;  /* NULL where the reply has none */
	const char *action;       /* likewise */
	struct str allow;         /* the Allow header of a 405 */
	bool challenge;           /* a 401: WWW-Authenticate */
};

struct call {
	struct server *server;
	struct silo *silo;
	struct arena arena;
	struct call_head head;
	struct buf body;
	bool body_too_large, body_refused; /* over --max-body; over the budget of all bodies */

	/* found out by call_head */
	const struct op *op; /* NULL until the path is known */
	const struct op_route *route;
	struct str query;
	struct str params[CALL_PARAMS_MAX]; /* decoded, in the order of the pattern */
	int64_t service_id;                 /* whom the call is for; 0 where it is for nobody */

	/* found out by call_run */
	struct cJSON *in;       /* the body, normalised and checked; an object */
	struct cJSON *in_query; /* the query, likewise; NULL where the operation reads none */

	struct reply reply;
	int64_t now;        /* the silo's time when the call began */
	int64_t started_us; /* monotonic */
};

/* Prepares a call in memory of its own choosing; first_size bytes after it serve its arena. */
void call_init(struct call *c, struct server *server, void *first, size_t first_size);

/* Decides what can be decided before the body: path, method, declared length, Authorization,
 * rights, media type. A refusal leaves c->reply.status set. */
void call_head(struct call *c);
/* Body, schema, operation. Afterwards c->reply is complete, whatever happened. */
void call_run(struct call *c);
/* One line about the finished call, unless --log is off. */
void call_log(const struct call *c);

/* Members of c->in. A string that is absent: STR_NONE; an integer: otherwise. */
struct str in_str(struct call *c, const char *name);
int64_t in_int(const struct cJSON *object, const char *name, int64_t otherwise);

#endif
