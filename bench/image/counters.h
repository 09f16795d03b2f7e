/* What the machine did while an image was built, as the kernel counts it:
 * processor time, and bytes written to the disk below the store. They are read
 * before it starts and after it has ended, which costs a build nothing. Both
 * count the whole machine, because engines work in daemons and children of
 * other processes: nothing else should run then. Processor time is counted a
 * second time, of the processes in this worker's PID
 * namespace: in a throwaway cluster those are the engines alone. */
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "err.h"

struct counters;

/* Gets everything ready, so that starting takes no time. What cannot be
 * counted here is left out, and counters_record() says why. */
int counters_open(struct counters **out, const char *store, struct err *e);
void counters_start(struct counters *c);
/* The build is over: processor time ends here. */
void counters_stop(struct counters *c);
/* And so is the sync after it: written bytes end here. Adds machine_cpu_ns,
 * own_cpu_ns, and written_bytes or the reason to `uncounted`. */
void counters_record(struct counters *c, json_t *record);
void counters_close(struct counters *c);

/* Adds why something could not be counted to a record's `uncounted`. */
void counters_without(json_t *record, const char *why);

/* Processor time of all processes that can be seen in /proc, those that they
 * have waited for included. */
uint64_t processes_cpu_ns(void);

/* Blocks and files below a folder; links are not followed, nor other file
 * systems entered. 0 for a folder that is not there. */
int store_measure(const char *path, uint64_t *bytes, uint64_t *files,
		  struct err *e);

/* The folder, or the nearest one above it that is there (caller frees). */
char *store_existing(const char *path);

/* Bytes that can still be written where a folder is, or will be. */
int store_space(const char *path, uint64_t *avail_bytes, struct err *e);
