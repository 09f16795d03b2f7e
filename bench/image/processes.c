/* Processor time of the processes in our PID namespace. See counters.h. */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "image/counters.h"

/* utime, stime, cutime and cstime, the fields 14 to 17, in clock ticks; see
 * proc(5). 0 for one that has just ended; and for one that was put into this
 * namespace from outside, like a worker before us: whoever waits for it is not
 * seen here. */
static uint64_t ticks_read(const char *pid)
{
	unsigned long long v[4];
	char path[64], text[1024];
	cleanup_file FILE *f = NULL;
	const char *end;
	int id = atoi(pid), parent;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%d/stat", id);
	f = fopen(path, "re");
	n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;
	text[n] = '\0';
	end = strrchr(text, ')'); /* of a name that may hold anything */
	if (!end ||
	    sscanf(end,
		   ") %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u "
		   "%llu %llu %llu %llu",
		   &parent, &v[0], &v[1], &v[2], &v[3]) != 5 ||
	    (parent == 0 && id != 1 && id != getpid()))
		return 0;
	return v[0] + v[1] + v[2] + v[3];
}

uint64_t processes_cpu_ns(void)
{
	const uint64_t tick_ns =
		UINT64_C(1000000000) / (uint64_t)sysconf(_SC_CLK_TCK);
	DIR *proc = opendir("/proc");
	const struct dirent *d;
	uint64_t ticks = 0;

	while (proc && (d = readdir(proc)))
		if (isdigit((unsigned char)d->d_name[0]))
			ticks += ticks_read(d->d_name);
	if (proc)
		closedir(proc);
	return ticks * tick_ns;
}
