/* The command of exec: a child process that has the server for as long as it runs. */
#ifndef EXEC_H
#define EXEC_H

#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>

/* What the command shall find as it was, although the server wants it otherwise. */
struct exec_origin {
	sigset_t mask;
	struct sigaction pipe, child;
	struct rlimit files;
};

/* Before any thread is there: notes all that, and blocks the signals that exec_run takes care of.
 */
void exec_prepare(struct exec_origin *ret);

/* Runs the command until it ends; its standard streams are ours. SIGTERM, SIGINT, SIGHUP and
 * SIGQUIT go on to it, unless the terminal has sent it the same; it decides what they mean. Reaps
 * whatever else is left to us, as PID 1. Returns its exit code, or 128 and the number of the signal
 * that ended it. With *ret_ran false it was not run: 128 and the number of a signal that had come
 * before; after one line on stderr 127 when there is no such command, 126 when it cannot be run. */
int exec_run(const struct exec_origin *origin, char **command, char **environment, bool *ret_ran);

#endif
