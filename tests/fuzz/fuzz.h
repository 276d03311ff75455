/* What the fuzz targets share. Each defines the function that libFuzzer calls; replay.c calls it
 * too, with the files of the corpus, so that any compiler can run them as an ordinary test. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define must(condition)                                                                            \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition);    \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* More than any input of a sane size needs: running out of it is a finding. */
#define FUZZ_CEILING ((size_t)512 << 20)

static inline struct str fuzz_str(const uint8_t *data, size_t size)
{
	return (struct str){(const char *)data, size};
}

/* The tree as text, in the arena. */
static inline struct str fuzz_write(struct arena *a, const struct cJSON *tree)
{
	struct buf out = buf_make(a, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_put_tree(&w, tree);
	must(!out.failed);
	return buf_str(&out);
}

#endif
