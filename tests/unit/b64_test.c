#include "check.h"

#include <string.h>

#include "core/b64.h"

static void decodes(void **state)
{
	static const struct {
		const char *text;
		ptrdiff_t n; /* -1: refused */
		const char *wanted;
	} rows[] = {
		/* RFC 4648 section 10 */
		{"", 0, ""},
		{"Zg==", 1, "f"},
		{"Zm8=", 2, "fo"},
		{"Zm9v", 3, "foo"},
		{"Zm9vYg==", 4, "foob"},
		{"Zm9vYmE=", 5, "fooba"},
		{"Zm9vYmFy", 6, "foobar"},
		{"AAAA", 3, "\0\0\0"},
		{"+/+/", 3, "\xFB\xFF\xBF"},
		/* padding left out, or too much of it */
		{"Zg", -1, NULL},
		{"Zm8", -1, NULL},
		{"Zg=", -1, NULL},
		{"Z===", -1, NULL},
		{"====", -1, NULL},
		{"Zm9v====", -1, NULL},
		/* padding inside */
		{"Zg==Zg==", -1, NULL},
		{"Zm8=Zm8=", -1, NULL},
		{"Z=9v", -1, NULL},
		{"Zm=v", -1, NULL},
		{"=m9v", -1, NULL},
		/* bits that padding cuts off are not zero */
		{"Zh==", -1, NULL},
		{"Zm9=", -1, NULL},
		{"Zv==", -1, NULL},
		/* other alphabets and characters */
		{"-_-_", -1, NULL},
		{"Zm9 ", -1, NULL},
		{"Zm9\n", -1, NULL},
		{"Zm9.", -1, NULL},
		{"\xC3\xA4\xC3\xA4", -1, NULL},
	};
	unsigned char out[16];
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		ptrdiff_t n = b64_decode(str_of(rows[i].text), out);
		check(rows[i].text, n == rows[i].n);
		if (n > 0)
			check(rows[i].text, memcmp(out, rows[i].wanted, (size_t)n) == 0);
	}
	assert_int_equal(b64_decode(BYTES("Zm\0v"), out), -1);
}

static void decodes_from_urls(void **state)
{
	static const struct {
		const char *text;
		ptrdiff_t n; /* -1: refused */
		const char *wanted;
	} rows[] = {
		{"", 0, ""},
		{"Zg", 1, "f"},
		{"Zm8", 2, "fo"},
		{"Zm9v", 3, "foo"},
		{"Zm9vYg", 4, "foob"},
		{"Zm9vYmE", 5, "fooba"},
		{"Zm9vYmFy", 6, "foobar"},
		{"-_-_", 3, "\xFB\xFF\xBF"},
		/* RFC 7515 appendix C */
		{"A-z_4ME", 5, "\x03\xec\xff\xe0\xc1"},
		/* padding */
		{"Zg==", -1, NULL},
		{"Zm8=", -1, NULL},
		{"Zm9v=", -1, NULL},
		{"=", -1, NULL},
		/* no bytes have that length */
		{"Z", -1, NULL},
		{"Zm9vY", -1, NULL},
		/* bits of no byte are not zero */
		{"Zh", -1, NULL},
		{"Zm9", -1, NULL},
		{"Zv", -1, NULL},
		{"Zm9vYh", -1, NULL},
		/* other alphabets and characters */
		{"+/+/", -1, NULL},
		{"Zm9 ", -1, NULL},
		{"Zm9\n", -1, NULL},
		{"Zm9.", -1, NULL},
		{"\xC3\xA4\xC3\xA4", -1, NULL},
	};
	unsigned char out[16];
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		ptrdiff_t n = b64url_decode(str_of(rows[i].text), out);
		check(rows[i].text, n == rows[i].n);
		if (n > 0)
			check(rows[i].text, memcmp(out, rows[i].wanted, (size_t)n) == 0);
	}
	assert_int_equal(b64url_decode(BYTES("Zm\0v"), out), -1);
}

/* Each length and each last digit: a text is taken exactly when it is what encoding gives. */
static void decodes_only_what_it_encodes(void **state)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	unsigned char bytes[8];
	char text[8], again[12];
	(void)state;
	for (size_t n = 1; n < sizeof text; n++)
		for (size_t d = 0; d < 64; d++) {
			memset(text, 'q', sizeof text);
			text[n - 1] = digits[d];
			ptrdiff_t length = b64url_decode((struct str){text, n}, bytes);
			if (length < 0)
				continue;
			size_t back = b64url_encode(bytes, (size_t)length, again);
			assert_int_equal(back, n);
			assert_memory_equal(again, text, n);
		}
}

static void encodes_for_urls(void **state)
{
	static const struct {
		struct str bytes;
		const char *wanted;
	} rows[] = {
		{BYTES(""), ""},
		{BYTES("f"), "Zg"},
		{BYTES("fo"), "Zm8"},
		{BYTES("foo"), "Zm9v"},
		{BYTES("foob"), "Zm9vYg"},
		{BYTES("fooba"), "Zm9vYmE"},
		{BYTES("foobar"), "Zm9vYmFy"},
		{BYTES("\xFB\xFF\xBF"), "-_-_"},
		{BYTES("\0"), "AA"},
	};
	char out[32];
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		memset(out, '#', sizeof out);
		size_t n = b64url_encode(
			(const unsigned char *)rows[i].bytes.p, rows[i].bytes.n, out);
		check_str(rows[i].wanted, ((struct str){out, n}), rows[i].wanted);
		check(rows[i].wanted, out[n] == '#');
		check(rows[i].wanted, n <= (rows[i].bytes.n * 4 + 2) / 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes),
		cmocka_unit_test(decodes_from_urls),
		cmocka_unit_test(decodes_only_what_it_encodes),
		cmocka_unit_test(encodes_for_urls),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
