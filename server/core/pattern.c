#include "core/pattern.h"

#include <string.h>

/* A set of states; state i waits before atom i, state n_atoms has matched all. */
struct states {
	uint64_t bits[(PATTERN_ATOMS_MAX + 1) / 64];
};

static bool contains(const struct states *set, size_t state)
{
	return set->bits[state / 64] >> state % 64 & 1;
}

static size_t words_of(const struct pattern *p)
{
	return p->n_atoms / 64 + 1;
}

static bool is_empty(const struct pattern *p, const struct states *set)
{
	for (size_t i = 0; i < words_of(p); i++)
		if (set->bits[i])
			return false;
	return true;
}

/* Adds a state and those behind atoms that may match nothing. */
static void add_state(const struct pattern *p, struct states *set, size_t state)
{
	while (!contains(set, state)) {
		set->bits[state / 64] |= (uint64_t)1 << state % 64;
		if (state == p->n_atoms || p->atoms[state].repeat == PATTERN_ONCE)
			return;
		state++;
	}
}

static bool atom_takes(const struct pattern_atom *atom, uint32_t c)
{
	if (c < 128)
		return atom->ascii[c / 64] >> c % 64 & 1;
	for (size_t i = 0; i < atom->n_ranges; i++)
		if (c >= atom->ranges[i].low && c <= atom->ranges[i].high)
			return true;
	return false;
}

/* Reads one code point. C0 80 comes out as 0; a stray byte, which trees do not hold, as itself. */
static uint32_t next_code_point(struct str text, size_t *at)
{
	const unsigned char *p = (const unsigned char *)text.p + *at;
	size_t left = text.n - *at;
	if (p[0] < 0x80) {
		*at += 1;
		return p[0];
	}
	size_t n = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : p[0] >= 0xC0 ? 2 : 1;
	if (n == 1 || n > left) {
		*at += 1;
		return p[0];
	}
	uint32_t c = p[0] & (0xFFu >> (n + 1));
	for (size_t i = 1; i < n; i++)
		c = c << 6 | (p[i] & 0x3F);
	*at += n;
	return c;
}

/* *ret: the states after c. */
static void step(const struct pattern *p, const struct states *now, uint32_t c, struct states *ret)
{
	memset(ret->bits, 0, words_of(p) * sizeof ret->bits[0]);
	for (size_t word = 0; word < words_of(p); word++) {
		for (uint64_t left = now->bits[word]; left; left &= left - 1) {
			size_t state = word * 64 + (size_t)__builtin_ctzll(left);
			if (state == p->n_atoms || !atom_takes(&p->atoms[state], c))
				continue;
			bool stays = p->atoms[state].repeat == PATTERN_ANY_NUMBER;
			add_state(p, ret, stays ? state : state + 1);
		}
	}
	if (!p->from_start)
		add_state(p, ret, 0);
}

bool pattern_matches(const struct pattern *p, struct str text)
{
	struct states sets[2] = {0};
	size_t now = 0; /* which of the two is current */
	add_state(p, &sets[now], 0);
	for (size_t at = 0;; now = !now) {
		if (contains(&sets[now], p->n_atoms) && (!p->to_end || at == text.n))
			return true;
		if (at == text.n || is_empty(p, &sets[now]))
			return false;
		step(p, &sets[now], next_code_point(text, &at), &sets[!now]);
	}
}
