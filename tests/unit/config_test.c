#include "config_check.h"

static void has_defaults(void **state)
{
	(void)state;
	assert_int_equal(read_words(NULL, NULL), 0);
	assert_string_equal(config.host, "127.0.0.1");
	assert_int_equal(config.port, 2884);
	assert_int_equal(config.threads, 0);
	assert_null(config.db);
	assert_null(config.seed);
	assert_null(config.seed_json);
	assert_null(config.port_file);
	assert_int_equal(config.n_services, 0);
	assert_int_equal(config.mode, MODE_FAITHFUL);
	assert_int_equal(config.max_body, 1048576);
	assert_int_equal(config.max_connections, 16384);
	assert_int_equal(config.log, LOG_TEXT);
	assert_int_equal(config.journal_size, 10000);
	assert_int_equal(config.journal_bytes, 16777216);
	assert_int_equal(config.max_silos, 2000);
	assert_int_equal(config.silo_ttl, 3600);
	assert_int_equal(config.max_memory, 1073741824);
	assert_int_equal(config.max_snapshot, 268435456);
	assert_null(config.admin_token);
	assert_int_equal(config.no_admin, 0);
	assert_int_equal(config.random_seed, -1);
	assert_int_equal(choice.command, COMMAND_SERVE);
	assert_false(choice.help || choice.version);
	assert_null(choice.url);
	assert_null(choice.words);
	assert_string_equal(said, "");
}

static void reads_flags(void **state)
{
	(void)state;
	assert_int_equal(
		READ("serve", "--host", "::", "--port=0", "--threads", "4", "--db=x.db"), 0);
	assert_string_equal(config.host, "::");
	assert_int_equal(config.port, 0);
	assert_int_equal(config.threads, 4);
	assert_string_equal(config.db, "x.db");
	assert_int_equal(READ("--mode", "strict", "--log=off", "--max-body", "1024",
				 "--max-connections=1000000"),
		0);
	assert_int_equal(config.mode, MODE_STRICT);
	assert_int_equal(config.log, LOG_OFF);
	assert_int_equal(config.max_body, 1024);
	assert_int_equal(config.max_connections, 1000000);
	assert_int_equal(
		READ("--seed", "a=b.json", "--port-file", "-", "--port", "1", "--port", "2"), 0);
	assert_string_equal(config.seed, "a=b.json");
	assert_string_equal(config.port_file, "-");
	assert_int_equal(config.port, 2); /* the last one stands */
	assert_int_equal(READ("--seed-json={\"services\":[]}"), 0);
	assert_string_equal(config.seed_json, "{\"services\":[]}");
}

static void reads_switches(void **state)
{
	static const struct {
		const char *word, *variable;
		bool on;
	} rows[] = {
		{"--no-admin", NULL, true},
		{"--no-admin=1", NULL, true},
		{"--no-admin=true", NULL, true},
		{"--no-admin=0", "AUTHLETE_MOCK_NO_ADMIN=1", false},
		{"--no-admin=false", "AUTHLETE_MOCK_NO_ADMIN=true", false},
		{NULL, "AUTHLETE_MOCK_NO_ADMIN=1", true},
		{NULL, "AUTHLETE_MOCK_NO_ADMIN=true", true},
		{NULL, "AUTHLETE_MOCK_NO_ADMIN=0", false},
		{NULL, "AUTHLETE_MOCK_NO_ADMIN=false", false},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *row = rows[i].word ? rows[i].word : rows[i].variable;
		check(row, read_words((const char *const[]){rows[i].word, NULL},
				   (const char *const[]){rows[i].variable, NULL}) == 0);
		check(row, config.no_admin == rows[i].on);
	}
}

static void reads_the_smallest_and_largest(void **state)
{
	(void)state;
	assert_int_equal(
		READ("--journal-size=0", "--journal-bytes=65536", "--max-silos=0", "--silo-ttl=0",
			"--max-memory=1048576", "--random-seed=0", "--max-snapshot=65536"),
		0);
	assert_int_equal(config.random_seed, 0);
	assert_int_equal(
		READ("--journal-size=10000000", "--journal-bytes=1073741824", "--max-silos=100000",
			"--silo-ttl=1000000000", "--max-memory=1099511627776",
			"--max-snapshot=1073741824", "--random-seed=9223372036854775807"),
		0);
	assert_int_equal(config.random_seed, INT64_MAX);
	assert_int_equal(READ("--log=json", "--admin-token", "secret"), 0);
	assert_int_equal(config.log, LOG_JSON);
	assert_string_equal(config.admin_token, "secret");
}

static void reads_commands(void **state)
{
	(void)state;
	assert_int_equal(READ("healthcheck", "--url", "http://h:1"), 0);
	assert_int_equal(choice.command, COMMAND_HEALTHCHECK);
	assert_string_equal(choice.url, "http://h:1");
	assert_int_equal(READ("healthcheck", "--url=x", "--port", "99"), 0);
	assert_string_equal(choice.url, "x");
	assert_int_equal(config.port, 99);
	assert_int_equal(READ("openapi"), 0);
	assert_int_equal(choice.command, COMMAND_OPENAPI);
	assert_int_equal(READ("env", "--url=http://h", "--port=0"), 0);
	assert_int_equal(choice.command, COMMAND_ENV);
	assert_string_equal(choice.url, "http://h");
	assert_int_equal(READ("--help"), 0);
	assert_true(choice.help);
	assert_int_equal(READ("serve", "-h", "--version"), 0);
	assert_true(choice.help && choice.version);
}

static void reads_exec(void **state)
{
	(void)state;
	assert_int_equal(READ("exec", "--", "npm", "--port", "1", "--"), 0);
	assert_int_equal(choice.command, COMMAND_EXEC);
	assert_string_equal(choice.words[0], "npm");
	assert_string_equal(choice.words[3], "--");
	assert_null(choice.words[4]);
	/* its own defaults, which flags and variables beat as ever */
	assert_int_equal(config.port, 0);
	assert_int_equal(config.log, LOG_OFF);
	assert_int_equal(READ("exec", "--port=7", "--log", "json", "--", "x"), 0);
	assert_int_equal(config.port, 7);
	assert_int_equal(config.log, LOG_JSON);
	assert_int_equal(
		read_words((const char *const[]){"exec", "--", "x", NULL},
			(const char *const[]){"AUTHLETE_MOCK_PORT=8", "AUTHLETE_MOCK_LOG=text",
				"AUTHLETE_MOCK_URL=http://h:1", NULL}),
		0);
	assert_int_equal(config.port, 8);
	assert_int_equal(config.log, LOG_TEXT);
	assert_string_equal(said, ""); /* what an outer exec has set is no setting */
	assert_int_equal(READ("exec", "--help"), 0);
	assert_true(choice.help);
}

static void reads_services(void **state)
{
	(void)state;
	assert_int_equal(READ("--service", "1:t", "--service=9223372036854775807:a:b"), 0);
	assert_int_equal(config.n_services, 2);
	assert_string_equal(config.services[0], "1:t");
	assert_string_equal(config.services[1], "9223372036854775807:a:b");
	assert_int_equal(READ_VARIABLES("AUTHLETE_MOCK_SERVICE=1:t, 2:u ,,3:v"), 0);
	assert_int_equal(config.n_services, 3);
	assert_string_equal(config.services[1], "2:u");
	assert_string_equal(config.services[2], "3:v");
	/* a flag replaces what the variable listed */
	assert_int_equal(
		read_words((const char *const[]){"--service", "5:x", "--service=6:y", NULL},
			(const char *const[]){"AUTHLETE_MOCK_SERVICE=1:t,2:u", NULL}),
		0);
	assert_int_equal(config.n_services, 2);
	assert_string_equal(config.services[0], "5:x");
}

static void reads_variables(void **state)
{
	(void)state;
	assert_int_equal(READ_VARIABLES("AUTHLETE_MOCK_PORT=81", "AUTHLETE_MOCK_MAX_BODY=2048",
				 "AUTHLETE_MOCK_SEED_JSON={\"a\":\"b=c\"}", "PORT=7", "HOME=/root"),
		0);
	assert_int_equal(config.port, 81);
	assert_int_equal(config.max_body, 2048);
	assert_string_equal(config.seed_json, "{\"a\":\"b=c\"}");
	assert_string_equal(said, "");
	/* a flag wins over a variable */
	assert_int_equal(read_words((const char *const[]){"--port", "82", NULL},
				 (const char *const[]){"AUTHLETE_MOCK_PORT=81", NULL}),
		0);
	assert_int_equal(config.port, 82);
	/* what orchestrators leave in the environment is not ours */
	assert_int_equal(
		READ_VARIABLES("AUTHLETE_MOCK_SERVICE_HOST=10.0.0.1",
			"AUTHLETE_MOCK_SERVICE_PORT=2884", "AUTHLETE_MOCK_SERVICE_PORT_HTTP=2884",
			"AUTHLETE_MOCK_PORT_2884_TCP_ADDR=10.0.0.1",
			"AUTHLETE_MOCK_PORT=tcp://10.0.0.1:2884",
			"AUTHLETE_MOCK_HOST=udp://10.0.0.1:53"),
		0);
	assert_string_equal(said, "");
	assert_int_equal(config.port, 2884);
	assert_string_equal(config.host, "127.0.0.1");
	/* others are a warning that names the nearest one */
	assert_int_equal(READ_VARIABLES("AUTHLETE_MOCK_MAXBODY=1"), 0);
	assert_non_null(strstr(said, "AUTHLETE_MOCK_MAXBODY"));
	assert_non_null(strstr(said, "AUTHLETE_MOCK_MAX_BODY"));
	assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
	char longest[400] = "AUTHLETE_MOCK_";
	memset(longest + 14, 'Z', sizeof longest - 17);
	strcpy(longest + sizeof longest - 3, "=1");
	assert_int_equal(READ_VARIABLES(longest), 0);
	assert_non_null(strstr(said, "warning"));
	assert_int_equal(READ_VARIABLES("AUTHLETE_MOCK_=1"), 0);
	assert_non_null(strstr(said, "warning"));
}

/* The table's rows agree with themselves. */
static void table_is_sound(void **state)
{
	char variable[48];
	(void)state;
	for (size_t i = 0; i < n_settings; i++) {
		const struct setting *s = &settings[i];
		check(s->name, s->help && s->shown && s->argument);
		check(s->name, strlen(s->name) <= 40);
		check(s->name, s->kind != SETTING_INT || s->min < s->max);
		for (size_t k = 0; k < i; k++)
			check(s->name, strcmp(settings[k].name, s->name) != 0);
		setting_variable(s, variable, sizeof variable);
		check(s->name, strncmp(variable, "AUTHLETE_MOCK_", 14) == 0);
		check(s->name, strspn(variable, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == strlen(variable));
	}
	setting_variable(&settings[0], variable, 8);
	assert_int_equal(strlen(variable), 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_defaults),
		cmocka_unit_test(reads_flags),
		cmocka_unit_test(reads_switches),
		cmocka_unit_test(reads_the_smallest_and_largest),
		cmocka_unit_test(reads_commands),
		cmocka_unit_test(reads_exec),
		cmocka_unit_test(reads_services),
		cmocka_unit_test(reads_variables),
		cmocka_unit_test(table_is_sound),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
