/* The site file: which targets there are and how each is reached.
 * Read whole and checked before anything is started. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "conf.h"
#include "image/engine.h"
#include "storage/storage.h"

/* launch, or launch.1 and so on: the nodes that share the target. */
#define LAUNCHES_MAX 16

struct site_target {
	char *name;
	const struct storage_ops *ops; /* NULL: not part of this build, */
	const char *missing;	       /* then: why; */
	const struct engine *engine;   /* or an image-build engine */
	const char *driver;
	const struct storage_key *keys; /* the driver's; NULL: not known */
	json_t *options;		/* the driver's keys */
	char *launches[LAUNCHES_MAX];	/* commands before the worker's; the
					 * first may be NULL */
	unsigned nodes;			/* how many there are, at least 1 */
	bool ranked;  /* launch starts ranks of MPI: it has {clients} */
	bool spread;  /* and says over how many nodes: it has {nodes} */
	bool keep;    /* what cases made stays: it goes with the file system */
	char *worker; /* ie-bench where launch leads, or NULL:
		       * the path of this one */
	char *drop;   /* empties the servers' caches, or NULL */
	char *disk_reads; /* prints the servers' read bytes */
	char *cut;	  /* cuts the power of what holds the data, or NULL; */
	char *restore;	  /* then: brings it back, and */
	const char *cut_kind; /* what loses its memory: process, guest, ... */
	json_t *limits;	      /* names of the targets that bound it */
	bool is_limit;	      /* role = limit */
	int line;
};

struct site {
	struct conf *conf;
	char *name;
	char *describe; /* command printing a JSON object, or NULL */
	char *renew;	/* command that makes a fresh cluster or fresh mounts,
			 * run before every session but the first, or NULL */
	struct site_target *targets;
	size_t count;
};

/* -EINVAL with "FILE:LINE: what, and what is allowed". */
int site_load(struct site **out, const char *path, struct err *e);
void site_free(struct site *s);

const struct site_target *site_find(const struct site *s, const char *name);

/* {"NAME": {"driver": …, "options": …}, …} for the run record: every key. */
json_t *site_targets_json(const struct site *s);
