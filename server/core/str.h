/* Length-counted bytes. A struct str never owns what it points to; it may hold U+0000. */
#ifndef CORE_STR_H
#define CORE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
	const char *p; /* not NUL terminated unless its maker says so */
	size_t n;      /* bytes */
};

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_NONE ((struct str){NULL, 0})
/* For printf's "%.*s". Only for text known to be free of U+0000. */
#define STR_ARGS(s) (int)(s).n, (s).p

struct str str_of(const char *text); /* NULL gives STR_NONE */
bool str_eq(struct str a, struct str b);
bool str_eq_nocase(struct str a, struct str b); /* ASCII letters only */
bool str_starts(struct str s, struct str prefix);
int str_cmp(struct str a, struct str b); /* bytewise, then by length, as memcmp orders */

/* Equal, in time that depends on the lengths alone. For secrets. */
bool str_eq_secret(struct str a, struct str b);

/* Splits at the first separator. False when there is none: then *head is all of s, *tail empty. */
bool str_cut(struct str s, char separator, struct str *head, struct str *tail);
struct str str_trim(struct str s); /* without spaces and tabs at both ends */

bool str_is_digits(struct str s); /* one or more of 0-9 */
/* Decimal, whole string, no sign for str_to_u64. False when not a number or out of range. */
bool str_to_u64(struct str s, uint64_t *ret);
bool str_to_i64(struct str s, int64_t *ret);
#define STR_I64_SIZE 20 /* bytes of the longest: a sign and 19 digits */
struct str str_from_i64(int64_t value, char room[STR_I64_SIZE]); /* decimal, in room */

/* True when s is well-formed UTF-8 (RFC 3629: no overlong form, no surrogate, at most U+10FFFF). */
bool str_is_utf8(struct str s);
/* Bytes of the well-formed UTF-8 sequence at text, 0 when there is none in the n bytes left. */
size_t utf8_length(const char *text, size_t n);
/* Code points in well-formed UTF-8, as JSON Schema counts length. */
size_t str_code_points(struct str s);

/* The longest prefix of well-formed UTF-8 that takes at most max bytes and cuts no code point. */
struct str str_prefix(struct str s, size_t max);

/* Decodes %XX (RFC 3986 section 2.1) into out, which must hold s.n bytes; with plus_is_space also
 * "+" (application/x-www-form-urlencoded). Returns the length, or -1 for a broken escape. */
ptrdiff_t percent_decode(struct str s, bool plus_is_space, char *out);

/* Single-byte edits between the two; what is longer than 80 bytes comes out as 80. */
size_t str_distance(struct str a, struct str b);

#endif
