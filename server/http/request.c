#include "http/request.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* A call and the first chunk of its arena: enough for the usual one. */
#define CALL_MEMORY ((size_t)8 * 1024)
#define BODY_SMALL ((size_t)8 * 1024)

/* Each worker keeps the memory of its last call for the next one. */
static pthread_key_t spare;

int request_start(void)
{
	return pthread_key_create(&spare, free) == 0 ? 0 : -ENOMEM;
}

static void *take_memory(void)
{
	void *memory = pthread_getspecific(spare);
	if (!memory)
		return malloc(CALL_MEMORY);
	pthread_setspecific(spare, NULL);
	return memory;
}

static void give_memory(void *memory)
{
	if (pthread_getspecific(spare) || pthread_setspecific(spare, memory) != 0)
		free(memory);
}

struct request *request_begin(struct server *server, struct bodies *bodies, struct bodies *uploads,
	struct conn *conn, const char *target)
{
	size_t n = target ? strlen(target) : 0;
	struct request *request = malloc(sizeof *request + n + 1);
	if (!request)
		return NULL;
	*request = (struct request){
		.server = server,
		.bodies = bodies,
		.uploads = uploads,
		.conn = conn,
		.raw = target,
		.target_n = n,
	};
	memcpy(request->target, target ? target : "", n + 1);
	conn_begin(conn);
	return request;
}

bool request_make_call(struct request *request, const char *method)
{
	char *memory = take_memory();
	struct call *call = (struct call *)(void *)memory;
	size_t size = (sizeof *call + 15) & ~(size_t)15;
	if (!memory)
		return false;
	call_init(call, request->server, memory + size, CALL_MEMORY - size);
	call->head.method = str_of(method);
	call->head.target = (struct str){request->target, request->target_n};
	request->call = call;
	return true;
}

static struct bodies *budget(const struct request *request)
{
	const struct op *op = request->call->op;
	return op && op->body == OP_BODY_BYTES ? request->uploads : request->bodies;
}

/* Room for n more bytes of the body: all that was declared at once, so that nothing is copied
 * twice; what is large counts against the budget of all bodies. */
static void make_room(struct request *request, size_t n)
{
	struct call *call = request->call;
	struct buf *body = &call->body;
	uint64_t declared = 0;
	if (body->n + n <= body->room)
		return;
	str_to_u64(call->head.content_length, &declared);
	size_t wanted = declared > body->n + n ? (size_t)declared : body->n + n;
	if (wanted < 2 * body->room)
		wanted = 2 * body->room;
	if (wanted > body->max)
		wanted = body->max;
	if (wanted > BODY_SMALL) {
		size_t others = atomic_fetch_add(&budget(request)->used, wanted);
		request->held += wanted;
		if (others + wanted > budget(request)->max) {
			call->body_refused = true;
			return;
		}
	}
	if (wanted > body->n)
		buf_reserve(body, wanted - body->n);
}

bool request_body(struct request *request, const char *data, size_t n)
{
	struct call *call = request->call;
	if (request->answered)
		return true;
	bool wanted = !call->reply.status && !call->body_too_large && !call->body_refused;
	if (wanted)
		make_room(request, n);
	if (wanted && !call->body_refused) {
		buf_add(&call->body, (struct str){data, n});
		call->body_too_large = call->body.overflowed;
		return true;
	}
	size_t most = DRAIN_MAX;
	if (!call->body_too_large)
		most += call->body.max;
	request->dropped += n;
	return request->dropped <= most;
}

void request_end(struct request *request)
{
	if (request->held)
		atomic_fetch_sub(&budget(request)->used, request->held);
	if (request->call) {
		call_end(request->call);
		arena_reset(&request->call->arena);
		give_memory(request->call);
	}
	conn_end(request->conn);
	free(request);
}

void request_header(struct call_head *head, struct str name, struct str value)
{
	switch (name.n) { /* most headers are told apart by their length already */
	case sizeof "Host" - 1:
		if (str_eq_nocase(name, STR("Host")))
			head->host = value;
		break;
	case sizeof "Content-Type" - 1:
		if (str_eq_nocase(name, STR("Content-Type")))
			head->content_type = value;
		break;
	case sizeof "User-Agent" - 1:
		if (str_eq_nocase(name, STR("User-Agent")))
			head->user_agent = value;
		break;
	case sizeof "Authorization" - 1:
		if (!str_eq_nocase(name, STR("Authorization")))
			break;
		head->authorization = value;
		head->authorizations++;
		break;
	case sizeof "Content-Length" - 1:
		if (!str_eq_nocase(name, STR("Content-Length")))
			break;
		head->ambiguous |= head->content_length.p != NULL;
		head->content_length = value;
		break;
	default:
		break;
	}
}
