/* Removal of containers that have been stopped for too long: who is warned, who
 * goes. It goes by when a container stopped, not by when it was made, and
 * removes none that was not warned before: the notices are a file, because
 * a reaper that did not run for a month must warn before it removes. It does
 * not run Podman, and reads no clock: both are the caller's. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "containers.h"
#include "err.h"

struct reap_rules {
	int64_t stopped_s; /* a container goes when stopped for so long */
	int64_t notice_s;  /* and warned for at least so long before */
};

enum reap_verdict { REAP_KEEP, REAP_WARN, REAP_REMOVE };

/* A warning: this container, stopped at that time, will be removed. */
struct notice {
	char id[65];
	int64_t finished;
	int64_t warned;
};

struct notices {
	struct notice *list;
	size_t count;
};

/* A file that is not there has no notices. Root's own file: the lines are
 * checked, and a bad one refuses the file. */
int notices_load(struct notices *n, const char *path, struct err *e);
/* Write, fsync, rename, fsync of the folder. */
int notices_save(const struct notices *n, const char *path, struct err *e);
void notices_free(struct notices *n);
/* The notice of this container for this stop, or NULL. */
const struct notice *notices_find(const struct notices *n,
				  const struct container *c);
/* When it will be removed at the earliest; 0: it was not warned. For `ps`. */
int64_t notices_due(const struct notices *n, const struct container *c,
		    const struct reap_rules *rules);

enum reap_verdict reap_judge(const struct container *c,
			     const struct notice *notice,
			     const struct reap_rules *rules, int64_t now);

struct reap_ops {
	/* Removes one container. Must refuse one that runs (podman rm without
	 * --force): it may have been started since the list was taken. NULL:
	 * nothing is removed (dry run). */
	int (*remove)(const struct container *c, void *arg, struct err *e);
	/* Told of each that is warned or removed; why it could not be removed,
	 * or NULL. */
	void (*tell)(const struct container *c, enum reap_verdict verdict,
		     const char *why, void *arg);
	void *arg;
};

/* Judges one list, and acts. `next` gathers the notices that stay or are new:
 * the caller saves it after the last list; a dry run throws it away. */
int reap_list(const struct container *list, size_t count,
	      const struct notices *old, struct notices *next,
	      const struct reap_rules *rules, int64_t now,
	      const struct reap_ops *ops, struct err *e);
