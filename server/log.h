/* The one writer of log lines, to stderr. Lines are queued in a bounded ring and written by a
 * thread of their own: a pipe that nobody reads never delays a call. What does not fit is dropped,
 * counted, and reported once there is room. */
#ifndef LOG_H
#define LOG_H

#include <stdarg.h>

#include "core/str.h"

/* Starts the writer. Before that, and with calls off, see below. 0 or -ENOMEM. */
int log_start(bool log_calls);
/* Writes what is queued, for at most that many milliseconds, and ends the writer. */
void log_stop(int patience_ms);

/* True when calls are to be logged (--log is not off). */
bool log_calls(void);
/* Queues text and a line end; text is cut at 2000 bytes. Before log_start it is written at once. */
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* For a library that complains: cls is its name, a text. Silent with --log off. */
void log_library(void *cls, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

#endif
