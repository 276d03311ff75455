#include "config_check.h"

struct refusal {
	const char *words[4];
	const char *said;
};

static void refused(const struct refusal *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *words[] = {rows[i].words[0], rows[i].words[1], rows[i].words[2],
			rows[i].words[3], NULL};
		const char *row = rows[i].words[1] ? rows[i].words[1] : rows[i].words[0];
		struct config before;
		memset(&before, 0x55, sizeof before);
		check(row, read_words(words, NULL) == -EINVAL);
		if (!strstr(said, rows[i].said))
			fail_msg("%s: said %s", row, said);
		/* one line, and the output is left alone */
		check(row, strchr(said, '\n') == said + strlen(said) - 1);
		check(row, memcmp(&config, &before, sizeof config) == 0);
	}
}

static void refuses_flags(void **state)
{
	static const struct refusal rows[] = {
		{{"--prot", "1"}, "--port"},
		{{"--ports=1"}, "--port"},
		{{"--tls-key", "1"}, "unknown flag"},
		{{"--"}, "unexpected"},
		{{"--=1"}, "unknown flag"},
		{{"-p", "1"}, "unexpected"},
		{{"--port"}, "needs PORT"},
		{{"--port", "x"}, "65535"},
		{{"--port="}, "65535"},
		{{"--port", "65536"}, "65535"},
		{{"--port", "-1"}, "65535"},
		{{"--port", "99999999999999999999"}, "65535"},
		{{"--port", "2884 "}, "65535"},
		{{"--threads", "0"}, "1 to 256"},
		{{"--threads", "257"}, "1 to 256"},
		{{"--max-body", "1023"}, "1024"},
		{{"--max-body", "1073741825"}, "1073741824"},
		{{"--max-connections", "15"}, "16"},
		{{"--mode", "Strict"}, "faithful|strict"},
		{{"--mode", ""}, "faithful|strict"},
		{{"--log", "xml"}, "text|json|off"},
		{{"--admin-token", ""}, "empty"},
		{{"--no-admin=maybe"}, "1, true, 0 or false"},
		{{"--no-admin", "1"}, "unexpected"},
		{{"--host", ""}, "empty"},
		{{"--db="}, "empty"},
		{{"--service", "x:t"}, "ID:TOKEN"},
		{{"--service", "1"}, "ID:TOKEN"},
		{{"--service", "1:"}, "ID:TOKEN"},
		{{"--service", ":t"}, "ID:TOKEN"},
		{{"--service", "0:t"}, "ID:TOKEN"},
		{{"--service", "-1:t"}, "ID:TOKEN"},
		{{"--service", "9223372036854775808:t"}, "ID:TOKEN"},
		{{"--seed", "a", "--seed-json", "b"}, "together"},
		{{"--url", "x"}, "unknown flag"},
		{{"healthcheck", "--url"}, "needs a URL"},
		{{"serve", "serve"}, "unexpected"},
		{{"start"}, "unknown command"},
		{{"exec"}, "needs --"},
		{{"exec", "--port", "0"}, "needs --"},
		{{"exec", "--"}, "needs --"},
		{{"exec", "npm", "test"}, "put -- before"},
		{{"exec", "--threads=1", "-x", "--"}, "put -- before"},
		{{"exec", "--nope", "--", "x"}, "unknown flag"},
		{{"exec", "--port", "--", "x"}, "65535"},
		{{"exec", "--url", "x"}, "unknown flag"},
		{{"env", "--"}, "unexpected"},
		{{"env", "--url"}, "needs a URL"},
		{{"serve", "--", "x"}, "unexpected"},
		{{""}, "unknown command"},
	};
	(void)state;
	refused(rows, COUNT(rows));
}

static void refuses_silo_settings(void **state)
{
	static const struct refusal rows[] = {
		{{"--journal-size", "-1"}, "0 to 10000000"},
		{{"--journal-size", "10000001"}, "0 to 10000000"},
		{{"--journal-bytes", "-1"}, "0 to 1073741824"},
		{{"--journal-bytes", "1073741825"}, "0 to 1073741824"},
		{{"--max-silos", "-1"}, "0 to 100000"},
		{{"--max-silos", "100001"}, "0 to 100000"},
		{{"--silo-ttl", "-1"}, "0 to 1000000000"},
		{{"--silo-ttl", "1000000001"}, "0 to 1000000000"},
		{{"--max-memory", "1048575"}, "1048576 to"},
		{{"--max-memory", "1099511627777"}, "to 1099511627776"},
		{{"--max-snapshot", "65535"}, "65536 to 1073741824"},
		{{"--max-snapshot", "1073741825"}, "65536 to 1073741824"},
		{{"--random-seed", "-1"}, "0 to 9223372036854775807"},
		{{"--random-seed", "9223372036854775808"}, "0 to 9223372036854775807"},
	};
	(void)state;
	refused(rows, COUNT(rows));
}

static void refuses_variables(void **state)
{
	static const char *const rows[] = {"AUTHLETE_MOCK_PORT=x",
		"AUTHLETE_MOCK_PORT=", "AUTHLETE_MOCK_MODE=lenient",
		"AUTHLETE_MOCK_DB=", "AUTHLETE_MOCK_SERVICE=1:a,b", "AUTHLETE_MOCK_LOG=1",
		"AUTHLETE_MOCK_NO_ADMIN=yes",
		"AUTHLETE_MOCK_NO_ADMIN=", "AUTHLETE_MOCK_NO_ADMIN=TRUE",
		"AUTHLETE_MOCK_ADMIN_TOKEN=", "AUTHLETE_MOCK_SILO_TTL=1h"};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		check(rows[i], READ_VARIABLES(rows[i]) == -EINVAL);
		check(rows[i], strstr(said, "AUTHLETE_MOCK_") || strstr(said, "--service"));
	}
}

static void limits_services(void **state)
{
	char *argv[CONFIG_SERVICES_MAX + 3];
	char *environment[] = {NULL};
	(void)state;
	argv[0] = (char *)(uintptr_t) "authlete-mock";
	for (int i = 0; i <= CONFIG_SERVICES_MAX; i++)
		argv[i + 1] = (char *)(uintptr_t) "--service=1:t";
	argv[CONFIG_SERVICES_MAX + 2] = NULL;
	assert_int_equal(
		config_read(&a, CONFIG_SERVICES_MAX + 1, argv, environment, &config, &choice), 0);
	assert_int_equal(config.n_services, CONFIG_SERVICES_MAX);
	capture_begin();
	int r = config_read(&a, CONFIG_SERVICES_MAX + 2, argv, environment, &config, &choice);
	said = capture_end();
	assert_int_equal(r, -EINVAL);
	assert_non_null(strstr(said, "1000"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_flags),
		cmocka_unit_test(refuses_silo_settings),
		cmocka_unit_test(refuses_variables),
		cmocka_unit_test(limits_services),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
