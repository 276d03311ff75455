/* The floor that the benchmarks divide by: libmicrohttpd with the options of the server and
 * nothing behind it. It reads a request to its end and sends the same bytes each time; with --sign
 * it makes an ES256 signature by libcrypto for each reply, and throws it away. */
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <microhttpd.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

enum { MAX_HEADERS = 16 };

struct settings {
	unsigned port, threads, connections;
	size_t memory;
	bool suspend, sign;
	char *body;
	size_t body_size;
	char *headers[MAX_HEADERS];
	size_t n_headers;
};

static _Noreturn void usage(const char *why)
{
	fprintf(stderr,
		"bare: %s\n"
		"usage: bare [--port N] [--threads N] [--connections N] [--memory BYTES] "
		"[--suspend] [--sign]\n"
		"            [--body TEXT | --body-file FILE] [--header 'Name: value']...\n",
		why);
	exit(2);
}

static unsigned long number(const char *text, unsigned long max)
{
	char *end;

	errno = 0;
	unsigned long n = strtoul(text, &end, 10);
	if (errno || end == text || *end || n > max)
		usage("bad number");
	return n;
}

static void read_body(struct settings *s, const char *path)
{
	FILE *f = fopen(path, "rb");
	char *text = malloc(65536);

	if (!f || !text)
		usage("cannot read the body file");
	s->body_size = fread(text, 1, 65536, f);
	s->body = text;
	if (ferror(f) || s->body_size == 65536)
		usage("cannot read the body file, or it is too large");
	fclose(f);
}

static void parse(struct settings *s, int argc, char **argv)
{
	static const struct option options[] = {
		{"port", required_argument, NULL, 'p'},
		{"threads", required_argument, NULL, 't'},
		{"connections", required_argument, NULL, 'c'},
		{"memory", required_argument, NULL, 'm'},
		{"suspend", no_argument, NULL, 's'},
		{"sign", no_argument, NULL, 'S'},
		{"body", required_argument, NULL, 'b'},
		{"body-file", required_argument, NULL, 'f'},
		{"header", required_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};

	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (c == 'p') {
			s->port = (unsigned)number(optarg, 65535);
		} else if (c == 't') {
			s->threads = (unsigned)number(optarg, 256);
		} else if (c == 'c') {
			s->connections = (unsigned)number(optarg, 1000000);
		} else if (c == 'm') {
			s->memory = number(optarg, 1 << 30);
		} else if (c == 's') {
			s->suspend = true;
		} else if (c == 'S') {
			s->sign = true;
		} else if (c == 'b') {
			s->body = optarg;
			s->body_size = strlen(optarg);
		} else if (c == 'f') {
			read_body(s, optarg);
		} else if (c == 'h') {
			if (s->n_headers == MAX_HEADERS)
				usage("too many headers");
			s->headers[s->n_headers++] = optarg;
		} else {
			usage("unknown option");
		}
	}
	if (optind != argc || !s->threads)
		usage("bad arguments");
}

static struct MHD_Response *make_response(struct settings *s)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
		s->body_size, s->body, MHD_RESPMEM_PERSISTENT);

	if (!r)
		return NULL;
	for (size_t i = 0; i < s->n_headers; i++) {
		char *colon = strchr(s->headers[i], ':');
		if (!colon)
			usage("a header without a colon");
		*colon = '\0';
		const char *value = colon + 1 + strspn(colon + 1, " ");
		if (MHD_add_response_header(r, s->headers[i], value) != MHD_YES)
			usage("libmicrohttpd refuses a header");
	}
	return r;
}

/* NULL: nothing is signed. Else ready to sign, to be copied: the cheapest way that libcrypto has.
 */
static EVP_PKEY_CTX *signer;
static EVP_MD *sha256;

static void sign(void)
{
	static const unsigned char input[400] = "as long as the head and the claims of an ID token";
	unsigned char hash[32], der[80];
	size_t n = sizeof der;
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_dup(signer);

	if (!context || EVP_Digest(input, sizeof input, hash, NULL, sha256, NULL) != 1 ||
		EVP_PKEY_sign(context, der, &n, hash, sizeof hash) != 1)
		abort();
	EVP_PKEY_CTX_free(context);
}

static enum MHD_Result on_access(void *cls, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *data, size_t *size, void **request)
{
	static char begun;

	(void)url, (void)method, (void)version, (void)data;
	if (!*request) {
		*request = &begun;
		return MHD_YES;
	}
	if (*size) {
		*size = 0;
		return MHD_YES;
	}
	if (signer)
		sign();
	return MHD_queue_response(connection, MHD_HTTP_OK, cls);
}

static struct MHD_Daemon *start(const struct settings *s, struct MHD_Response *reply)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)s->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG;
	/* A pool of one only earns a warning. */
	struct MHD_OptionItem pool[] = {
		{s->threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END,
			(intptr_t)s->threads, NULL},
		{MHD_OPTION_END, 0, NULL},
	};

	if (s->suspend)
		flags |= MHD_ALLOW_SUSPEND_RESUME;
	return MHD_start_daemon(flags, 0, NULL, NULL, on_access, reply, MHD_OPTION_SOCK_ADDR,
		(struct sockaddr *)&address, MHD_OPTION_CONNECTION_MEMORY_LIMIT, s->memory,
		MHD_OPTION_CONNECTION_LIMIT, s->connections, MHD_OPTION_CONNECTION_TIMEOUT, 120u,
		MHD_OPTION_LISTEN_BACKLOG_SIZE, 1024u, MHD_OPTION_ARRAY, pool, MHD_OPTION_END);
}

int main(int argc, char **argv)
{
	struct settings s = {
		.threads = 2, .connections = 16384, .memory = 8192, .body = "{}", .body_size = 2};
	sigset_t set;
	int sig;

	parse(&s, argc, argv);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (s.sign) {
		EVP_PKEY *key = EVP_EC_gen("P-256");
		sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
		signer = key ? EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL) : NULL;
		if (!sha256 || !signer || EVP_PKEY_sign_init(signer) != 1)
			usage("libcrypto has no P-256 or no SHA-256");
	}
	struct MHD_Response *reply = make_response(&s);
	struct MHD_Daemon *daemon = reply ? start(&s, reply) : NULL;
	if (!daemon) {
		fprintf(stderr, "bare: cannot start\n");
		return 3;
	}
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
	printf("bare ready http://127.0.0.1:%u\n", info ? (unsigned)info->port : s.port);
	fflush(stdout);
	while (sigwait(&set, &sig) != 0)
		continue;
	MHD_stop_daemon(daemon);
	MHD_destroy_response(reply);
	return 0;
}
