/* What becomes of a request before it is checked. */
#include "schema_fixture.h"

static void test_normalise(void **state)
{
	(void)state;
	static const struct {
		const char *schema, *text, *json, *form;
	} cases[] = {
		{"{'properties':{'a':{}}}", "{'a':null,'b':null,'c':1}", "{'c':1}", "{'c':1}"},
		{"{'properties':{'a':{'type':['string','null']}}}", "{'a':null}", "{'a':null}",
			"{'a':null}"},
		{"{'type':'object'}", "{'a':null}", "{'a':null}", "{'a':null}"},
		{"{'properties':{'a':{}}}", "{'a':{'x':null}}", "{'a':{'x':null}}",
			"{'a':{'x':null}}"},
		{"{'additionalProperties':{'type':'string'}}", "{'a':null}", "{}", "{}"},
		{"{'additionalProperties':{}}", "{'a':null}", "{'a':null}", "{'a':null}"},
		{"{'items':{'type':'string'}}", "[null]", "[null]", "[null]"},
		{"{'items':{'properties':{}}}", "[{'a':null}]", "[{}]", "[{}]"},
		{"{'properties':{'a':{'x-emptyIsAbsent':true},'b':{}}}", "{'a':'','b':''}",
			"{'b':''}", "{'b':''}"},
		{"{'type':'boolean'}", "'true'", "true", "true"},
		{"{'type':'boolean'}", "'false'", "false", "false"},
		{"{'type':'boolean'}", "'True'", "true", "true"},
		{"{'type':'boolean'}", "'FALSE'", "false", "false"},
		{"{'type':'boolean'}", "'True '", "'True '", "'True '"},
		{"{'type':'boolean'}", "'1'", "'1'", "'1'"},
		{"{'type':['boolean','string']}", "'true'", "'true'", "'true'"},
		{"{}", "'true'", "'true'", "'true'"},
		{"{'type':'integer'}", "'42'", "42", "42"},
		{"{'type':'number'}", "'-7'", "-7", "-7"},
		{"{'type':'integer'}", "'9007199254740991'", "9007199254740991",
			"9007199254740991"},
		{"{'type':'integer'}", "'9007199254740992'", "'9007199254740992'",
			"'9007199254740992'"},
		{"{'type':'integer'}", "'-9007199254740992'", "'-9007199254740992'",
			"'-9007199254740992'"},
		{"{'type':'integer'}", "'1.0'", "'1.0'", "'1.0'"},
		{"{'type':'integer'}", "''", "''", "''"},
		{"{'type':['integer','string']}", "'42'", "'42'", "'42'"},
		{"{'type':'array'}", "'a b'", "'a b'", "['a','b']"},
		{"{'type':'array','items':{'type':'integer'}}", "'1  2'", "'1  2'", "[1,2]"},
		{"{'type':'array'}", "''", "''", "[]"},
		{"{'type':['array','string']}", "'a b'", "'a b'", "'a b'"},
		{"{'allOf':[{'properties':{'a':{'type':'integer'}}},"
		 "{'properties':{'b':{'type':'boolean'}}}]}",
			"{'a':'1','b':'true','c':null}", "{'a':1,'b':true}", "{'a':1,'b':true}"},
		{"{'allOf':[{'type':['integer','string']},{'type':['integer','boolean']}]}", "'1'",
			"1", "1"},
		{"{'properties':{'a':{'$ref':'#'},'b':{'type':'integer'}}}",
			"{'a':{'a':{'b':'1','a':null}}}", "{'a':{'a':{'b':1}}}",
			"{'a':{'a':{'b':1}}}"},
		{"{'anyOf':[{'type':'integer'}]}", "'1'", "'1'", "'1'"},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fixture f;
		fixture_open(&f, cases[i].schema);
		assert_string_equal(fixture_normal(&f, cases[i].text, false), cases[i].json);
		assert_string_equal(fixture_normal(&f, cases[i].text, true), cases[i].form);
		fixture_close(&f);
	}
}

/* A form of many words without the memory for them. */
static void test_without_memory(void **state)
{
	(void)state;
	struct fixture f;
	fixture_open(&f, "{'type':'array'}");
	for (unsigned long n = 1;; n++) {
		f.arena.failed = false;
		struct cJSON *tree = fixture_tree(&f, "'a b c'");
		arena_fail_at(n);
		bool good = schema_normalise(&f.arena, f.schema, tree, true);
		bool failed = f.arena.failed;
		arena_fail_at(0);
		assert_int_equal(good, !failed);
		if (!failed)
			break;
	}
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_normalise),
		cmocka_unit_test(test_without_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
