/* Reading settings as main does, for the tests of config.c. */
#ifndef TESTS_CONFIG_CHECK_H
#define TESTS_CONFIG_CHECK_H

#include "check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_table.h"
#include "fixture.h"

#define WORDS_MAX 8

static struct arena a;
static struct config config;
static struct config_choice choice;
static const char *said; /* on stderr */

/* Reads a line of words and a list of variables; the command's own name is put before. */
static int read_words(const char *const *words, const char *const *variables)
{
	char *argv[WORDS_MAX + 2] = {(char *)(uintptr_t) "authlete-mock"};
	char *environment[WORDS_MAX + 1] = {NULL};
	int argc = 1;
	for (; words && *words; words++)
		argv[argc++] = (char *)(uintptr_t)*words;
	for (size_t i = 0; variables && variables[i]; i++)
		environment[i] = (char *)(uintptr_t)variables[i];
	arena_reset(&a);
	memset(&config, 0x55, sizeof config);
	memset(&choice, 0x55, sizeof choice);
	capture_begin();
	int r = config_read(&a, argc, argv, environment, &config, &choice);
	said = capture_end();
	return r;
}

#define READ(...) read_words((const char *const[]){__VA_ARGS__, NULL}, NULL)
#define READ_VARIABLES(...) read_words(NULL, (const char *const[]){__VA_ARGS__, NULL})

static int set_up(void **state)
{
	(void)state;
	arena_init(&a, NULL, 0, (size_t)1 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_reset(&a);
	return 0;
}

#endif
