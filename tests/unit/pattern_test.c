/* The dialect of "pattern": what matches, what does not, what is refused and how it is called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/pattern.h"
#include "schema/compile_parts.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool matches(const char *pattern, struct str text)
{
	struct arena a;
	struct pattern p;
	const char *why = NULL;
	arena_init(&a, NULL, 0, 1 << 20);
	if (!compile_pattern(&a, str_of(pattern), &p, &why))
		fail_msg("%s is refused: %s", pattern, why);
	bool found = pattern_matches(&p, text);
	arena_reset(&a);
	return found;
}

static void test_matching(void **state)
{
	(void)state;
	static const struct {
		const char *pattern, *yes, *no; /* NULL: no such text */
	} cases[] = {
		{"", "anything", NULL},
		{"^$", "", "a"},
		{"abc", "xabcx", "abxc"},
		{"^abc", "abcx", "xabc"},
		{"abc$", "xabc", "abcx"},
		{"^abc$", "abc", "abcabc"},
		{"^a*$", "aaa", "ab"},
		{"^a*$", "", "b"},
		{"^a+$", "a", ""},
		{"^a?b$", "b", "aab"},
		{"^ab?c?$", "ac", "acb"},
		{"^a{3}$", "aaa", "aa"},
		{"^a{3}$", "aaa", "aaaa"},
		{"^a{2,}$", "aaaaa", "a"},
		{"^a{2,3}$", "aa", "aaaa"},
		{"^a{0}b$", "b", "ab"},
		{"^a{0,1}$", "", "aa"},
		{"^a*a$", "aaaa", ""},
		{"^a*ab$", "aab", "aaa"},
		{"^.*x.*y$", "axbxy", "yx"},
		{"^.$", "a", "\n"},
		{"^.$", "\xC3\xA9", "\xE2\x80\xA8"},
		{"^..$", "\xF0\x9F\x90\xB2\xF0\x9F\x90\xB2", "\xF0\x9F\x90\xB2"},
		{"^[abc]$", "b", "d"},
		{"^[a-c]+$", "abc", "abd"},
		{"^[^a-c]$", "d", "a"},
		{"^[^a]$", "\xC3\xA9", "a"},
		{"^[\xC3\xA0-\xC3\xBC]$", "\xC3\xA9", "e"},
		{"^[a\\]b]+$", "a]b", "c"},
		{"^[-a]$", "-", "b"},
		{"^[a-]$", "-", "b"},
		{"^[a\\-c]$", "-", "b"},
		{"^[ !#-\\[\\]-~]*$", "plain text!", "a \"quote\""},
		{"^[ !#-\\[\\]-~]*$", "[]", "back\\slash"},
		{"^\\d\\D$", "1a", "a1"},
		{"^\\w+$", "aZ_9", "a-b"},
		{"^\\W$", "-", "a"},
		{"^\\s$", "\t", "a"},
		{"^\\s$", "\xC2\xA0", "\xC2\xA1"},
		{"^\\S$", "a", " "},
		{"^[\\d.]+$", "1.2", "1,2"},
		{"^[\\D]$", "a", "1"},
		{"^[^\\d\\s]$", "a", "1"},
		{"^\\.\\*\\+\\?\\(\\)\\[\\]\\{\\}\\^\\$\\|\\/\\-$", ".*+?()[]{}^$|/-", "x"},
		{"^\\t\\n\\r\\v\\f$", "\t\n\r\v\f", "tnrvf"},
		{"^\\u0041\\u00e9$", "A\xC3\xA9", "a"},
		{"^\\u0000$", "\xC0\x80", "0"},
		{"^[AM][0-9]{6}$", "A185001", "A18500"},
		{"^[A-Za-z0-9._~-]{43,128}$", "0123456789012345678901234567890123456789012", "x"},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (cases[i].yes && !matches(cases[i].pattern, str_of(cases[i].yes)))
			fail_msg("%s does not match %s", cases[i].pattern, cases[i].yes);
		if (cases[i].no && matches(cases[i].pattern, str_of(cases[i].no)))
			fail_msg("%s matches %s", cases[i].pattern, cases[i].no);
	}
}

static void test_refusals(void **state)
{
	(void)state;
	static const struct {
		const char *pattern, *word; /* part of the reason */
	} cases[] = {
		{"(a)", "groups"},
		{"a)", "groups"},
		{"(?=a)", "lookaround"},
		{"a|b", "alternatives"},
		{"\\1", "backreferences"},
		{"\\k<a>", "backreferences"},
		{"\\bword", "boundaries"},
		{"\\p{L}", "properties"},
		{"a^", "start"},
		{"a$b", "end"},
		{"*a", "repeat"},
		{"^*", "repeat"},
		{"a**", "repeat"},
		{"{2}", "repeat"},
		{"a*?", "lazy"},
		{"a{2}?", "lazy"},
		{"a{", "number"},
		{"a{x}", "number"},
		{"a{2", "missing"},
		{"a{2,", "missing"},
		{"a{3,2}", "wrong way"},
		{"a{256}", "too long"},
		{"a{99999999999999999999}", "too long"},
		{"a}", "backslash"},
		{"a]", "backslash"},
		{"[a", "end"},
		{"[]", "empty"},
		{"[^]", "empty"},
		{"[b-a]", "sense"},
		{"[\\d-z]", "sense"},
		{"a\\", "ends"},
		{"\\q", "needs none"},
		{"\\0", "needs none"},
		{"\\u00g0", "hexadecimal"},
		{"\\u00", "hexadecimal"},
		{"\xC0\x80", "U+0000"},
	};
	struct arena a;
	struct pattern p;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *why = NULL;
		arena_init(&a, NULL, 0, 1 << 20);
		if (compile_pattern(&a, str_of(cases[i].pattern), &p, &why))
			fail_msg("%s is accepted", cases[i].pattern);
		if (!strstr(why, cases[i].word))
			fail_msg("%s is refused because %s", cases[i].pattern, why);
		arena_reset(&a);
	}
}

/* What takes other matchers exponential time. */
static void test_hostile_texts(void **state)
{
	(void)state;
	enum { LONG = 1 << 18 };
	static char text[LONG];
	memset(text, 'a', sizeof text);
	const struct str all = {text, sizeof text};
	clock_t start = clock();
	assert_false(matches("^a*a*a*a*a*a*a*a*a*a*b$", all));
	assert_false(matches("a?a?a?a?a?a?a?a?a?a?a?a?b", all));
	assert_false(matches("a{1,200}b", all));
	assert_true(matches("^a*$", all));
	assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 60);
}

/* Bytes that no tree holds must not lead the reader astray. */
static void test_stray_bytes(void **state)
{
	(void)state;
	assert_true(matches("^[^a]*$", (struct str){"\xFF\xF0\x9F", 3}));
	assert_true(matches("^.$", (struct str){"\x80", 1}));
	assert_false(matches("a", (struct str){"\xF0", 1}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matching),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_hostile_texts),
		cmocka_unit_test(test_stray_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
