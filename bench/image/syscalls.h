/* System calls of the whole machine by kind, counted in the kernel by its
 * tracepoints, through perf. */
#pragma once

#include <jansson.h>

#include "err.h"

struct syscalls;

/* Starts perf with its counters off. -errno with the reason: not installed,
 * not permitted, no tracepoints in this kernel. */
int syscalls_open(struct syscalls **out, struct err *e);
int syscalls_start(struct syscalls *s, struct err *e);
void syscalls_stop(struct syscalls *s);
/* Adds syscalls: {total, KIND: count, ...}; what is in no kind is in total. */
int syscalls_read(struct syscalls *s, json_t *record, struct err *e);
void syscalls_close(struct syscalls *s);
