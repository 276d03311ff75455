/* One request on its connection, as http.c sees it: its call, the memory for it, its body, its
 * sleep. Nothing of libmicrohttpd is in here. */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include "http/call.h"
#include "http/conn.h"
#include "http/later.h"

/* A refused body up to this size is read and dropped: the connection can be kept, and the client
 * surely sees the answer, which a reset for unread bytes could take from it. */
#define DRAIN_MAX ((uint64_t)64 * 1024)

/* Memory for large bodies at a time, over all connections; small ones always have room. */
struct bodies {
	_Atomic size_t used; /* bytes reserved now */
	size_t max;
};

/* From the request line to the last byte of the reply. The call comes with the head's end: until
 * then a slow client costs us these bytes only. */
struct request {
	struct server *server;
	struct bodies *bodies, *uploads; /* uploads: of operations that take bytes */
	struct conn *conn;
	struct call *call;
	const char *raw; /* the target inside libmicrohttpd's memory, to see where it ends */
	size_t dropped;  /* bytes of the body that were not kept */
	size_t held;     /* our share of one of them */
	bool answered;
	void *connection; /* libmicrohttpd's, for whoever wakes us */
	struct later later;
	_Atomic int sleep; /* enum sleep */
	size_t target_n;
	char target[];
};

/* Whether it is suspended. Woken while awake: somebody called before it went to sleep. */
enum sleep { AWAKE, ASLEEP, WOKEN };

int request_start(void); /* once per process; 0 or -ENOMEM */

/* NULL without memory. */
struct request *request_begin(struct server *server, struct bodies *bodies, struct bodies *uploads,
	struct conn *conn, const char *target);
/* The head is there: makes the call. False without memory. */
bool request_make_call(struct request *request, const char *method);
/* Keeps a piece of the body, or drops it when it is of no use or there is no room. False: the
 * client goes on and on, and is to be cut off; nothing can be answered in the middle of a body. */
bool request_body(struct request *request, const char *data, size_t n);
void request_end(struct request *request);

/* Notes a header of the request, if it is one that anybody asks for. */
void request_header(struct call_head *head, struct str name, struct str value);

#endif
