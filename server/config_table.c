#include "config_table.h"

#include <stddef.h>
#include <stdio.h>

#define MIB ((int64_t)1 << 20)
#define GIB ((int64_t)1 << 30)

/* clang-format off */
const struct setting settings[] = {
	{"host", SETTING_TEXT, offsetof(struct config, host), 0, 0, "127.0.0.1",
		"ADDRESS", "127.0.0.1", "address to bind"},
	{"port", SETTING_INT, offsetof(struct config, port), 0, 65535, "2884",
		"PORT", "2884", "port to bind; 0 takes any free one"},
	{"threads", SETTING_INT, offsetof(struct config, threads), 1, 256, NULL,
		"N", "cores usable, at most 16", "worker threads"},
	{"db", SETTING_TEXT, offsetof(struct config, db), 0, 0, NULL,
		"FILE", "in memory", "keep services and tickets in this SQLite file"},
	{"seed", SETTING_TEXT, offsetof(struct config, seed), 0, 0, NULL,
		"FILE", "built-in seed", "start with what this JSON file describes"},
	{"seed-json", SETTING_TEXT, offsetof(struct config, seed_json), 0, 0, NULL,
		"TEXT", "built-in seed", "the same, as a text"},
	{"service", SETTING_SERVICES, 0, 0, 0, NULL,
		"ID:TOKEN", "none", "add a service with this access token (repeatable)"},
	{"mode", SETTING_CHOICE, offsetof(struct config, mode), 0, 0, "faithful",
		"faithful|strict", "faithful", "strict holds callers to the published document"},
	{"max-body", SETTING_INT, offsetof(struct config, max_body), 1024, GIB, "1048576",
		"BYTES", "1048576", "largest request body"},
	{"max-connections", SETTING_INT, offsetof(struct config, max_connections), 16, 1000000, "16384",
		"N", "16384", "connections at a time; the limit on open files is raised to fit"},
	{"journal-size", SETTING_INT, offsetof(struct config, journal_size), 0, 10000000, "10000",
		"N", "10000", "calls that the journal of a silo keeps; 0 keeps none"},
	{"journal-bytes", SETTING_INT, offsetof(struct config, journal_bytes), 0, GIB, "16777216",
		"BYTES", "16777216", "bytes that it takes at most, whichever bound is met first"},
	{"max-silos", SETTING_INT, offsetof(struct config, max_silos), 0, 100000, "2000",
		"N", "2000", "silos at a time besides the default one"},
	{"silo-ttl", SETTING_INT, offsetof(struct config, silo_ttl), 0, 1000000000, "3600",
		"SECONDS", "3600", "drop a silo that nobody has used for so long; 0 never does"},
	{"max-memory", SETTING_INT, offsetof(struct config, max_memory), MIB, 1024 * GIB, "1073741824",
		"BYTES", "1 GiB", "memory of all silos but the default one, journals included"},
	{"max-snapshot", SETTING_INT, offsetof(struct config, max_snapshot), 65536, GIB, "268435456",
		"BYTES", "256 MiB", "largest uploaded snapshot"},
	{"admin-token", SETTING_TEXT, offsetof(struct config, admin_token), 0, 0, NULL,
		"TOKEN", "open", "guard /__admin with this Bearer token, all but its health"},
	{"no-admin", SETTING_SWITCH, offsetof(struct config, no_admin), 0, 0, NULL,
		"", "off", "serve no /__admin at all"},
	{"random-seed", SETTING_INT, offsetof(struct config, random_seed), 0, INT64_MAX, NULL,
		"N", "real randomness", "reproducible tickets, codes, tokens and ids"},
	{"self-check", SETTING_SWITCH, offsetof(struct config, self_check), 0, 0, NULL,
		"", "off", "check every reply against its schema; a mismatch is a 500"},
	{"ciba-slow-down", SETTING_SWITCH, offsetof(struct config, ciba_slow_down), 0, 0, NULL,
		"", "off", "enforce the polling interval of CIBA with slow_down"},
	{"log", SETTING_CHOICE, offsetof(struct config, log), 0, 0, "text",
		"text|json|off", "text", "one line per call, on stderr"},
	{"port-file", SETTING_TEXT, offsetof(struct config, port_file), 0, 0, NULL,
		"FILE", "none", "write the real port here when ready"},
};
/* clang-format on */

const size_t n_settings = sizeof settings / sizeof settings[0];

void setting_variable(const struct setting *s, char *out, size_t size)
{
	int n = snprintf(out, size, "AUTHLETE_MOCK_%s", s->name);
	for (int i = 0; i < n && (size_t)i < size; i++) {
		if (out[i] == '-')
			out[i] = '_';
		else if (out[i] >= 'a' && out[i] <= 'z')
			out[i] = (char)(out[i] - ('a' - 'A'));
	}
}

static const char usage[] =
	"authlete-mock stands in for the Authlete API in development and CI.\n"
	"\n"
	"usage: authlete-mock [serve] [settings]   serve until SIGTERM or SIGINT\n"
	"       authlete-mock exec [settings] -- COMMAND...   serve while COMMAND runs, on any "
	"free\n"
	"             port and without a line per call unless told otherwise; exit as it does\n"
	"       authlete-mock env [settings] [--url URL]   print what exec would export\n"
	"       authlete-mock healthcheck [--url URL]   exit 0 when a server answers there\n"
	"       authlete-mock openapi   print the OpenAPI document of the server\n"
	"       authlete-mock --help | --version\n"
	"\n"
	"settings, each also a variable (--max-body is AUTHLETE_MOCK_MAX_BODY; a flag wins):\n";

void config_print_help(void)
{
	fputs(usage, stdout);
	for (size_t i = 0; i < n_settings; i++) {
		char left[40];
		snprintf(left, sizeof left, "--%s%s%s", settings[i].name,
			*settings[i].argument ? " " : "", settings[i].argument);
		printf("  %-24s %s (default: %s)\n", left, settings[i].help, settings[i].shown);
	}
}

void config_print_markdown(void)
{
	puts("| setting | variable | default | meaning |\n|---|---|---|---|");
	for (size_t i = 0; i < n_settings; i++) {
		const struct setting *s = &settings[i];
		char variable[48];
		setting_variable(s, variable, sizeof variable);
		printf("| `--%s%s", s->name, *s->argument ? " " : "");
		for (const char *p = s->argument; *p; p++) /* a bare bar would end the cell */
			printf("%s%c", *p == '|' ? "\\" : "", *p);
		printf("` | `%s` | %s | %s |\n", variable, s->shown, s->help);
	}
}
