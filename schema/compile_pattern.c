/* The dialect of "pattern": see schema/README.md. */
#include <stdlib.h>
#include <string.h>

#include "schema/compile_parts.h"

#define SET_MAX 128 /* ranges of one set while it is being read */
#define LAST 0x10FFFF
#define UNBOUNDED 1000000 /* a count that stands for "any number" */

/* Code points, as ranges in any order. */
struct set {
	struct pattern_range ranges[SET_MAX];
	size_t n;
};

struct reader {
	struct arena *arena;
	const char *p, *end;
	const char *why; /* set once something is refused */
	struct pattern_atom *atoms;
	size_t n_atoms;
};

static bool refuse(struct reader *r, const char *why)
{
	r->why = r->why ? r->why : why;
	return false;
}

static bool next_is(const struct reader *r, char c)
{
	return r->p < r->end && *r->p == c;
}

static bool add_range(struct reader *r, struct set *set, uint32_t low, uint32_t high)
{
	if (set->n == SET_MAX)
		return refuse(r, "a class of characters has too many parts");
	set->ranges[set->n++] = (struct pattern_range){low, high};
	return true;
}

static int range_order(const void *a, const void *b)
{
	const struct pattern_range *left = a, *right = b;
	return left->low < right->low ? -1 : left->low > right->low;
}

/* Sorts the ranges and joins those that touch. */
static void tidy(struct set *set)
{
	size_t n = 0;
	qsort(set->ranges, set->n, sizeof set->ranges[0], range_order);
	for (size_t i = 0; i < set->n; i++) {
		struct pattern_range next = set->ranges[i];
		struct pattern_range *last = n ? &set->ranges[n - 1] : NULL;
		if (!last || next.low > last->high + 1)
			set->ranges[n++] = next;
		else if (next.high > last->high)
			last->high = next.high;
	}
	set->n = n;
}

static bool add_all_but(struct reader *r, struct set *set, struct set *excluded)
{
	uint32_t from = 0;
	tidy(excluded);
	for (size_t i = 0; i < excluded->n; i++) {
		uint32_t low = excluded->ranges[i].low;
		if (low > from && !add_range(r, set, from, low - 1))
			return false;
		from = excluded->ranges[i].high + 1;
	}
	return from > LAST || add_range(r, set, from, LAST);
}

/* \d, \w, \s by their letters; "." is all but what stands under its name here. */
static const struct named_set {
	char letter;
	unsigned char n;
	struct pattern_range ranges[10];
} named_sets[] = {
	{'d', 1, {{'0', '9'}}},
	{'w', 4, {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}},
	{'s', 10,
		{{0x09, 0x0D}, {0x20, 0x20}, {0xA0, 0xA0}, {0x1680, 0x1680}, {0x2000, 0x200A},
			{0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000},
			{0xFEFF, 0xFEFF}}},
	{'.', 3, {{0x0A, 0x0A}, {0x0D, 0x0D}, {0x2028, 0x2029}}},
};

static const struct named_set *find_named_set(char letter)
{
	for (size_t i = 0; i < sizeof named_sets / sizeof named_sets[0]; i++)
		if (named_sets[i].letter == letter)
			return &named_sets[i];
	return NULL;
}

static bool add_named_set(
	struct reader *r, struct set *set, const struct named_set *named, bool inverse)
{
	struct set found = {.n = named->n};
	memcpy(found.ranges, named->ranges, sizeof named->ranges);
	if (inverse)
		return add_all_but(r, set, &found);
	for (size_t i = 0; i < found.n; i++)
		if (!add_range(r, set, found.ranges[i].low, found.ranges[i].high))
			return false;
	return true;
}

/* The code point at r->p, which the caller knows to be there; 0 after a refusal. */
static uint32_t read_literal(struct reader *r)
{
	const unsigned char *p = (const unsigned char *)r->p;
	size_t n = utf8_length(r->p, (size_t)(r->end - r->p));
	if (n == 0) {
		refuse(r, "it holds U+0000");
		return 0;
	}
	uint32_t c = n == 1 ? p[0] : p[0] & (0xFFu >> (n + 1));
	for (size_t i = 1; i < n; i++)
		c = c << 6 | (p[i] & 0x3F);
	r->p += n;
	return c;
}

static uint32_t read_hex(struct reader *r)
{
	static const char hex[] = "0123456789abcdef0123456789ABCDEF";
	uint32_t c = 0;
	for (int i = 0; i < 4; i++) {
		const char *found = r->p < r->end ? strchr(hex, *r->p) : NULL;
		if (!found) {
			refuse(r, "four hexadecimal digits must follow \\u");
			return 0;
		}
		c = c * 16 + (uint32_t)((found - hex) % 16);
		r->p++;
	}
	return c;
}

/* The character that the escape c, read already, stands for; sets are not its business. */
static uint32_t read_escaped(struct reader *r, char c)
{
	static const char letters[] = "tnvfr", meanings[] = "\t\n\v\f\r";
	const char *found = strchr(letters, c);
	if (found)
		return (uint32_t)meanings[found - letters];
	if (c == 'u')
		return read_hex(r);
	if (c == 'b' || c == 'B')
		refuse(r, "word boundaries (\\b) are not supported");
	else if ((c >= '1' && c <= '9') || c == 'k')
		refuse(r, "backreferences are not supported");
	else if (c == 'p' || c == 'P')
		refuse(r, "Unicode properties (\\p) are not supported");
	else if (c == '0' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c & 0x80)
		refuse(r, "a backslash stands before a character that needs none");
	return (unsigned char)c;
}

/* Reads one character or named set and adds it. *ret_single tells which; *ret is the character. */
static bool read_part(struct reader *r, struct set *set, bool *ret_single, uint32_t *ret)
{
	*ret_single = true;
	if (!next_is(r, '\\')) {
		*ret = read_literal(r);
		return !r->why && add_range(r, set, *ret, *ret);
	}
	if (++r->p == r->end)
		return refuse(r, "it ends after a backslash");
	char c = *r->p++;
	const struct named_set *named = find_named_set((char)(c | 0x20));
	if (named && named->letter != '.') {
		*ret_single = false;
		return add_named_set(r, set, named, c < 'a');
	}
	*ret = read_escaped(r, c);
	return !r->why && add_range(r, set, *ret, *ret);
}

/* What follows "[". */
static bool read_class(struct reader *r, struct set *ret)
{
	struct set found = {0};
	bool inverse = next_is(r, '^'), single, single_high;
	uint32_t low = 0, high = 0;
	r->p += inverse;
	if (next_is(r, ']'))
		return refuse(r, "a class of characters is empty");
	while (r->p < r->end && *r->p != ']') {
		if (!read_part(r, &found, &single, &low))
			return false;
		if (!next_is(r, '-') || r->end - r->p < 2 || r->p[1] == ']')
			continue;
		r->p++;
		if (!read_part(r, &found, &single_high, &high))
			return false;
		if (!single || !single_high || high < low)
			return refuse(r, "a range in a class of characters makes no sense");
		if (!add_range(r, &found, low, high))
			return false;
	}
	if (r->p == r->end)
		return refuse(r, "a class of characters does not end");
	r->p++;
	if (inverse)
		return add_all_but(r, ret, &found);
	*ret = found;
	return true;
}

static bool read_set(struct reader *r, struct set *ret)
{
	bool single;
	uint32_t c;
	switch (*r->p) {
	case '[':
		r->p++;
		return read_class(r, ret);
	case '.':
		r->p++;
		return add_named_set(r, ret, find_named_set('.'), true);
	case '(':
	case ')':
		return refuse(r, "groups and lookaround are not supported");
	case '|':
		return refuse(r, "alternatives (|) are not supported");
	case '^':
		return refuse(r, "^ may stand at the start only");
	case '$':
		return refuse(r, "$ may stand at the end only");
	case '*':
	case '+':
	case '?':
	case '{':
		return refuse(r, "a quantifier has nothing to repeat");
	case '}':
	case ']':
		return refuse(r, "a closing bracket needs a backslash");
	default:
		return read_part(r, ret, &single, &c);
	}
}

/* A count of a quantifier, none when no digit is there. */
static size_t read_count(struct reader *r, size_t none)
{
	if (r->p == r->end || *r->p < '0' || *r->p > '9')
		return none;
	size_t n = 0;
	for (; r->p < r->end && *r->p >= '0' && *r->p <= '9'; r->p++)
		if (n < UNBOUNDED / 10)
			n = n * 10 + (size_t)(*r->p - '0');
	return n;
}

static bool read_braces(struct reader *r, size_t *ret_min, size_t *ret_max)
{
	r->p++;
	*ret_min = *ret_max = read_count(r, UNBOUNDED);
	if (*ret_min == UNBOUNDED)
		return refuse(r, "a number must follow {");
	if (next_is(r, ',')) {
		r->p++;
		*ret_max = read_count(r, UNBOUNDED);
	}
	if (!next_is(r, '}'))
		return refuse(r, "} is missing after the counts of a quantifier");
	r->p++;
	return *ret_min <= *ret_max || refuse(r, "a quantifier's counts are the wrong way round");
}

static bool read_quantifier(struct reader *r, size_t *ret_min, size_t *ret_max)
{
	*ret_min = *ret_max = 1;
	if (next_is(r, '{')) {
		if (!read_braces(r, ret_min, ret_max))
			return false;
	} else if (next_is(r, '*') || next_is(r, '+') || next_is(r, '?')) {
		*ret_min = *r->p == '+';
		*ret_max = *r->p == '?' ? 1 : UNBOUNDED;
		r->p++;
	} else {
		return true;
	}
	return !next_is(r, '?') || refuse(r, "lazy quantifiers are not supported");
}

/* The atom of a set, its repeat to be filled in. */
static bool make_atom(struct reader *r, struct set *set, struct pattern_atom *ret)
{
	*ret = (struct pattern_atom){0};
	tidy(set);
	struct pattern_range *wide = arena_calloc(r->arena, set->n + 1, sizeof *wide);
	if (!wide)
		return refuse(r, "no memory");
	for (size_t i = 0; i < set->n; i++) {
		uint32_t low = set->ranges[i].low, high = set->ranges[i].high;
		for (uint32_t c = low; c <= high && c < 128; c++)
			ret->ascii[c / 64] |= (uint64_t)1 << c % 64;
		if (high >= 128)
			wide[ret->n_ranges++] = (struct pattern_range){low < 128 ? 128 : low, high};
	}
	ret->ranges = ret->n_ranges ? wide : NULL;
	return true;
}

static bool read_atoms(struct reader *r)
{
	struct set set = {0};
	struct pattern_atom atom;
	size_t min, max;
	if (!read_set(r, &set) || !read_quantifier(r, &min, &max) || !make_atom(r, &set, &atom))
		return false;
	size_t n = max == UNBOUNDED ? min + 1 : max;
	if (n > PATTERN_ATOMS_MAX - r->n_atoms)
		return refuse(r, "it is too long with its counts written out (255 at most)");
	for (size_t i = 0; i < n; i++) {
		atom.repeat = i < min            ? PATTERN_ONCE
			      : max == UNBOUNDED ? PATTERN_ANY_NUMBER
						 : PATTERN_OPTIONAL;
		r->atoms[r->n_atoms++] = atom;
	}
	return true;
}

bool compile_pattern(struct arena *a, struct str text, struct pattern *ret, const char **ret_why)
{
	struct reader r = {.arena = a, .p = text.p, .end = text.p + text.n};
	struct str copy = arena_copy(a, text);
	r.atoms = arena_calloc(a, PATTERN_ATOMS_MAX, sizeof *r.atoms);
	*ret = (struct pattern){.text = copy.p, .atoms = r.atoms};
	if (!copy.p || !r.atoms) {
		*ret_why = "no memory";
		return false;
	}
	ret->from_start = next_is(&r, '^');
	r.p += ret->from_start;
	while (r.p < r.end && !r.why) {
		if (*r.p == '$' && r.p + 1 == r.end) {
			ret->to_end = true;
			break;
		}
		read_atoms(&r);
	}
	ret->n_atoms = r.n_atoms;
	*ret_why = r.why;
	return !r.why;
}
