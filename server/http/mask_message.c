/* Result messages that tell what came: "[A126202] /auth/token: /clientSecret: expected a string,
 * came the number 5; /…: …". */
#include <string.h>

#include "http/mask.h"

static const char *find(struct str in, const char *what)
{
	return in.p && in.n ? memmem(in.p, in.n, what, strlen(what)) : NULL;
}

/* Whether a JSON pointer (RFC 6901) leads to a secret, or into one. */
static bool points_to_secret(struct str pointer)
{
	struct str segment;
	bool more;
	do {
		more = str_cut(pointer, '/', &segment, &pointer);
		if (mask_is_secret(segment))
			return true;
	} while (more);
	return false;
}

/* The string or the number that came, after its kind; NULL where neither did. */
static const char *find_value(struct str text)
{
	static const char *const before[] = {", came the string ", ", came the number "};
	for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
		const char *found = find(text, before[i]);
		if (found)
			return found + strlen(before[i]);
	}
	return NULL;
}

static void put_violation(struct buf *out, struct str text)
{
	const char *expected = find(text, ": expected "), *end = text.p + text.n;
	const char *pointer = expected, *value = NULL;
	while (pointer && pointer > text.p && pointer[-1] != ' ')
		pointer--;
	if (expected && points_to_secret((struct str){pointer, (size_t)(expected - pointer)}))
		value = find_value((struct str){expected, (size_t)(end - expected)});
	buf_add(out, (struct str){text.p, value ? (size_t)(value - text.p) : text.n});
	if (value)
		buf_add(out, STR("\xE2\x80\xA6"));
}

struct str mask_message(struct arena *a, struct str text)
{
	struct buf out = buf_make(a, SIZE_MAX);
	while (text.n) {
		const char *next = find((struct str){text.p + 1, text.n - 1}, "; /");
		struct str one = {text.p, next ? (size_t)(next - text.p) : text.n};
		put_violation(&out, one);
		text = (struct str){text.p + one.n, text.n - one.n};
	}
	return buf_str(&out);
}
