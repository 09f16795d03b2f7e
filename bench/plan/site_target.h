/* One target of a site file: its driver or engine, and how it is reached. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

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

/* Reads a section [target NAME]. -EINVAL with the line; in either case it is to
 * be freed. */
int site_target_read(struct site_target *t, struct conf *conf,
		     const struct conf_entry *section, struct err *e);
void site_target_free(struct site_target *t);
