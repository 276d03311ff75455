/* From the command line to an orderly stop. */
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "config.h"
#include "exec.h"
#include "healthcheck.h"
#include "http/http.h"
#include "http/route.h"
#include "jose/jwk.h"
#include "limits.h"
#include "log.h"
#include "oauth/definition.h"
#include "op.h"
#include "refusals.h"
#include "seed.h"
#include "server.h"
#include "silos.h"
#include "variables.h"

enum exit_code { EXIT_CLEAN = 0, EXIT_USAGE = 2, EXIT_BIND = 3, EXIT_DATA = 4 };

/* An orderly stop waits for nobody; the reason of a failed start is worth a moment. */
#define STOP_PATIENCE_MS 50
#define FAILURE_PATIENCE_MS 2000

/* What stays parsed: the services and clients of a busy test run, and their key sets. It is beside
 * --max-memory, and so has bounds of its own; a service takes some 50 KiB, a client 8. Of key sets
 * the texts are counted. */
#define DEFINITIONS 512
#define DEFINITIONS_BYTES ((size_t)16 << 20)
#define KEY_SETS 512
#define KEY_SETS_BYTES ((size_t)4 << 20)

static int complain(int code, const char *what, const char *detail)
{
	log_line("authlete-mock: %s: %s", what, detail);
	return code;
}

/* Large blocks go back to the system as soon as they are free, however often they come. */
static void tame_malloc(void)
{
	mallopt(M_MMAP_THRESHOLD, 128 * 1024);
	mallopt(M_TRIM_THRESHOLD, 256 * 1024);
}

static int open_default_silo(struct server *server)
{
	bool fresh;
	const char *why;
	const char *db = server->config.db;
	if (seed_read(&server->config, &server->seed) < 0)
		return EXIT_DATA;
	if (silo_open(&server->silo, server, STR("default"), db, &fresh, &why) < 0) {
		log_line("authlete-mock: the database %s cannot be used: %s", db ? db : "in memory",
			why);
		return EXIT_DATA;
	}
	struct seed_fault fault = {""};
	int r = fresh ? seed_load(server->seed, &server->silo, false, &fault)
		      : seed_load_flags(server->seed, &server->silo);
	if (r < 0 && fault.text[0])
		return complain(EXIT_DATA, "the seed cannot be used", fault.text);
	if (r < 0)
		return complain(EXIT_DATA, "the seed cannot be stored", strerror(-r));
	return EXIT_CLEAN;
}

/* Whoever waits for the file never sees half of it. */
static int write_port_file(const char *path, int port)
{
	char draft[4096];
	int n = snprintf(draft, sizeof draft, "%s.%d", path, (int)getpid());
	FILE *file = n < (int)sizeof draft ? fopen(draft, "we") : NULL;
	if (!file)
		return complain(EXIT_USAGE, path, strerror(errno));
	bool good = fprintf(file, "%d\n", port) > 0;
	good = fclose(file) == 0 && good && rename(draft, path) == 0;
	if (good)
		return EXIT_CLEAN;
	int code = complain(EXIT_USAGE, path, strerror(errno));
	unlink(draft);
	return code;
}

/* One process of server: what is fixed before it starts. */
struct run {
	struct server *server;
	struct arena *arena;
	char **words;  /* the command of exec, or NULL */
	sigset_t ends; /* without a command: what ends it */
	struct exec_origin origin;
};

/* The one line of stdout, which the command of exec has for itself. */
static void announce(const struct run *run, struct str url)
{
	FILE *out = run->words ? stderr : stdout;
	fprintf(out, "authlete-mock ready %.*s\n", STR_ARGS(url));
	fflush(out);
}

/* Until a signal comes, or the command ends, which then has run. */
static int serve_on(const struct run *run, int port, bool *ret_ran)
{
	struct seed_credentials credentials;
	const struct config *config = &run->server->config;
	struct str ready = address_url(run->arena, config, port);
	struct str url = address_url_for_clients(run->arena, config, &run->server->tls, port);
	char **environment = NULL;
	int received;
	if (run->words && url.p &&
		seed_credentials(run->server->seed, run->arena, &credentials) == 0)
		environment = variables_environment(run->arena, &credentials, url, environ);
	if (!ready.p || (run->words && !environment))
		return complain(EXIT_DATA, "cannot start", strerror(ENOMEM));
	announce(run, ready);
	if (run->words)
		return exec_run(&run->origin, run->words, environment, ret_ran);
	sigwait(&run->ends, &received);
	return EXIT_CLEAN;
}

static int serve_until_told(const struct run *run)
{
	struct server *server = run->server;
	struct http *http;
	int port;
	int64_t room = limits_connections(server->config.max_connections);
	if (room < server->config.max_connections) {
		log_line("authlete-mock: warning: the limit on open files leaves room for %lld "
			 "connections only",
			(long long)room);
		server->config.max_connections = room;
	}
	/* until here lines are written at once, so that none about a failed start is lost */
	if (route_init() < 0 || silos_start(server) < 0 ||
		log_start(server->config.log != LOG_OFF) < 0)
		return complain(EXIT_DATA, "cannot start", strerror(ENOMEM));
	if (http_start(server, &http, &port) < 0)
		return EXIT_BIND;
	int code = EXIT_CLEAN;
	if (server->config.port_file)
		code = write_port_file(server->config.port_file, port);
	bool ran = false;
	if (code == EXIT_CLEAN)
		code = serve_on(run, port, &ran);
	http_stop(http);
	if (ran && code != EXIT_CLEAN) {
		log_stop(FAILURE_PATIENCE_MS); /* now lines are written at once again */
		refusals_print(server, code);
	}
	return code;
}

/* Every thread inherits this; as PID 1 a blocked signal is still delivered to who waits for it. */
static void block_signals(struct run *run)
{
	if (run->words) {
		exec_prepare(&run->origin);
	} else {
		sigemptyset(&run->ends);
		sigaddset(&run->ends, SIGTERM);
		sigaddset(&run->ends, SIGINT);
		pthread_sigmask(SIG_BLOCK, &run->ends, NULL);
	}
	signal(SIGPIPE, SIG_IGN);
}

static int load_tls(const struct run *run)
{
	struct server *server = run->server;
	if (server->config.tls_cert && !http_has_tls())
		return complain(EXIT_USAGE, "--tls-cert",
			"the libmicrohttpd of this machine is built without TLS");
	return tls_load(run->arena, &server->config, &server->tls) < 0 ? EXIT_USAGE : EXIT_CLEAN;
}

static int serve(struct run *run)
{
	struct server *server = run->server;
	if (load_tls(run) != EXIT_CLEAN)
		return EXIT_USAGE;
	block_signals(run);
	if (!server->config.threads)
		server->config.threads = limits_cores();
	server->started_us = clock_monotonic_us();
	/* without these, each call parses its own */
	server->keys = jwk_cache_new(KEY_SETS, KEY_SETS_BYTES);
	server->definitions = definitions_new(DEFINITIONS, DEFINITIONS_BYTES);
	int code = open_default_silo(server);
	if (code == EXIT_CLEAN)
		code = serve_until_told(run);
	route_release();
	silos_stop(server);
	silo_close(&server->silo);
	seed_free(server->seed);
	definitions_free(server->definitions);
	jwk_cache_free(server->keys);
	log_stop(code == EXIT_CLEAN ? STOP_PATIENCE_MS : FAILURE_PATIENCE_MS);
	return code;
}

int main(int argc, char **argv)
{
	static char memory[4096];
	struct arena arena;
	static struct server server;
	struct config_choice choice;
	tame_malloc();
	arena_init(&arena, memory, sizeof memory, (size_t)1 << 20);
	if (config_read(&arena, argc, argv, environ, &server.config, &choice) < 0)
		return EXIT_USAGE;
	if (choice.help) {
		config_print_help();
		return EXIT_CLEAN;
	}
	if (choice.version) {
		puts("authlete-mock " VERSION_TEXT);
		return EXIT_CLEAN;
	}
	if (choice.command == COMMAND_HEALTHCHECK)
		return healthcheck(&server.config, choice.url);
	if (choice.command == COMMAND_OPENAPI) {
		fwrite(openapi_document, 1, openapi_document_size, stdout);
		return EXIT_CLEAN;
	}
	if (choice.command == COMMAND_ENV)
		return variables_print(&arena, &server.config, choice.url);
	struct run run = {.server = &server, .arena = &arena, .words = choice.words};
	int code = serve(&run);
	arena_reset(&arena);
	return code;
}
