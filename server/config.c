#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_table.h"
#include "log.h"

__attribute__((format(printf, 1, 2))) static int usage(const char *format, ...)
{
	char line[512];
	va_list args;
	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	log_line("authlete-mock: %s", line);
	return -EINVAL;
}

/* The words of "a|b|c": the index of value among them, or -1. */
static int64_t choice_index(const char *words, struct str value)
{
	struct str rest = str_of(words), word;
	for (int64_t i = 0; rest.n; i++) {
		str_cut(rest, '|', &word, &rest);
		if (str_eq(word, value))
			return i;
	}
	return -1;
}

static int set_int(const struct setting *s, struct config *c, const char *source, const char *value)
{
	int64_t number;
	if (!str_to_i64(str_of(value), &number) || number < s->min || number > s->max)
		return usage("%s takes a whole number from %lld to %lld, not \"%.60s\"", source,
			(long long)s->min, (long long)s->max, value);
	*(int64_t *)((char *)c + s->offset) = number;
	return 0;
}

static int set_switch(
	const struct setting *s, struct config *c, const char *source, const char *value)
{
	int64_t index = choice_index("0|1|false|true", str_of(value));
	if (index < 0)
		return usage("%s takes 1, true, 0 or false, not \"%.60s\"", source, value);
	*(int64_t *)((char *)c + s->offset) = index % 2;
	return 0;
}

static int set_one(const struct setting *s, struct config *c, const char *source, const char *value)
{
	switch (s->kind) {
	case SETTING_INT:
		return set_int(s, c, source, value);
	case SETTING_CHOICE: {
		int64_t index = choice_index(s->argument, str_of(value));
		if (index < 0)
			return usage("%s takes %s, not \"%.60s\"", source, s->argument, value);
		*(int64_t *)((char *)c + s->offset) = index;
		return 0;
	}
	case SETTING_TEXT:
		if (!*value)
			return usage("%s takes %s, not an empty text", source, s->argument);
		*(const char **)((char *)c + s->offset) = value;
		return 0;
	case SETTING_SERVICES:
		if (c->n_services == CONFIG_SERVICES_MAX)
			return usage("%s is given more than 1000 times", source);
		c->services[c->n_services++] = value;
		return 0;
	case SETTING_SWITCH:
		return set_switch(s, c, source, value);
	}
	return 0;
}

/* A variable may hold several values of a repeatable setting, separated by commas. */
static int set_from_variable(struct arena *a, const struct setting *s, struct config *c,
	const char *source, const char *value)
{
	if (s->kind != SETTING_SERVICES)
		return set_one(s, c, source, value);
	struct str rest = str_of(value), part;
	while (rest.n) {
		str_cut(rest, ',', &part, &rest);
		part = arena_copy(a, str_trim(part));
		int r = part.n ? set_one(s, c, source, part.p) : 0;
		if (r < 0)
			return r;
	}
	return 0;
}

/* The setting that a mistyped name may mean; NULL when it is like none. */
static const struct setting *nearest(const char *name)
{
	const struct setting *best = NULL;
	size_t least = strlen(name) / 2 + 1;
	for (size_t i = 0; i < n_settings; i++) {
		size_t edits = str_distance(str_of(name), str_of(settings[i].name));
		if (edits < least) {
			least = edits;
			best = &settings[i];
		}
	}
	return best;
}

static const struct setting *find(const char *name, size_t n)
{
	for (size_t i = 0; i < n_settings; i++)
		if (str_eq(str_of(settings[i].name), (struct str){name, n}))
			return &settings[i];
	return NULL;
}

static bool contains(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

/* Variables that Kubernetes and Docker make for a service that happens to be named like us. */
static bool is_link_variable(const char *name, const char *value)
{
	size_t n = strlen(name);
	static const char host[] = "SERVICE_HOST";
	if (strncmp(value, "tcp://", 6) == 0 || strncmp(value, "udp://", 6) == 0)
		return true;
	if (n >= sizeof host - 1 && strcmp(name + n - (sizeof host - 1), host) == 0)
		return true;
	if (contains(name, "SERVICE_PORT"))
		return true;
	const char *port = strstr(name, "PORT_");
	return port && port[5] >= '0' && port[5] <= '9';
}

static int read_variable(struct arena *a, const char *variable, struct config *c)
{
	static const char prefix[] = "AUTHLETE_MOCK_";
	char name[48], source[96];
	const char *value = strchr(variable, '=');
	if (!value || strncmp(variable, prefix, sizeof prefix - 1) != 0)
		return 0;
	const char *rest = variable + sizeof prefix - 1;
	size_t n = (size_t)(value - rest);
	snprintf(source, sizeof source, "%.*s", (int)(value - variable), variable);
	value++;
	/* what exec sets for its command is no setting */
	if (is_link_variable(source, value) || strcmp(source, "AUTHLETE_MOCK_URL") == 0)
		return 0;
	for (size_t i = 0; i < sizeof name; i++) {
		char ch = i < n ? rest[i] : '\0';
		name[i] = ch == '_' ? '-' : ch >= 'A' && ch <= 'Z' ? (char)(ch + 32) : ch;
	}
	name[sizeof name - 1] = '\0';
	const struct setting *s = find(name, n);
	if (s)
		return set_from_variable(a, s, c, source, value);
	char meant[48] = "";
	if (nearest(name))
		setting_variable(nearest(name), meant, sizeof meant);
	log_line("authlete-mock: warning: the variable %s is not known%s%s%s", source,
		*meant ? "; is " : "", meant, *meant ? " meant?" : "");
	return 0;
}

/* One flag, as --name VALUE or --name=VALUE. *at moves past what was read. */
static int read_flag(int argc, char **argv, int *at, struct config *c, struct config_choice *choice)
{
	const char *flag = argv[*at];
	const char *equals = strchr(flag, '=');
	size_t n = equals ? (size_t)(equals - flag) - 2 : strlen(flag) - 2;
	const struct setting *s = find(flag + 2, n);
	bool url = (choice->command == COMMAND_HEALTHCHECK || choice->command == COMMAND_ENV) &&
		   str_eq((struct str){flag, n + 2}, STR("--url"));
	if (!s && !url) {
		char name[48];
		snprintf(name, sizeof name, "%.*s", (int)n, flag + 2);
		s = nearest(name);
		return usage("unknown flag --%s%s%s", name, s ? "; is meant --" : "; see --help",
			s ? s->name : "");
	}
	const char *value = equals ? equals + 1 : NULL;
	if (s && s->kind == SETTING_SWITCH && !value)
		value = "1";
	else if (!value && ++*at < argc)
		value = argv[*at];
	++*at;
	if (!value)
		return usage("%s needs %s", flag, s ? s->argument : "a URL");
	if (url) {
		choice->url = value;
		return 0;
	}
	char source[64];
	snprintf(source, sizeof source, "--%s", s->name);
	return set_one(s, c, source, value);
}

static int read_command(const char *word, struct config_choice *choice)
{
	static const struct {
		const char *word;
		enum config_command command;
	} commands[] = {
		{"serve", COMMAND_SERVE},
		{"exec", COMMAND_EXEC},
		{"env", COMMAND_ENV},
		{"healthcheck", COMMAND_HEALTHCHECK},
		{"openapi", COMMAND_OPENAPI},
	};
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
		if (strcmp(word, commands[i].word) == 0) {
			choice->command = commands[i].command;
			return 0;
		}
	}
	return usage("unknown command \"%.80s\"; see authlete-mock --help", word);
}

/* A word that is no flag: the one before the command of exec, or too much. */
static int read_word(char **argv, int at, struct config_choice *choice)
{
	const char *word = argv[at];
	if (choice->command != COMMAND_EXEC)
		return usage("unexpected argument \"%.80s\"; see authlete-mock --help", word);
	if (strcmp(word, "--") != 0)
		return usage("put -- before the command that exec shall run, not \"%.80s\"", word);
	choice->words = argv + at + 1;
	return 0;
}

static int read_arguments(
	int argc, char **argv, int at, struct config *c, struct config_choice *choice)
{
	/* flags beat variables: a repeatable one replaces what the variable listed */
	bool services_from_variable = c->n_services > 0;
	while (at < argc && !choice->words) {
		const char *word = argv[at];
		int r = 0;
		if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
			choice->help = true;
			at++;
			continue;
		}
		if (strcmp(word, "--version") == 0) {
			choice->version = true;
			at++;
			continue;
		}
		if (services_from_variable && strncmp(word, "--service", 9) == 0) {
			services_from_variable = false;
			c->n_services = 0;
		}
		if (strncmp(word, "--", 2) == 0 && word[2])
			r = read_flag(argc, argv, &at, c, choice);
		else
			r = read_word(argv, at, choice);
		if (r < 0)
			return r;
	}
	if (choice->command == COMMAND_EXEC && !(choice->words && choice->words[0]) &&
		!choice->help && !choice->version)
		return usage(
			"exec needs -- and the command to run: authlete-mock exec -- npm test");
	return 0;
}

/* ID:TOKEN, the ID a positive number of 64 bits. */
static int check_services(const struct config *c)
{
	for (size_t i = 0; i < c->n_services; i++) {
		struct str id, token;
		int64_t number;
		str_cut(str_of(c->services[i]), ':', &id, &token);
		bool usable = token.n && !memchr(token.p, ' ', token.n);
		if (!str_is_digits(id) || !str_to_i64(id, &number) || number < 1 || !usable)
			return usage("--service takes ID:TOKEN, a number and a text without "
				     "spaces, not \"%.40s\"",
				c->services[i]);
	}
	return 0;
}

int config_read(struct arena *a, int argc, char **argv, char **environment, struct config *ret,
	struct config_choice *ret_choice)
{
	struct config c = {.random_seed = -1};
	struct config_choice choice = {0};
	bool named = argc > 1 && argv[1][0] != '-';
	int r = named ? read_command(argv[1], &choice) : 0;
	for (size_t i = 0; r == 0 && i < n_settings; i++)
		if (settings[i].initial)
			r = set_one(&settings[i], &c, settings[i].name, settings[i].initial);
	if (choice.command == COMMAND_EXEC) {
		c.port = 0;
		c.log = LOG_OFF;
	}
	for (char **variable = environment; r == 0 && *variable; variable++)
		r = read_variable(a, *variable, &c);
	if (r == 0)
		r = read_arguments(argc, argv, named ? 2 : 1, &c, &choice);
	if (r == 0)
		r = check_services(&c);
	if (r == 0 && c.seed && c.seed_json)
		r = usage("--seed and --seed-json cannot be given together");
	if (r < 0)
		return r;
	*ret = c;
	*ret_choice = choice;
	return 0;
}
