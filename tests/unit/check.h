/* What every unit test includes: cmocka, and a check that names the row of a table. */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/str.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* row says which line of a table is at fault. */
#define check(row, condition)                                                                      \
	do {                                                                                       \
		if (!(condition))                                                                  \
			fail_msg("%s: %s", (row), #condition);                                     \
	} while (0)

/* Bytes against a C text; says what came. */
#define check_str(row, got, wanted)                                                                \
	do {                                                                                       \
		struct str check_got = (got), check_wanted = str_of(wanted);                       \
		if (!str_eq(check_got, check_wanted))                                              \
			fail_msg("%s: %s is \"%.*s\", not \"%s\"", (row), #got,                    \
				STR_ARGS(check_got), check_wanted.p ? check_wanted.p : "");        \
	} while (0)

/* For literals that hold U+0000. */
#define BYTES(literal) ((struct str){(literal), sizeof(literal) - 1})

#endif
