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
#define CALL_STEPS_MAX 24
#define CALL_HEADERS_MAX 20 /* that a fault may add */

struct call_head {
	struct str method, target; /* as they came; target with its query */
	struct str authorization, content_type, content_length, user_agent, host;
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

	/* what a fault wants of the wire */
	struct header {
		const char *name, *value;
	} * headers;
	size_t n_headers;
	bool lost;      /* no reply: the connection is closed */
	bool truncated; /* only the first sent bytes of the body, then it is closed */
	size_t sent;
	bool corrupted; /* a bit is flipped in the byte in the middle of what is sent */

	/* Instead of a body: writes up to room bytes of an endless one and returns how many; 0:
	 * none now, call again after call_wake or some seconds; -1: the end. */
	ptrdiff_t (*stream)(struct call *c, char *out, size_t room);
	void *stream_state; /* its own, in the call's arena */
};

/* One check on the way to the answer. All texts are constants. */
struct step {
	const char *check;
	const char *finding; /* NULL: nothing to complain of; or, if it decided, the reply tells */
	bool decided;
};

/* How far a call has come; one that waits goes on where it stopped. */
enum call_stage { CALL_FRESH, CALL_CHECKED, CALL_READY, CALL_DONE };

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
	bool probe;                         /* our own health check, which leaves no trace */

	/* found out by call_run */
	struct cJSON *in;            /* the body, normalised and checked; an object */
	struct schema_report report; /* with op->further: what is wrong with it; else empty */
	struct cJSON *in_query;      /* the query, likewise; NULL where the operation reads none */

	struct reply reply;
	struct buf answer;          /* between answer_begin and answer_end */
	struct json_writer *writer; /* of it */
	int64_t now;                /* the silo's time when the call began */
	int64_t started_us;         /* monotonic */

	struct silo *held; /* the silo again, if it must be released */
	struct step steps[CALL_STEPS_MAX];
	size_t n_steps;
	char id[24];         /* X-Mock-Request-Id; empty until call_finish */
	const char *hint;    /* X-Mock-Hint, or NULL */
	struct image *image; /* the snapshot whose bytes are the reply's body, held; or NULL */

	/* Not done yet: to be run again at that monotonic time, or when it is woken; 0: done. */
	int64_t wake_at_us;
	int64_t patience_us;     /* for the operation that waits: when it gives up */
	void (*wake)(void *arg); /* how others wake it, from any thread; set by http.c */
	void *wake_arg;
	struct definition_hold *definitions; /* what it reads of services and clients, held */
	struct waiter *waiter;               /* its place in the journal's list, see journal.h */
	struct fault_hit *hit;               /* the fault that fires on it, see fault.h */
	bool forced;                         /* the fault made the reply up */
	enum call_stage stage;
};

/* Prepares a call in memory of its own choosing; first_size bytes after it serve its arena. */
void call_init(struct call *c, struct server *server, void *first, size_t first_size);

/* Decides what can be decided before the body: path, method, declared length, Authorization,
 * rights, media type. A refusal leaves c->reply.status set. */
void call_head(struct call *c);
/* Body, schema, faults, operation. Afterwards c->reply is complete, whatever happened; or
 * c->wake_at_us says when to call it again. */
void call_run(struct call *c);
/* Before the reply is sent: gives the call its id and hint, and writes journal, coverage and log.
 */
void call_finish(struct call *c);
/* One line about it, unless --log is off (call_log.c); call_finish does it. */
void log_call(struct call *c);
/* Lets go of what the call holds outside its arena. */
void call_end(struct call *c);

/* The checks, for the journal's "why". A check begins; what it found; what decided the answer. The
 * texts are constants. A refusal decides by itself. */
void checking(struct call *c, const char *check);
void found(struct call *c, const char *finding);
void decided(struct call *c, const char *check, const char *finding);

/* Members of c->in. A string that is absent: STR_NONE; an integer: otherwise. */
struct str in_str(struct call *c, const char *name);
int64_t in_int(const struct cJSON *object, const char *name, int64_t otherwise);
/* For operations whose variants have it in different places: the body's member, else the query's,
 * else NULL. */
const struct cJSON *call_member(const struct call *c, const char *name);

#endif
