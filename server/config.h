/* The settings: one table that gives flags, variables, defaults, checks, --help and the README. */
#ifndef CONFIG_H
#define CONFIG_H

#include "core/arena.h"

#define CONFIG_SERVICES_MAX 1000 /* --service flags */

enum config_mode { MODE_FAITHFUL, MODE_STRICT };
enum config_log { LOG_TEXT, LOG_JSON, LOG_OFF };

struct config {
	const char *host;
	int64_t port;
	int64_t threads; /* 0: as many as cores usable */
	const char *db;  /* NULL: in memory */
	const char *seed, *seed_json;
	const char *services[CONFIG_SERVICES_MAX]; /* "ID:TOKEN" */
	size_t n_services;
	int64_t mode; /* enum config_mode */
	int64_t max_body;
	int64_t max_connections;
	int64_t journal_size, journal_bytes; /* calls and bytes kept per silo; either 0: none */
	int64_t max_silos, silo_ttl;         /* without the default one; seconds, 0: for ever */
	int64_t max_memory, max_snapshot;    /* bytes */
	const char *admin_token;             /* NULL: /__admin is open */
	int64_t self_check;                  /* 1: every reply is held against its schema */
	int64_t ciba_slow_down;              /* 1: who polls too often is told slow_down */
	int64_t no_admin;                    /* 1: there is no /__admin */
	int64_t random_seed;                 /* -1: none */
	int64_t log;                         /* enum config_log */
	const char *port_file;
};

enum config_command {
	COMMAND_SERVE,
	COMMAND_EXEC,
	COMMAND_ENV,
	COMMAND_HEALTHCHECK,
	COMMAND_OPENAPI
};

struct config_choice {
	enum config_command command;
	const char *url; /* --url of healthcheck and env; NULL: from host and port */
	char **words;    /* the command of exec and its arguments, ended by NULL, in argv */
	bool help, version;
};

/* Reads variables, then flags, which win. With exec two defaults are others: any free port, and no
 * line per call. argv[argc] is NULL. Texts stay in argv and environ, or in the arena. 0, or
 * -EINVAL after one line on stderr that says what is wrong. */
int config_read(struct arena *a, int argc, char **argv, char **environment, struct config *ret,
	struct config_choice *ret_choice);

void config_print_help(void);     /* on stdout */
void config_print_markdown(void); /* the README's table, on stdout */

#endif
