#include "limits.h"

#include <sched.h>
#include <stdio.h>
#include <sys/resource.h>

#include "core/str.h"

#define CORES_MAX 16
#define OTHER_FILES 64 /* the database, epoll, standard streams, … */

/* cgroup v2: "max 100000" or "150000 100000" (microseconds allowed in each period). */
static int64_t quota_cores(void)
{
	char line[64] = "";
	struct str quota_text, period_text;
	int64_t quota, period;
	FILE *file = fopen("/sys/fs/cgroup/cpu.max", "re");
	if (!file)
		return CORES_MAX;
	size_t n = fread(line, 1, sizeof line - 1, file);
	fclose(file);
	if (n && line[n - 1] == '\n')
		n--;
	str_cut((struct str){line, n}, ' ', &quota_text, &period_text);
	if (!str_to_i64(quota_text, &quota) || !str_to_i64(period_text, &period) || quota < 1 ||
		period < 1)
		return CORES_MAX;
	return quota / period + (quota % period != 0);
}

int64_t limits_cores(void)
{
	cpu_set_t set;
	int64_t cores = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
	int64_t quota = quota_cores();
	if (cores > quota)
		cores = quota;
	return cores < 1 ? 1 : cores > CORES_MAX ? CORES_MAX : cores;
}

int64_t limits_connections(int64_t wanted)
{
	struct rlimit files;
	rlim_t needed = (rlim_t)wanted + OTHER_FILES;
	if (getrlimit(RLIMIT_NOFILE, &files) < 0)
		return wanted;
	if (files.rlim_cur >= needed)
		return wanted;
	struct rlimit more = {
		.rlim_cur = needed, .rlim_max = files.rlim_max < needed ? needed : files.rlim_max};
	if (setrlimit(RLIMIT_NOFILE, &more) == 0)
		return wanted;
	more = (struct rlimit){.rlim_cur = files.rlim_max, .rlim_max = files.rlim_max};
	if (setrlimit(RLIMIT_NOFILE, &more) == 0)
		files.rlim_cur = files.rlim_max;
	return (int64_t)files.rlim_cur > OTHER_FILES + 1 ? (int64_t)files.rlim_cur - OTHER_FILES
							 : 1;
}
