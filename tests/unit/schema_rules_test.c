/* Our own keywords, the flags, and the report. */
#include <stdio.h>
#include <time.h>

#include "schema_fixture.h"

/* As an operation of the real service has it: no reason given is answered by the operation's own
 * code at HTTP 200, a wrong one by the default. */
#define OPERATION_SCHEMA                                                                           \
	"{'type':'object','required':['ticket','reason','note'],'properties':{"                    \
	"'ticket':{'type':'string','x-emptyIsAbsent':true,'x-refusals':{'required':{"              \
	"'status':200,'action':'CALLER_ERROR','resultCode':'A182201',"                             \
	"'message':'The ticket is missing.'}}},"                                                   \
	"'reason':{'type':'string','x-mandatory':true,'enum':['A','B'],"                           \
	"'x-refusals':{'enum':{'status':400,'resultCode':'A182202','message':'Wrong.'}}},"         \
	"'note':{'type':'string','x-strict':{'pattern':'^[a-z]*$'}}}}"

static void test_refusals(void **state)
{
	(void)state;
	struct fixture f;
	fixture_open(&f, OPERATION_SCHEMA);
	struct schema_report r = fixture_check(&f, "{'note':'x'}", 0);
	assert_int_equal(r.count, 2); /* both insist whatever the flags */
	const struct schema_violation *v = r.first;
	assert_str(v->pointer, "/ticket");
	assert_string_equal(v->keyword, "required");
	assert_str(v->expected, "a string");
	assert_str(v->came, "nothing");
	assert_false(v->strict_only);
	assert_non_null(v->refusal);
	assert_int_equal(v->refusal->status, 200);
	assert_string_equal(v->refusal->action, "CALLER_ERROR");
	assert_string_equal(v->refusal->result_code, "A182201");
	assert_string_equal(v->refusal->message, "The ticket is missing.");
	assert_str(v->next->pointer, "/reason");
	assert_null(v->next->refusal);
	assert_null(v->next->next);

	/* "" is absent once normalised */
	assert_string_equal(
		fixture_normal(&f, "{'ticket':'','reason':'A'}", false), "{'reason':'A'}");

	r = fixture_check(&f, "{'ticket':'t','reason':'C'}", 0);
	assert_int_equal(r.count, 1);
	assert_string_equal(r.first->refusal->result_code, "A182202");
	assert_null(r.first->refusal->action);
	assert_str(r.first->expected, "one of A, B");
	assert_str(r.first->came, "the string \"C\"");
	r = fixture_check(&f, "{'ticket':'t','reason':1}", 0);
	assert_int_equal(r.count, 1);
	assert_null(r.first->refusal);
	fixture_close(&f);
}

static void test_flags(void **state)
{
	(void)state;
	struct fixture f;
	fixture_open(&f, OPERATION_SCHEMA);
	const char *text = "{'ticket':'t','reason':'A'}";
	assert_int_equal(fixture_check(&f, text, 0).count, 0);
	struct schema_report r = fixture_check(&f, text, SCHEMA_PUBLISHED);
	assert_int_equal(r.count, 1);
	assert_str(r.first->pointer, "/note");
	assert_true(r.first->strict_only);

	text = "{'zzz':1,'ticket':'t','reason':'A','note':'1'}";
	assert_int_equal(fixture_check(&f, text, SCHEMA_PUBLISHED).count, 0);
	r = fixture_check(&f, text, SCHEMA_STRICT);
	assert_int_equal(r.count, 2);
	assert_str(r.first->pointer, "/zzz");
	assert_string_equal(r.first->keyword, "additionalProperties");
	assert_true(r.first->strict_only);
	assert_str(r.first->next->pointer, "/note");
	assert_string_equal(r.first->next->keyword, "pattern");
	assert_true(r.first->next->strict_only);

	r = fixture_check(&f, "{'ticket':1}", SCHEMA_STRICT | SCHEMA_PUBLISHED);
	assert_int_equal(r.count, 3);
	assert_false(r.first->strict_only);            /* the type */
	assert_false(r.first->next->strict_only);      /* reason is mandatory */
	assert_true(r.first->next->next->strict_only); /* note is only published so */
	fixture_close(&f);
}

static void test_unknown_members(void **state)
{
	(void)state;
	static const struct {
		const char *schema, *text;
		size_t count; /* with SCHEMA_STRICT */
	} cases[] = {
		{"{'properties':{'a':{}}}", "{'b':1}", 1},
		{"{'properties':{'a':{}},'additionalProperties':true}", "{'b':1}", 0},
		{"{'properties':{'a':{}},'additionalProperties':{}}", "{'b':1}", 0},
		{"{'type':'object'}", "{'b':1}", 0},
		{"{'properties':{'a':{'type':'object'}}}", "{'a':{'b':1}}", 0},
		{"{'properties':{'a':{'properties':{}}}}", "{'a':{'b':1}}", 1},
		{"{'items':{'properties':{}}}", "[{'b':1},{'c':1}]", 2},
		{"{'required':['b'],'properties':{'a':{}}}", "{'b':1}", 0},
		{"{'allOf':[{'properties':{'a':{}}},{'properties':{'b':{}}}]}", "{'a':1,'b':1}", 0},
		{"{'allOf':[{'properties':{'a':{}}},{'properties':{'b':{}}}]}", "{'c':1}", 1},
		{"{'anyOf':[{'properties':{'a':{}}}],'properties':{'b':{}}}", "{'a':1,'c':1}", 1},
		{"{'allOf':[{'properties':{'a':{}}},{'additionalProperties':true}]}", "{'c':1}", 0},
		{"{'properties':{'a':{}},'x-strict':{'properties':{'b':{}}}}", "{'b':1,'c':1}", 1},
		{"{'anyOf':[{'items':{'properties':{}}}]}", "[{'a':1}]", 1},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fixture f;
		fixture_open(&f, cases[i].schema);
		assert_int_equal(fixture_check(&f, cases[i].text, 0).count, 0);
		struct schema_report r = fixture_check(&f, cases[i].text, SCHEMA_STRICT);
		if (r.count != cases[i].count)
			fail_msg("%s finds %zu in %s", cases[i].schema, r.count, cases[i].text);
		if (r.count)
			assert_true(r.first->strict_only);
		fixture_close(&f);
	}
}

static void test_choices_and_flags(void **state)
{
	(void)state;
	struct fixture f;
	fixture_open(&f, "{'anyOf':[{'type':'string','x-strict':{'maxLength':1}},"
			 "{'type':'integer','minimum':1}]}");
	assert_int_equal(fixture_check(&f, "'ab'", SCHEMA_PUBLISHED).count, 0);
	struct schema_report r = fixture_check(&f, "'ab'", SCHEMA_STRICT);
	assert_int_equal(r.count, 1);
	assert_true(r.first->strict_only);
	r = fixture_check(&f, "0", SCHEMA_STRICT);
	assert_int_equal(r.count, 1);
	assert_false(r.first->strict_only);
	assert_str(r.first->expected, "a string or an integer of at least 1");
	fixture_close(&f);
	/* In a choice "required" tells the alternatives apart, whatever the flags. */
	fixture_open(&f, "{'not':{'required':['a','b']}}");
	assert_int_equal(fixture_check(&f, "{'a':1}", 0).count, 0);
	assert_false(fixture_check(&f, "{'a':1,'b':1}", 0).first->strict_only);
	fixture_close(&f);
}

static void test_ref_with_neighbours(void **state)
{
	(void)state;
	struct fixture f;
	fixture_open(&f,
		"{'properties':{'a':{'$ref':'#/definitions/x','x-emptyIsAbsent':true,"
		"'x-refusals':{'type':{'status':200,'resultCode':'A000001',"
		"'message':'m'},'required':{'status':200,'resultCode':'A000002',"
		"'message':'m'}},'x-strict':{'maxLength':2}},'b':{'$ref':'#/definitions/x'},"
		"'c':{'$ref':'#/definitions/m'}},"
		"'definitions':{'x':{'type':'string'},'m':{'x-mandatory':true}}}");
	struct schema_report r = fixture_check(&f, "{'a':1,'b':1,'c':1}", 0);
	assert_int_equal(r.count, 2);
	assert_string_equal(r.first->refusal->result_code, "A000001");
	assert_null(r.first->next->refusal);
	r = fixture_check(&f, "{}", 0);
	assert_int_equal(r.count, 2);
	assert_string_equal(r.first->refusal->result_code, "A000002");
	assert_str(r.first->expected, "a string");
	assert_str(r.first->next->pointer, "/c");
	assert_int_equal(fixture_check(&f, "{'a':'abc','c':1}", SCHEMA_STRICT).count, 1);
	assert_string_equal(fixture_normal(&f, "{'a':'','b':''}", false), "{'b':''}");
	fixture_close(&f);
}

static void test_texts(void **state)
{
	(void)state;
	struct fixture f;
	fixture_open(&f, "{'additionalProperties':{'type':'null'}}");
	static const struct {
		const char *text, *pointer, *came;
	} cases[] = {
		{"{'a/b~c':true}", "/a~1b~0c", "true"},
		{"{'':1}", "/", "the number 1"},
		{"{'a\\u0000\\n':1.5}", "/a\\u0000\\u000a", "the number 1.5"},
		{"{'\xC3\xA9':[]}", "/\xC3\xA9", "an array of 0 items"},
		{"{'a':{'b':1}}", "/a", "an object of 1 member"},
		{"{'a':'x\\u0000\\u007f\\u0085y'}", "/a", "the string \"x\\u0000\\u007f\\u0085y\""},
		{"{'a':'0123456789012345678901234567890123456789'}", "/a",
			"the string \"0123456789012345678901234567890123456789\""},
		{"{'a':'012345678901234567890123456789012345678\xC3\xA9'}", "/a",
			"the string \"012345678901234567890123456789012345678...\""},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct schema_report r = fixture_check(&f, cases[i].text, 0);
		assert_int_equal(r.count, 1);
		assert_str(r.first->pointer, cases[i].pointer);
		assert_str(r.first->came, cases[i].came);
		assert_str(r.first->expected, "null");
	}
	fixture_close(&f);
	fixture_open(&f, "{'type':'null'}");
	assert_str(fixture_check(&f, "1", 0).first->pointer, "");
	fixture_close(&f);
}

static void test_long_texts(void **state)
{
	(void)state;
	struct fixture f;
	char text[4096], schema[4096];
	snprintf(text, sizeof text, "{'%01000d':1}", 0);
	fixture_open(&f, "{'additionalProperties':false}");
	struct schema_report r = fixture_check(&f, text, 0);
	assert_int_equal(r.first->pointer.n, 1 + 128 + 3);
	fixture_close(&f);
	snprintf(schema, sizeof schema, "{'enum':['%01000d','x']}", 0);
	fixture_open(&f, schema);
	r = fixture_check(&f,
		"'\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000"
		"\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000'",
		0);
	assert_true(r.first->expected.n <= 240);
	assert_memory_equal(r.first->expected.p + r.first->expected.n - 3, "...", 3);
	assert_true(r.first->came.n <= 80);
	fixture_close(&f);
}

static void test_order_and_cap(void **state)
{
	(void)state;
	struct fixture f;
	fixture_open(&f, "{'properties':{'b':{'items':{'type':'null'}},'a':{'type':'null'},"
			 "'m':{'x-mandatory':true}},'minProperties':9}");
	struct schema_report r = fixture_check(&f, "{'b':[0,null,1],'a':1}", 0);
	static const char *const pointers[] = {"", "/b/0", "/b/2", "/a", "/m"};
	const struct schema_violation *v = r.first;
	assert_int_equal(r.count, COUNT(pointers));
	for (size_t i = 0; i < COUNT(pointers); i++, v = v->next)
		assert_str(v->pointer, pointers[i]);
	fixture_close(&f);

	fixture_open(&f, "{'items':false}");
	struct buf text = buf_make(&f.arena, CEILING);
	for (size_t i = 0; i < 1000; i++)
		buf_addf(&text, "%c%zu", i ? ',' : '[', i);
	buf_addf(&text, "]%c", '\0');
	r = fixture_check(&f, text.p, 0);
	assert_int_equal(r.count, 1000);
	size_t kept = 0;
	for (v = r.first; v; v = v->next)
		kept++;
	assert_int_equal(kept, SCHEMA_REPORT_MAX);
	fixture_close(&f);
}

/* "[" before 0 after, before 1 after … "]" */
static struct str repeated(
	struct fixture *f, char open, const char *before, const char *after, size_t n, char close)
{
	struct buf text = buf_make(&f->arena, CEILING);
	for (size_t i = 0; i < n; i++)
		buf_addf(&text, "%c%s%zu%s", i ? ',' : open, before, i, after);
	buf_addf(&text, "%c%c", close, '\0');
	return buf_str(&text);
}

/* Large documents take time in proportion: quadratic work would be minutes. */
static void test_hostile_sizes(void **state)
{
	(void)state;
	enum { MANY = 60000 };
	static const struct {
		const char *schema, *before, *after;
		char open, close;
		size_t count;
	} cases[] = {
		{"{'uniqueItems':true}", "", "", '[', ']', 0},
		{"{'uniqueItems':true}", "{'a':", "}", '[', ']', 0},
		{"{'properties':{'a':{}},'minProperties':1,'required':['m1','m59999']}", "'m",
			"':null", '{', '}', 0},
		{"{'properties':{'a':{}},'additionalProperties':false}", "'m", "':1", '{', '}',
			MANY},
		{"{'items':{'anyOf':[{'type':'null'},{'type':'string'}]}}", "", "", '[', ']', MANY},
	};
	clock_t start = clock();
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fixture f;
		fixture_open(&f, cases[i].schema);
		struct str text = repeated(
			&f, cases[i].open, cases[i].before, cases[i].after, MANY, cases[i].close);
		struct schema_report r = fixture_check(&f, text.p, SCHEMA_PUBLISHED);
		assert_int_equal(r.count, cases[i].count);
		assert_non_null(fixture_normal(&f, text.p, true));
		fixture_close(&f);
	}
	assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 60);
}

static void test_deep_trees(void **state)
{
	(void)state;
	struct fixture f;
	char text[JSON_DEPTH_MAX * 6 + 8] = "";
	fixture_open(&f, "{'properties':{'a':{'$ref':'#'}},'additionalProperties':false}");
	for (int i = 0; i < JSON_DEPTH_MAX - 1; i++)
		strcat(text, "{'a':");
	strcat(text, "{'b':1}");
	for (int i = 0; i < JSON_DEPTH_MAX - 1; i++)
		strcat(text, "}");
	struct schema_report r = fixture_check(&f, text, SCHEMA_STRICT | SCHEMA_PUBLISHED);
	assert_int_equal(r.count, 1);
	assert_int_equal(r.first->pointer.n, JSON_DEPTH_MAX * 2);
	fixture_close(&f);
}

/* A good request costs no memory; a failed allocation is reported and never crashes. */
static void test_memory(void **state)
{
	(void)state;
	struct fixture f;
	fixture_open(&f, OPERATION_SCHEMA);
	struct schema_report r;
	struct cJSON *tree = fixture_tree(&f, "{'ticket':'t','reason':'A','note':'n'}");
	const char *before = f.arena.at;
	assert_true(schema_normalise(&f.arena, f.schema, tree, true));
	assert_true(schema_check(&f.arena, f.schema, tree, SCHEMA_STRICT | SCHEMA_PUBLISHED, &r));
	assert_int_equal(r.count, 0);
	assert_ptr_equal(f.arena.at, before);
	fixture_close(&f);

	fixture_open(&f, "{'uniqueItems':true,'items':{'type':'array'}}");
	tree = fixture_tree(&f, "[1,2,{'a':1}]");
	for (unsigned long n = 1;; n++) {
		f.arena.failed = false;
		arena_fail_at(n);
		bool good = schema_check(&f.arena, f.schema, tree, 0, &r);
		bool failed = f.arena.failed;
		arena_fail_at(0);
		assert_int_equal(good, !failed);
		if (!failed)
			break;
	}
	assert_int_equal(r.count, 3);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_unknown_members),
		cmocka_unit_test(test_choices_and_flags),
		cmocka_unit_test(test_ref_with_neighbours),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_long_texts),
		cmocka_unit_test(test_order_and_cap),
		cmocka_unit_test(test_hostile_sizes),
		cmocka_unit_test(test_deep_trees),
		cmocka_unit_test(test_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
