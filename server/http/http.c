#include "http/http.h"

#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http/call.h"
#include "http/conn.h"
#include "http/listen.h"
#include "http/reply.h"
#include "log.h"

#if MHD_VERSION < 0x00097002
#error "libmicrohttpd 0.9.75 or later is needed"
#endif

/* Head and bookkeeping of a connection; libmicrohttpd clears all of it after each call, so it is
 * also what an idle kept-alive connection costs. */
#define CONNECTION_MEMORY ((size_t)8 * 1024)
/* A call and the first chunk of its arena: enough for the usual one. */
#define CALL_MEMORY ((size_t)8 * 1024)
/* A refused body up to this size is read and dropped: the connection can be kept, and the client
 * surely sees the answer, which a reset for unread bytes could take from it. */
#define DRAIN_MAX ((uint64_t)64 * 1024)
/* Memory for large bodies at a time, over all connections; small ones always have room. */
#define BODIES_MAX ((size_t)24 * 1024 * 1024)
#define BODY_SMALL ((size_t)8 * 1024)

struct http {
	struct MHD_Daemon *daemon;
	struct server *server;
	_Atomic size_t bodies; /* bytes reserved for large bodies now */
	size_t bodies_max;
};

/* From the request line to the last byte of the reply. The call comes with the head's end: until
 * then a slow client costs us these bytes only. */
struct request {
	struct http *http;
	struct conn *conn;
	struct call *call;
	const char *raw; /* the target inside libmicrohttpd's memory, to see where it ends */
	size_t dropped;  /* bytes of the body that were not kept */
	size_t held;     /* our share of http->bodies */
	bool answered;
	size_t target_n;
	char target[];
};

static struct conn *conn_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	return info ? info->socket_context : NULL;
}

static void on_connection(void *http, struct MHD_Connection *connection, void **context,
	enum MHD_ConnectionNotificationCode what)
{
	(void)http;
	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		conn_close(*context);
		*context = NULL;
		return;
	}
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	*context = info ? conn_open(info->connect_fd) : NULL;
}

/* Called with the request line, before libmicrohttpd takes the target apart. */
static void *on_target(void *cls, const char *target, struct MHD_Connection *connection)
{
	size_t n = target ? strlen(target) : 0;
	struct request *request = malloc(sizeof *request + n + 1);
	if (!request)
		return NULL;
	*request = (struct request){
		.http = cls,
		.conn = conn_of(connection),
		.raw = target,
		.target_n = n,
	};
	memcpy(request->target, target ? target : "", n + 1);
	conn_begin(request->conn);
	return request;
}

/* The target was decoded by nobody, and stays so. */
static size_t leave_escaped(void *cls, struct MHD_Connection *connection, char *text)
{
	(void)cls;
	(void)connection;
	return strlen(text);
}

/* libmicrohttpd 0.9 writes zeros over the line end, CR and LF: a value that ends with one zero only
 * was cut short by a NUL of the client's (or its line by LF alone). 1.0 refuses such itself. */
static bool is_cut_value(struct str value)
{
	return MHD_VERSION < 0x01000000 && value.p && value.p[value.n + 1] != '\0';
}

static enum MHD_Result on_header(void *cls, enum MHD_ValueKind kind, const char *key, size_t key_n,
	const char *text, size_t text_n)
{
	struct call_head *head = cls;
	const struct str name = {key, key_n}, value = {text, text_n};
	(void)kind;
	head->ambiguous |= is_cut_value(value);
	switch (name.n) { /* most headers are told apart by their length already */
	case sizeof "Content-Type" - 1:
		if (str_eq_nocase(name, STR("Content-Type")))
			head->content_type = value;
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
	return MHD_YES;
}

/* Each worker keeps the memory of its last call for the next one. */
static pthread_key_t spare;

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

static struct call *make_call(
	struct request *request, struct MHD_Connection *connection, const char *method)
{
	char *memory = take_memory();
	struct call *call = (struct call *)(void *)memory;
	size_t size = (sizeof *call + 15) & ~(size_t)15;
	if (!memory)
		return NULL;
	call_init(call, request->http->server, memory + size, CALL_MEMORY - size);
	call->head.method = str_of(method);
	call->head.target = (struct str){request->target, request->target_n};
	MHD_get_connection_values_n(connection, MHD_HEADER_KIND, on_header, &call->head);
	return call;
}

static enum MHD_Result send_reply(struct request *request, struct MHD_Connection *connection)
{
	const struct reply *reply = &request->call->reply;
	char allow[64];
	request->answered = true;
	/* the body stays in the call's arena until on_done */
	struct MHD_Response *response = MHD_create_response_from_buffer(
		reply->body.n, (void *)(uintptr_t)reply->body.p, MHD_RESPMEM_PERSISTENT);
	if (!response)
		return MHD_NO;
	if (reply->content_type)
		MHD_add_response_header(response, "Content-Type", reply->content_type);
	if (reply->allow.n && reply->allow.n < sizeof allow) {
		snprintf(allow, sizeof allow, "%.*s", STR_ARGS(reply->allow));
		MHD_add_response_header(response, "Allow", allow);
	}
	if (reply->challenge)
		MHD_add_response_header(
			response, "WWW-Authenticate", "Bearer realm=\"authlete-mock\"");
	enum MHD_Result result = MHD_queue_response(connection, (unsigned)reply->status, response);
	MHD_destroy_response(response);
	return result;
}

/* Reading on would cost more than the connection is worth, or the client waits to be asked. */
static bool answer_before_body(const struct request *request, struct MHD_Connection *connection)
{
	uint64_t length = 0;
	const struct str declared = request->call->head.content_length;
	if (!request->call->reply.status)
		return false;
	if (declared.n && (!str_to_u64(declared, &length) || length > DRAIN_MAX))
		return true;
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Expect") != NULL;
}

/* The version follows the target in memory, unless a NUL has cut the target short. */
static bool is_cut_target(const struct request *request, const char *version)
{
	return MHD_VERSION < 0x01000000 && request->raw && *version &&
	       version != request->raw + request->target_n + 1;
}

static enum MHD_Result on_head(struct request *request, struct MHD_Connection *connection,
	const char *method, const char *version)
{
	request->call = make_call(request, connection, method);
	if (!request->call)
		return MHD_NO;
	if (request->call->head.ambiguous || is_cut_target(request, version)) {
		refuse(request->call, 400, M_HEAD,
			"the request's head holds a NUL byte, a line without CR LF, or two "
			"lengths");
		return send_reply(request, connection);
	}
	call_head(request->call);
	return answer_before_body(request, connection) ? send_reply(request, connection) : MHD_YES;
}

/* Room for n more bytes of the body: all that was declared at once, so that nothing is copied
 * twice; what is large counts against the budget of all bodies. */
static void make_room(struct request *request, size_t n)
{
	struct call *call = request->call;
	struct http *http = request->http;
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
		size_t others = atomic_fetch_add(&http->bodies, wanted);
		request->held += wanted;
		if (others + wanted > http->bodies_max) {
			call->body_refused = true;
			return;
		}
	}
	if (wanted > body->n)
		buf_reserve(body, wanted - body->n);
}

/* Keeps a piece of the body, or drops it when it is of no use or there is no room. A client that
 * goes on and on is cut off: nothing can be answered in the middle of a body. */
static enum MHD_Result on_body(struct request *request, const char *data, size_t n)
{
	struct call *call = request->call;
	if (request->answered)
		return MHD_YES;
	bool wanted = !call->reply.status && !call->body_too_large && !call->body_refused;
	if (wanted)
		make_room(request, n);
	if (wanted && !call->body_refused) {
		buf_add(&call->body, (struct str){data, n});
		call->body_too_large = call->body.overflowed;
		return MHD_YES;
	}
	size_t most = DRAIN_MAX;
	if (!call->body_too_large)
		most += (size_t)request->http->server->config.max_body;
	request->dropped += n;
	return request->dropped > most ? MHD_NO : MHD_YES;
}

static enum MHD_Result on_access(void *cls, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *data, size_t *data_size,
	void **context)
{
	struct request *request = *context;
	(void)cls;
	(void)url;
	if (!request)
		return MHD_NO;
	if (!request->call)
		return on_head(request, connection, method, version);
	if (*data_size) {
		enum MHD_Result result = on_body(request, data, *data_size);
		*data_size = 0;
		return result;
	}
	if (request->answered)
		return MHD_YES;
	call_run(request->call);
	return send_reply(request, connection);
}

static void on_done(void *cls, struct MHD_Connection *connection, void **context,
	enum MHD_RequestTerminationCode how)
{
	struct request *request = *context;
	(void)cls;
	(void)connection;
	(void)how;
	if (!request)
		return;
	if (request->held)
		atomic_fetch_sub(&request->http->bodies, request->held);
	if (request->call) {
		if (request->answered)
			call_log(request->call);
		arena_reset(&request->call->arena);
		give_memory(request->call);
	}
	conn_end(request->conn);
	free(request);
	*context = NULL;
}

__attribute__((format(printf, 2, 0))) static void on_complaint(
	void *cls, const char *format, va_list args)
{
	char line[400];
	(void)cls;
	if (!log_calls())
		return;
	int n = vsnprintf(line, sizeof line, format, args);
	while (n > 0 && (n >= (int)sizeof line || line[n - 1] == '\n'))
		line[n >= (int)sizeof line ? (n = (int)sizeof line - 1) : --n] = '\0';
	log_line("libmicrohttpd: %s", line);
}

static struct MHD_Daemon *start_daemon(struct http *http, int listener)
{
	const struct config *config = &http->server->config;
	unsigned threads = (unsigned)config->threads;
	/* a pool of one only earns a warning */
	enum MHD_OPTION pool = threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END;
	return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG, 0, NULL, NULL,
		on_access, http, MHD_OPTION_EXTERNAL_LOGGER, on_complaint, http,
		MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		CONNECTION_MEMORY, MHD_OPTION_CONNECTION_LIMIT, (unsigned)config->max_connections,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)CONN_IDLE_SECONDS,
		MHD_OPTION_URI_LOG_CALLBACK, on_target, http, MHD_OPTION_UNESCAPE_CALLBACK,
		leave_escaped, http, MHD_OPTION_NOTIFY_CONNECTION, on_connection, http,
		MHD_OPTION_NOTIFY_COMPLETED, on_done, http, pool, threads, MHD_OPTION_END);
}

int http_start(struct server *server, struct http **ret, int *ret_port)
{
	struct http *http = calloc(1, sizeof *http);
	if (!http || pthread_key_create(&spare, free) != 0) {
		free(http);
		return -ENOMEM;
	}
	http->server = server;
	http->bodies_max = BODIES_MAX;
	if (http->bodies_max < 4 * (size_t)server->config.max_body)
		http->bodies_max = 4 * (size_t)server->config.max_body;
	int listener = listen_on(server->config.host, (int)server->config.port, ret_port);
	if (listener < 0) {
		free(http);
		return listener;
	}
	int r = conn_janitor_start();
	if (r == 0) {
		http->daemon = start_daemon(http, listener);
		if (!http->daemon)
			conn_janitor_stop();
	}
	if (!http->daemon) {
		log_line("authlete-mock: the HTTP server does not start: %s", strerror(errno));
		close(listener);
		free(http);
		return -EIO;
	}
	*ret = http;
	return 0;
}

void http_stop(struct http *http)
{
	if (!http)
		return;
	conn_janitor_stop();
	MHD_stop_daemon(http->daemon);
	free(http);
}

const char *http_library_version(void)
{
	return MHD_get_version();
}
