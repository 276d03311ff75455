#include "exec.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log.h"

enum { NOT_RUNNABLE = 126, NOT_FOUND = 127, SIGNALLED = 128 };

/* Those that others send to end something. */
static void make_ends(sigset_t *ret)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT};
	sigemptyset(ret);
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
		sigaddset(ret, signals[i]);
}

void exec_prepare(struct exec_origin *ret)
{
	const struct sigaction by_default = {.sa_handler = SIG_DFL};
	sigset_t ours;
	make_ends(&ours);
	sigaddset(&ours, SIGCHLD);
	pthread_sigmask(SIG_BLOCK, &ours, &ret->mask);
	sigaction(SIGPIPE, NULL, &ret->pipe);
	/* who ignores it gets no exit codes */
	sigaction(SIGCHLD, &by_default, &ret->child);
	getrlimit(RLIMIT_NOFILE, &ret->files);
}

/* In the child of a process with threads: system calls only. */
static void become(const struct exec_origin *origin, char **command, char **environment, int report)
{
	sigaction(SIGPIPE, &origin->pipe, NULL);
	sigaction(SIGCHLD, &origin->child, NULL);
	setrlimit(RLIMIT_NOFILE, &origin->files);
	sigprocmask(SIG_SETMASK, &origin->mask, NULL);
	execvpe(command[0], command, environment);
	int error = errno;
	ssize_t written = write(report, &error, sizeof error);
	_exit(written > 0 ? NOT_FOUND : NOT_RUNNABLE);
}

/* 0, or the errno with which it could not be run. */
static int start(const struct exec_origin *origin, char **command, char **environment, pid_t *ret)
{
	int ends[2], error = 0;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return errno;
	pid_t child = fork();
	if (child == 0)
		become(origin, command, environment, ends[1]);
	if (child < 0)
		error = errno;
	close(ends[1]);
	/* the end of the pipe without a word: the command has replaced the child */
	if (child > 0 && read(ends[0], &error, sizeof error) > 0)
		waitpid(child, NULL, 0);
	close(ends[0]);
	*ret = child;
	return error;
}

/* The kernel itself sends a key's signal to all of a process group. */
static void pass_on(pid_t child, const siginfo_t *info)
{
	if (info->si_code == SI_KERNEL && getpgid(child) == getpgrp())
		return;
	kill(child, info->si_signo);
}

/* True when the child was among the dead. */
static bool reap(pid_t child, int *ret_status)
{
	bool found = false;
	int status;
	pid_t dead;
	while ((dead = waitpid(-1, &status, WNOHANG)) > 0) {
		if (dead != child)
			continue;
		*ret_status = status;
		found = true;
	}
	return found;
}

/* The signal that came while the server started, or -1: what a terminal has sent was for a group in
 * which no command was yet, so that nobody would pass it on. One that whoever started us has made
 * to be ignored ends nothing. */
static int early_end(void)
{
	const struct timespec at_once = {0};
	struct sigaction action;
	sigset_t ends;
	make_ends(&ends);
	int signal = sigtimedwait(&ends, NULL, &at_once);
	while (signal > 0 && sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
		signal = sigtimedwait(&ends, NULL, &at_once);
	return signal;
}

int exec_run(const struct exec_origin *origin, char **command, char **environment, bool *ret_ran)
{
	sigset_t awaited;
	siginfo_t info;
	pid_t child = -1;
	int status = 0, signal = early_end();
	*ret_ran = false;
	if (signal > 0)
		return SIGNALLED + signal;
	int error = start(origin, command, environment, &child);
	*ret_ran = error == 0;
	if (error == ENOENT) {
		log_line("authlete-mock: the command \"%.200s\" is not found", command[0]);
		return NOT_FOUND;
	}
	if (error) {
		log_line(
			"authlete-mock: \"%.200s\" cannot be run: %s", command[0], strerror(error));
		return NOT_RUNNABLE;
	}
	make_ends(&awaited);
	sigaddset(&awaited, SIGCHLD);
	for (bool ended = false; !ended;) {
		signal = sigwaitinfo(&awaited, &info);
		if (signal == SIGCHLD)
			ended = reap(child, &status);
		else if (signal > 0)
			pass_on(child, &info);
	}
	return WIFSIGNALED(status) ? SIGNALLED + WTERMSIG(status) : WEXITSTATUS(status);
}
