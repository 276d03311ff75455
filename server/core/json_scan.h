/* The strict look at a JSON text before cJSON builds a tree of it. */
#ifndef CORE_JSON_SCAN_H
#define CORE_JSON_SCAN_H

#include <string.h>

#include "core/json.h"

/* True when text is one document as json_parse wants it, duplicates apart. *ret_zeros counts the
 * escapes of U+0000. */
bool json_scan(struct str text, size_t *ret_zeros, struct json_fault *ret_fault);
/* A copy of a scanned text with each escaped U+0000 as C0 80. STR_NONE without memory. */
struct str json_scan_rewrite(struct arena *a, struct str text);

/* Is none of the JSON_WORD bytes at p a control character, a quote or a backslash? With ascii: nor
 * outside of ASCII. */
#define JSON_WORD 8
static inline bool json_is_plain(const char *p, bool ascii)
{
	const uint64_t each = 0x0101010101010101, high = 0x8080808080808080;
	uint64_t word;
	memcpy(&word, p, sizeof word);
	uint64_t quote = word ^ each * '"', backslash = word ^ each * '\\';
	uint64_t found = (word - each * 0x20) & ~word;
	found |= (quote - each) & ~quote;
	found |= (backslash - each) & ~backslash;
	if (ascii)
		found |= word;
	return (found & high) == 0;
}

#endif
