/* What of an object is kept: x-default, readOnly. */
#include "schema_fixture.h"

/* The record of an object under a schema, in braces and with single quotes. */
static const char *record(struct fixture *f, const char *object)
{
	struct buf out = buf_make(&f->arena, CEILING);
	struct json_writer w = json_writer(&out);
	struct cJSON *tree = object ? fixture_tree(f, object) : NULL;
	json_open(&w, '{');
	schema_record(f->schema, tree, &w);
	json_close(&w, '}');
	buf_add_char(&out, '\0');
	assert_false(out.failed);
	for (char *p = out.p; *p; p++)
		*p = *p == '"' ? '\'' : *p;
	return out.p;
}

static void keeps_what_is_described(void **state)
{
	static const struct {
		const char *schema, *object, *record;
	} rows[] = {
		{"{'properties':{'b':{},'a':{}}}", "{'b':1,'c':2,'a':[true]}",
			"{'a':[true],'b':1}"},
		{"{'properties':{'a':{'readOnly':true},'b':{}}}", "{'a':1,'b':2}", "{'b':2}"},
		{"{'properties':{'a':{'type':'boolean','x-default':false}}}", "{}", "{'a':false}"},
		{"{'properties':{'a':{'x-default':['N',{'z':0,'k':''}]}}}", NULL,
			"{'a':['N',{'k':'','z':0}]}"},
		{"{'properties':{'a':{'x-default':7}}}", "{'a':9007199254740991}",
			"{'a':9007199254740991}"},
		{"{'properties':{'a':{'$ref':'#/definitions/d','x-default':1}},"
		 "'definitions':{'d':{'type':'integer','readOnly':true}}}",
			"{'a':3}", "{}"},
		{"{'properties':{'l':{'items':{'properties':{'n':{},'d':{"
		 "'x-default':false}}}}}}",
			"{'l':[{'n':'x','junk':1},{'d':true}]}",
			"{'l':[{'d':false,'n':'x'},{'d':true}]}"},
		{"{'properties':{'free':{'additionalProperties':true}}}",
			"{'free':{'any':[null,'\\u0000']}}", "{'free':{'any':[null,'\\u0000']}}"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fixture f;
		fixture_open(&f, rows[i].schema);
		assert_string_equal(record(&f, rows[i].object), rows[i].record);
		fixture_close(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(keeps_what_is_described)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
