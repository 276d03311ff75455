/* One row per setting. */
#ifndef CONFIG_TABLE_H
#define CONFIG_TABLE_H

#include "config.h"

enum setting_kind {
	SETTING_TEXT,
	SETTING_INT,
	SETTING_CHOICE,   /* argument lists the words: "faithful|strict" */
	SETTING_SERVICES, /* repeatable */
	SETTING_SWITCH,   /* a flag without a value; a variable of 1, true, 0 or false */
};

struct setting {
	const char *name; /* of the flag, without the hyphens before it */
	enum setting_kind kind;
	size_t offset; /* in struct config */
	int64_t min, max;
	const char *initial;  /* set before anything else; NULL: nothing */
	const char *argument; /* what --help calls the value */
	const char *shown;    /* the default as --help shows it */
	const char *help;
};

extern const struct setting settings[];
extern const size_t n_settings;

/* "AUTHLETE_MOCK_MAX_BODY" for max-body. */
void setting_variable(const struct setting *s, char *out, size_t size);

#endif
