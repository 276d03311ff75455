#include "http/http.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http/conn.h"
#include "http/later.h"
#include "http/listen.h"
#include "http/reply.h"
#include "http/request.h"
#include "log.h"

#if MHD_VERSION < 0x00097002
#error "libmicrohttpd 0.9.75 or later is needed"
#endif

/* Head and bookkeeping of a connection; libmicrohttpd clears all of it after each call, so it is
 * also what an idle kept-alive connection costs. */
#define CONNECTION_MEMORY ((size_t)8 * 1024)
#define BODIES_MAX ((size_t)24 * 1024 * 1024)
/* How much of a stream is made at a time, and how long it may be silent: a comment now and then
 * shows that both ends are there. */
#define STREAM_BLOCK ((size_t)16 * 1024)
#define STREAM_SILENCE_US ((int64_t)15 * 1000000)

struct http {
	struct MHD_Daemon *daemon;
	struct server *server;
	struct bodies bodies, uploads;
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
	struct http *http = cls;
	return request_begin(
		http->server, &http->bodies, &http->uploads, conn_of(connection), target);
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
	request_header(head, name, value);
	return MHD_YES;
}

/* --- sleeping: see enum sleep; libmicrohttpd lets go of a suspended connection --- */

static void wake(void *arg)
{
	struct request *request = arg;
	if (atomic_exchange(&request->sleep, WOKEN) == ASLEEP)
		MHD_resume_connection(request->connection);
}

/* Until that time, or until it is woken. False when the server is stopping. */
static bool go_to_sleep(struct request *request, struct MHD_Connection *connection, int64_t at_us)
{
	int awake = AWAKE;
	request->later.at_us = at_us;
	conn_pause(request->conn);
	MHD_suspend_connection(connection);
	bool good = later_add(&request->later) == 0;
	if (!good || !atomic_compare_exchange_strong(&request->sleep, &awake, ASLEEP))
		MHD_resume_connection(connection);
	return good;
}

static void wake_up(struct request *request)
{
	later_remove(&request->later);
	atomic_store(&request->sleep, AWAKE);
	conn_begin(request->conn);
}

/* --- replies --- */

static ssize_t on_stream(void *cls, uint64_t at, char *out, size_t room)
{
	struct request *request = cls;
	(void)at;
	wake_up(request);
	conn_pause(request->conn);
	ptrdiff_t n = request->call->reply.stream(request->call, out, room);
	if (n < 0)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (n == 0 && !go_to_sleep(request, request->connection,
			      clock_monotonic_us() + STREAM_SILENCE_US))
		return MHD_CONTENT_READER_END_OF_STREAM;
	return n;
}

/* The body as a fault lets it out. What is ASCII stays ASCII, so that the damage is one byte to
 * everybody. */
static ssize_t on_damaged(void *cls, uint64_t at, char *out, size_t room)
{
	const struct reply *reply = cls;
	size_t end = reply->truncated ? reply->sent : reply->body.n, middle = end / 2;
	if (at >= end)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	size_t n = end - (size_t)at < room ? end - (size_t)at : room;
	memcpy(out, reply->body.p + at, n);
	if (reply->corrupted && at <= middle && middle < at + n)
		out[middle - at] ^= 1;
	return (ssize_t)n;
}

static struct MHD_Response *make_response(struct request *request)
{
	struct reply *reply = &request->call->reply;
	if (reply->stream)
		return MHD_create_response_from_callback(
			MHD_SIZE_UNKNOWN, STREAM_BLOCK, on_stream, request, NULL);
	if (reply->truncated || reply->corrupted)
		return MHD_create_response_from_callback(
			reply->body.n, STREAM_BLOCK, on_damaged, reply, NULL);
	/* the body stays in the call's arena until on_done */
	return MHD_create_response_from_buffer(
		reply->body.n, (void *)(uintptr_t)reply->body.p, MHD_RESPMEM_PERSISTENT);
}

/* A header of ours, unless a fault has one of that name. */
static void add_header(struct MHD_Response *response, const struct reply *reply, const char *name,
	const char *value)
{
	for (size_t i = 0; i < reply->n_headers; i++)
		if (str_eq_nocase(str_of(reply->headers[i].name), str_of(name)))
			return;
	MHD_add_response_header(response, name, value);
}

static void add_headers(struct MHD_Response *response, struct call *call)
{
	const struct reply *reply = &call->reply;
	char text[64];
	if (reply->content_type)
		add_header(response, reply, "Content-Type", reply->content_type);
	if (reply->allow.n && reply->allow.n < sizeof text) {
		snprintf(text, sizeof text, "%.*s", STR_ARGS(reply->allow));
		add_header(response, reply, "Allow", text);
	}
	if (reply->challenge)
		add_header(response, reply, "WWW-Authenticate", "Bearer realm=\"authlete-mock\"");
	if (!clock_is_real(&call->silo->clock) && clock_http_date(call->now, text))
		MHD_add_response_header(response, "Date", text);
	MHD_add_response_header(response, "X-Mock-Request-Id", call->id);
	if (call->hint)
		MHD_add_response_header(response, "X-Mock-Hint", call->hint);
	for (size_t i = 0; i < reply->n_headers; i++)
		MHD_add_response_header(response, reply->headers[i].name, reply->headers[i].value);
}

static enum MHD_Result send_reply(struct request *request, struct MHD_Connection *connection)
{
	struct call *call = request->call;
	request->answered = true;
	call_finish(call);
	if (call->reply.lost)
		return MHD_NO;
	struct MHD_Response *response = make_response(request);
	if (!response)
		return MHD_NO;
	add_headers(response, call);
	enum MHD_Result result = MHD_queue_response(
		connection, (unsigned)call->reply.status, response);
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
	if (!request_make_call(request, method))
		return MHD_NO;
	request->connection = connection;
	request->later.wake = request->call->wake = wake;
	request->later.arg = request->call->wake_arg = request;
	MHD_get_connection_values_n(connection, MHD_HEADER_KIND, on_header, &request->call->head);
	if (request->call->head.ambiguous || is_cut_target(request, version)) {
		refuse(request->call, 400, M_HEAD,
			"the request's head holds a NUL byte, a line without CR LF, or two "
			"lengths");
		return send_reply(request, connection);
	}
	call_head(request->call);
	return answer_before_body(request, connection) ? send_reply(request, connection) : MHD_YES;
}

/* The request is whole, or has slept long enough. */
static enum MHD_Result proceed(struct request *request, struct MHD_Connection *connection)
{
	struct call *call = request->call;
	if (call->wake_at_us)
		wake_up(request);
	call_run(call);
	if (!call->wake_at_us)
		return send_reply(request, connection);
	return go_to_sleep(request, connection, call->wake_at_us) ? MHD_YES : MHD_NO;
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
		bool good = request_body(request, data, *data_size);
		*data_size = 0;
		return good ? MHD_YES : MHD_NO;
	}
	return request->answered ? MHD_YES : proceed(request, connection);
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
	later_remove(&request->later);
	request_end(request);
	*context = NULL;
}

static struct MHD_Daemon *start_daemon(struct http *http, int listener)
{
	const struct config *config = &http->server->config;
	const struct tls *tls = &http->server->tls;
	struct MHD_OptionItem secrets[] = {
		{MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)tls->certificate},
		{MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)tls->key},
		{MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)tls_priorities},
		{MHD_OPTION_END, 0, NULL},
	};
	if (!tls->certificate)
		secrets[0].option = MHD_OPTION_END;
	unsigned threads = (unsigned)config->threads;
	/* a pool of one only earns a warning */
	enum MHD_OPTION pool = threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END;
	return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG |
					MHD_ALLOW_SUSPEND_RESUME |
					(tls->certificate ? MHD_USE_TLS : 0),
		0, NULL, NULL, on_access, http, MHD_OPTION_EXTERNAL_LOGGER, log_library,
		"libmicrohttpd", MHD_OPTION_ARRAY, secrets, MHD_OPTION_LISTEN_SOCKET, listener,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)config->max_connections, MHD_OPTION_CONNECTION_TIMEOUT,
		(unsigned)CONN_IDLE_SECONDS, MHD_OPTION_URI_LOG_CALLBACK, on_target, http,
		MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, http, MHD_OPTION_NOTIFY_CONNECTION,
		on_connection, http, MHD_OPTION_NOTIFY_COMPLETED, on_done, http, pool, threads,
		MHD_OPTION_END);
}

static int start_helpers(struct server *server)
{
	int r = later_start();
	if (r == 0)
		r = conn_janitor_start(server);
	if (r < 0)
		later_stop();
	return r;
}

static void stop_helpers(void)
{
	conn_janitor_stop();
	later_stop(); /* and so wakes whoever sleeps */
}

int http_start(struct server *server, struct http **ret, int *ret_port)
{
	struct http *http = calloc(1, sizeof *http);
	if (!http || request_start() < 0) {
		free(http);
		return -ENOMEM;
	}
	http->server = server;
	http->bodies.max = BODIES_MAX;
	if (http->bodies.max < 4 * (size_t)server->config.max_body)
		http->bodies.max = 4 * (size_t)server->config.max_body;
	/* twice: one whose length is not announced is copied while it grows */
	http->uploads.max = 2 * (size_t)server->config.max_snapshot;
	int listener = listen_on(server->config.host, (int)server->config.port, ret_port);
	if (listener < 0) {
		free(http);
		return listener;
	}
	if (start_helpers(server) == 0) {
		http->daemon = start_daemon(http, listener);
		if (!http->daemon)
			stop_helpers();
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
	stop_helpers();
	MHD_stop_daemon(http->daemon);
	free(http);
}

bool http_has_tls(void)
{
	return MHD_is_feature_supported(MHD_FEATURE_TLS) == MHD_YES;
}

const char *http_library_version(void)
{
	return MHD_get_version();
}
