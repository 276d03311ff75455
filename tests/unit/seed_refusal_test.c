/* Seeds that cannot be used, each with what is said about it. */
#include "check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"

/* Gives what seed_read said while it refused. */
static const char *refusal(struct config *config, const char *row)
{
	struct seed *seed = NULL;
	capture_begin();
	int r = seed_read(config, &seed);
	const char *said = capture_end();
	if (r == 0)
		seed_free(seed);
	check(row, r == -EINVAL);
	check(row, strchr(said, '\n') == said + strlen(said) - 1);
	return said;
}

struct refused {
	const char *text, *said;
};

static void refuse_each(const struct refused *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct config config = {.seed_json = rows[i].text};
		const char *said = refusal(&config, rows[i].text);
		if (!strstr(said, rows[i].said) || !strstr(said, "--seed-json"))
			fail_msg("%s: said %s", rows[i].text, said);
	}
}

static void refuses_bad_ones(void **state)
{
	static const struct refused rows[] = {
		{"", "byte 0"},
		{"{", "byte 1"},
		{"[]", "object"},
		{"null", "object"},
		{"{\"servces\":[]}", "/servces"},
		{"{\"services\":{}}", "/services"},
		{"{\"services\":[1]}", "/services/0"},
		{"{\"services\":[{}]}", "/services/0/serviceId"},
		{"{\"services\":[{\"serviceId\":0}]}", "/services/0/serviceId"},
		{"{\"services\":[{\"serviceId\":1.5}]}", "/services/0/serviceId"},
		{"{\"services\":[{\"serviceId\":\"01\"}]}", "/services/0/serviceId"},
		{"{\"services\":[{\"serviceId\":\"x\"}]}", "/services/0/serviceId"},
		{"{\"services\":[{\"serviceId\":1,\"name\":\"x\"}]}", "/services/0/name"},
		/* never another id made up instead */
		{"{\"services\":[{\"serviceId\":1},{\"serviceId\":\"9223372036854775808\"}]}",
			"/services/1/serviceId: "},
		{"{\"services\":[{\"serviceId\":1},{\"serviceId\":\"9999999999999999999\"}]}",
			"/services/1/serviceId: "},
		{"{\"services\":[{\"serviceId\":1,\"accessTokens\":[\"a b\"]}]}",
			"/services/0/accessTokens/0"},
		{"{\"services\":[{\"serviceId\":1,\"accessTokens\":[{\"rights\":[]}]}]}",
			"/services/0/accessTokens/0"},
		{"{\"services\":[{\"serviceId\":1,\"accessTokens\":[{\"token\":\"t\",\"rights\":["
		 "\"ROOT\"]"
		 "}]}]}",
			"/services/0/accessTokens/0"},
		{"{\"services\":[{\"serviceId\":1,\"tickets\":[{\"ticket\":\"\"}]}]}",
			"/services/0/tickets/0/ticket"},
		{"{\"services\":[{\"serviceId\":1,\"tickets\":[{\"expiresIn\":-1}]}]}",
			"/services/0/tickets/0/expiresIn"},
		{"{\"owner\":{\"key\":\"k\"}}", "/owner/secret"},
		{"{\"organizationTokens\":\"t\"}", "/organizationTokens"},
		{"{\"services\":[],\"services\":[]}", "twice"},
		{"{\"a\\nb\":1,\"a\\nb\":2}", "twice"}, /* still one line */
		/* numbers that a serviceId cannot be: never another one made up instead */
		{"{\"services\":[{\"serviceId\":1e30}]}", "/services/0/serviceId"},
		{"{\"services\":[{\"serviceId\":9007199254740993}]}", "/services/0/serviceId"},
		{"{\"services\":[{\"serviceId\":1,\"tickets\":[{\"clientId\":1e30}]}]}",
			"clientId"},
	};
	(void)state;
	refuse_each(rows, COUNT(rows));
}

static void refuses_bad_services_and_clients(void **state)
{
	static const struct refused rows[] = {
		{"{\"services\":[{\"serviceId\":1,\"service\":{\"isuer\":\"x\"}}]}",
			"/services/0/service/isuer"},
		{"{\"services\":[{\"serviceId\":1,\"service\":{\"supportedScopes\":[{\"name\":"
		 "\"a\","
		 "\"defalt\":true}]}}]}",
			"/services/0/service/supportedScopes/0/defalt"},
		{"{\"services\":[{\"serviceId\":1,\"service\":{\"accessTokenDuration\":-1}}]}",
			"/services/0/service/accessTokenDuration"},
		{"{\"services\":[{\"serviceId\":1,\"service\":{\"jwks\":\"foo\"}}]}",
			"/services/0/service: "},
		{"{\"services\":[{\"serviceId\":1,\"service\":{\"apiKey\":2}}]}",
			"/services/0/service/apiKey: "},
		{"{\"services\":[{\"serviceId\":1},{\"serviceId\":2,\"clients\":{}}]}",
			"/services/1/clients"},
		{"{\"services\":[{\"serviceId\":1,\"clients\":[{\"clientNam\":\"x\"}]}]}",
			"/services/0/clients/0/clientNam"},
		{"{\"services\":[{\"serviceId\":1,\"clients\":[{},{\"extension\":{\"x\":1}}]}]}",
			"/services/0/clients/1/extension/x"},
		{"{\"services\":[{\"serviceId\":1,\"clients\":[{\"clientId\":0}]}]}",
			"/services/0/clients/0/clientId"},
		{"{\"services\":[{\"serviceId\":1,\"clients\":[{\"clientSecret\":\"a b\"}]}]}",
			"/services/0/clients/0/clientSecret"},
		{"{\"services\":[{\"serviceId\":1,\"clients\":[{\"grantTypes\":[\"NONE\"]}]}]}",
			"/services/0/clients/0/grantTypes/0"},
		{"{\"services\":[{\"serviceId\":1,\"clients\":[{\"clientName\":\"c\"},"
		 "{\"bcDeliveryMode\":\"PING\"}]}]}",
			"/services/0/clients/1: "},
	};
	(void)state;
	refuse_each(rows, COUNT(rows));
}

static void reads_files(void **state)
{
	char path[] = "/tmp/seed-test-XXXXXX";
	struct config config = {.seed = path};
	struct seed *seed;
	(void)state;
	int file = mkstemp(path);
	assert_true(file >= 0);
	assert_non_null(strstr(refusal(&config, "empty file"), path));
	static const char text[] = "{\"services\":[{\"serviceId\":3}]}\n";
	assert_int_equal(write(file, text, sizeof text - 1), sizeof text - 1);
	assert_int_equal(seed_read(&config, &seed), 0);
	seed_free(seed);
	assert_int_equal(write(file, "\0", 1), 1);
	refusal(&config, "NUL in the file");
	close(file);
	unlink(path);
	assert_non_null(strstr(refusal(&config, "no such file"), strerror(ENOENT)));
	config.seed = "/tmp";
	assert_non_null(strstr(refusal(&config, "a directory"), strerror(EISDIR)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_bad_ones),
		cmocka_unit_test(refuses_bad_services_and_clients),
		cmocka_unit_test(reads_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
