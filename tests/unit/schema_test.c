/* The published keywords, both ways, and what the compiler refuses. */
#include "schema_fixture.h"

static const struct {
	const char *schema, *good, *bad; /* NULL: no such value */
	const char *keyword;
} values[] = {
	{"true", "1", NULL, NULL},
	{"{}", "null", NULL, NULL},
	{"false", NULL, "1", "false"},
	{"{'type':'null'}", "null", "0", "type"},
	{"{'type':'boolean'}", "false", "'false'", "type"},
	{"{'type':'integer'}", "1.0", "1.5", "type"},
	{"{'type':'integer'}", "-7", "'7'", "type"},
	{"{'type':'number'}", "1.5", "null", "type"},
	{"{'type':'string'}", "''", "1", "type"},
	{"{'type':'array'}", "[]", "{}", "type"},
	{"{'type':'object'}", "{}", "[]", "type"},
	{"{'type':['string','null']}", "null", "1", "type"},
	{"{'enum':['a',1,null,true]}", "true", "false", "enum"},
	{"{'enum':[1]}", "1.0", "'1'", "enum"},
	{"{'enum':[[1,{'a':2,'b':3}]]}", "[1,{'b':3,'a':2}]", "[1,{'a':2}]", "enum"},
	{"{'enum':[{'a':1}]}", "{'a':1}", "{'a':1,'b':1}", "enum"},
	{"{'enum':[[1]]}", "[1]", "[1,1]", "enum"},
	{"{'const':'x'}", "'x'", "'y'", "const"},
	{"{'const':0}", "-0.0", "1", "const"},
	{"{'const':null}", "null", "0", "const"},
	{"{'properties':{'a':{'type':'string'}}}", "{'a':'','b':1}", "{'a':1}", "type"},
	{"{'properties':{'a':{'type':'string'}}}", "[1]", NULL, NULL},
	{"{'required':['a']}", "{'a':null}", "{}", "required"},
	{"{'additionalProperties':false}", "{}", "{'a':1}", "additionalProperties"},
	{"{'additionalProperties':{'type':'string'}}", "{'a':''}", "{'a':1}", "type"},
	{"{'properties':{'a':{}},'additionalProperties':false}", "{'a':1}", "{'b':1}",
		"additionalProperties"},
	{"{'required':['a'],'additionalProperties':{'type':'string'}}", "{'a':''}", "{'a':1}",
		"type"},
	{"{'items':{'type':'string'}}", "['']", "['',1]", "type"},
	{"{'items':false}", "[]", "[1]", "false"},
	{"{'minItems':1}", "[0]", "[]", "minItems"},
	{"{'maxItems':1}", "[0]", "[0,0]", "maxItems"},
	{"{'uniqueItems':true}", "[1,'1',true,null,[],{}]", "[1,2,1.0]", "uniqueItems"},
	{"{'uniqueItems':true}", "[{'a':1,'b':2},{'a':2,'b':1}]", "[{'a':1,'b':2},{'b':2,'a':1}]",
		"uniqueItems"},
	{"{'uniqueItems':true}", "[['a','b'],['a,b']]", "[[['x']],[['x']]]", "uniqueItems"},
	{"{'uniqueItems':true}", "['a:b','a']", "[0,-0.0]", "uniqueItems"},
	{"{'uniqueItems':false}", "[1,1]", NULL, NULL},
	{"{'minLength':2}", "'\xC3\xA9\xC3\xA9'", "'\xC3\xA9'", "minLength"},
	{"{'maxLength':2}", "'\xF0\x9F\x90\xB2\\u0000'", "'abc'", "maxLength"},
	{"{'pattern':'^a+$'}", "'aa'", "'ab'", "pattern"},
	{"{'pattern':'^a+$'}", "1", NULL, NULL},
	{"{'minimum':1.5}", "1.5", "1", "minimum"},
	{"{'maximum':1.5}", "1.5", "2", "maximum"},
	{"{'exclusiveMinimum':1}", "1.1", "1", "exclusiveMinimum"},
	{"{'exclusiveMaximum':1}", "0.9", "1", "exclusiveMaximum"},
	{"{'minimum':0}", "''", NULL, NULL},
	{"{'minProperties':1}", "{'a':1}", "{}", "minProperties"},
	{"{'maxProperties':1}", "{'a':1}", "{'a':1,'b':1}", "maxProperties"},
	{"{'allOf':[{'minimum':1},{'maximum':3}]}", "2", "4", "maximum"},
	{"{'anyOf':[{'type':'string'},{'minimum':3}]}", "3", "2", "anyOf"},
	{"{'oneOf':[{'minimum':1},{'maximum':3}]}", "4", "2", "oneOf"},
	{"{'oneOf':[{'minimum':1},{'maximum':0}]}", "1", "0.5", "oneOf"},
	{"{'not':{'type':'string'}}", "1", "''", "not"},
	{"{'not':{'required':['a','b']}}", "{'a':1}", "{'a':1,'b':1}", "not"},
	{"{'$ref':'#/definitions/x','definitions':{'x':{'type':'string'}}}", "''", "1", "type"},
	{"{'properties':{'a':{'$ref':'#'}},'additionalProperties':false}", "{'a':{'a':{}}}",
		"{'a':{'a':{'b':1}}}", "additionalProperties"},
	{"{'properties':{'a~b':{'type':'null'},'c':{'$ref':'#/properties/a~0b'}}}", "{'c':null}",
		"{'c':1}", "type"},
	{"{'properties':{'a/b%':{'type':'null'},'c':{'$ref':'#/properties/a~1b%25'}}}",
		"{'c':null}", "{'c':1}", "type"},
	{"{'allOf':[{'type':'null'},{'$ref':'#/allOf/0'}]}", "null", NULL, NULL},
	{"{'title':'t','description':'d','default':1,'examples':[1],'format':'uri',"
	 "'$comment':'c','$schema':'s'}",
		"1", NULL, NULL},
};

static void test_keywords(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		struct fixture f;
		fixture_open(&f, values[i].schema);
		if (values[i].good && fixture_check(&f, values[i].good, SCHEMA_PUBLISHED).count)
			fail_msg("%s refuses %s", values[i].schema, values[i].good);
		if (values[i].bad) {
			struct schema_report r = fixture_check(&f, values[i].bad, SCHEMA_PUBLISHED);
			if (r.count != 1)
				fail_msg("%s finds %zu faults in %s", values[i].schema, r.count,
					values[i].bad);
			assert_string_equal(r.first->keyword, values[i].keyword);
		}
		fixture_close(&f);
	}
}

static const struct {
	const char *schema, *error;
} mistakes[] = {
	{"1", "#: a schema must be an object, true or false"},
	{"{", "a member name in double quotes is expected"},
	{"{'typ':'string'}", "#/typ: unknown keyword"},
	{"{'x-other':1}", "#/x-other: unknown keyword"},
	{"{'properties':{'a':{'$id':'x'}}}", "#/properties/a/$id: unknown keyword"},
	{"{'type':'text'}", "#/type: is not the name of a type"},
	{"{'type':[]}", "#/type: must not be empty"},
	{"{'type':['null','null']}", "#/type: names a type twice"},
	{"{'enum':[]}", "#/enum: must be a list of at least one value"},
	{"{'properties':[]}", "#/properties: must be an object"},
	{"{'properties':{'a':1}}", "#/properties/a: a schema must be an object, true or false"},
	{"{'required':'a'}", "#/required: must be a list of names"},
	{"{'required':[1]}", "#/required: must be a list of names"},
	{"{'required':['a','a']}", "#: requires \"a\" twice"},
	{"{'items':[{}]}", "#/items: a schema must be an object, true or false"},
	{"{'minItems':-1}", "#/minItems: must be a whole number from 0"},
	{"{'maxLength':1.5}", "#/maxLength: must be a whole number from 0"},
	{"{'minLength':'1'}", "#/minLength: must be a whole number from 0"},
	{"{'uniqueItems':1}", "#/uniqueItems: must be true or false"},
	{"{'minimum':'1'}", "#/minimum: must be a number"},
	{"{'pattern':1}", "#/pattern: must be a string"},
	{"{'pattern':'(a)'}", "#/pattern: groups and lookaround are not supported"},
	{"{'allOf':[]}", "#/allOf: must be a list of at least one schema"},
	{"{'anyOf':[{},{'x':1}]}", "#/anyOf/1/x: unknown keyword"},
	{"{'title':1}", "#/title: must be a string"},
	{"{'examples':1}", "#/examples: must be an array"},
	{"{'definitions':1}", "#/definitions: must be an object"},
	{"{'definitions':{'a/b':{'x':1}}}", "#/definitions/a~1b/x: unknown keyword"},
	{"{'$ref':1}", "#/$ref: must be a string"},
	{"{'$ref':'#'}", "#/$ref: leads only to itself"},
	{"{'$ref':'#/definitions/a','definitions':{'a':{'$ref':'#/definitions/b'},"
	 "'b':{'$ref':'#/definitions/a'}}}",
		"#/definitions/b/$ref: leads only to itself"},
	{"{'allOf':[{'$ref':'#'}]}", "#: leads back to itself for the same value"},
	{"{'properties':{'a':{'not':{'$ref':'#/properties/a'}}}}",
		"#/properties/a: leads back to itself for the same value"},
	{"{'$ref':'#/nothing'}", "#/$ref: \"#/nothing\" leads nowhere"},
	{"{'$ref':'#name'}", "#/$ref: \"#name\": only JSON Pointers are supported"},
	{"{'$ref':'#/%'}", "#/$ref: \"#/%\" has a broken escape"},
	{"{'$ref':'other.json'}", "#/$ref: cannot load \"other.json\": there are no other files"},
	{"{'properties':{'a':{'$ref':'#','maxLength':1}}}",
		"#/properties/a/maxLength: is not possible beside $ref"},
	{"{'x-emptyIsAbsent':1}", "#/x-emptyIsAbsent: must be true or false"},
	{"{'x-mandatory':'yes'}", "#/x-mandatory: must be true or false"},
	{"{'x-strict':{'x':1}}", "#/x-strict/x: unknown keyword"},
	{"{'x-refusals':{}}", "#/x-refusals: must be an object of at least one member"},
	{"{'x-refusals':{'titel':{}}}",
		"#/x-refusals/titel: is not a keyword that refuses anything"},
	{"{'x-refusals':{'type':1}}", "#/x-refusals/type: must be an object"},
	{"{'x-refusals':{'type':{'status':200}}}",
		"#/x-refusals/type: must have status, resultCode and message"},
	{"{'x-refusals':{'type':{'status':99}}}",
		"#/x-refusals/type/status: must be an HTTP status from 200 to 599"},
	{"{'x-refusals':{'type':{'status':200,'resultCode':'A1','message':'m'}}}",
		"#/x-refusals/type: resultCode must be A or M and six digits"},
	{"{'x-refusals':{'type':{'code':'x'}}}",
		"#/x-refusals/type/code: is not a member of a refusal"},
	{"{'x-refusals':{'type':{'message':''}}}",
		"#/x-refusals/type/message: must be a string with something in it"},
};

static void test_compiler_refusals(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(mistakes); i++) {
		struct arena a;
		struct str error = STR_NONE;
		arena_init(&a, NULL, 0, CEILING);
		if (schema_compile_text(&a, fixture_text(&a, mistakes[i].schema), &error))
			fail_msg("%s is accepted", mistakes[i].schema);
		if (!str_eq(error, str_of(mistakes[i].error)))
			fail_msg("%s: %.*s", mistakes[i].schema, STR_ARGS(error));
		arena_reset(&a);
	}
}

static const struct cJSON *load(void *context, const char *file, const char **ret_why)
{
	*ret_why = "it is not there";
	return strcmp(file, "common/a.json") == 0 ? context : NULL;
}

static void test_other_files(void **state)
{
	(void)state;
	struct fixture f;
	struct schema_compiler c;
	struct schema_report report;
	fixture_open(&f, "{}");
	struct cJSON *shared = fixture_tree(&f,
		"{'definitions':{'x':{'items':{'$ref':'#/definitions/y'}},'y':{'type':'null'}}}");
	schema_compiler_init(&c, &f.arena, (struct schema_loader){load, shared});
	struct cJSON *document = fixture_tree(
		&f, "{'request':{'$ref':'common/a.json#/definitions/x'}}");
	const struct schema *s = schema_compile(&c, "api/b.json", document, "/request");
	assert_non_null(s);
	/* The same $ref leads to the same node. */
	assert_ptr_equal(s, schema_compile(&c, "api/c.json", document, "/request"));
	assert_string_equal(c.made[s->id].origin, "common/a.json#/definitions/x");
	assert_true(schema_check(&f.arena, s, fixture_tree(&f, "[null,1]"), 0, &report));
	assert_int_equal(report.count, 1);
	assert_str(report.first->pointer, "/1");

	document = fixture_tree(&f, "{'response':{'not':{'$ref':'common/b.json'}}}");
	assert_null(schema_compile(&c, "api/d.json", document, "/response"));
	assert_str(c.error, "api/d.json#/response/not/$ref: cannot load \"common/b.json\": "
			    "it is not there");
	fixture_close(&f);
}

/* Every allocation fails once: an error, never a crash. */
static void test_compiler_without_memory(void **state)
{
	(void)state;
	for (unsigned long n = 1;; n++) {
		struct arena a;
		struct str error = STR_NONE;
		arena_init(&a, NULL, 0, CEILING);
		struct str text = fixture_text(&a,
			"{'properties':{'a':{'enum':[{'x':1}]},'b':{'$ref':'#/properties/a',"
			"'x-refusals':{'type':{'status':400,'resultCode':'A000001',"
			"'message':'m'}}},'c':{'pattern':'^[^a]$','items':{'anyOf':[{}]}}},"
			"'required':['a']}");
		arena_fail_at(n);
		const struct schema *s = schema_compile_text(&a, text, &error);
		bool failed = a.failed;
		arena_fail_at(0);
		if (failed) {
			assert_null(s);
			assert_true(error.n > 0);
		}
		arena_reset(&a);
		if (!failed)
			return;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keywords),
		cmocka_unit_test(test_compiler_refusals),
		cmocka_unit_test(test_other_files),
		cmocka_unit_test(test_compiler_without_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
