/* The podman command line of an operation, rebuilt from its typed fields. Pure:
 * whatever had to be looked up is handed in. */
#pragma once

#include "conf.h"
#include "op.h"
#include "store.h"
#include "strs.h"
#include "user.h"

/* What only the privileged part can know. `check` puts words in <> here. */
struct found {
	const char *image;	   /* its ID */
	const char *name;	   /* of the new container, completed */
	const char *address, *net; /* leased, or NULL */
	const char *device;	   /* CDI name of the GPU, or NULL */
	const char *cgroup;	   /* the Slurm job's, or NULL */
	const char *work;	   /* the private folder of build and cp */
};

/* What stands in that folder. */
#define WORK_CONTEXT "context"
#define WORK_CONTAINERFILE "Containerfile"
#define WORK_COPY "copy"

/* Under which name in the private folder cp sends this path of the caller's:
 * its last component, which Podman goes by, or WORK_COPY where it has none
 * ("..", "/", "DIR/."): then Podman copies what is inside. */
const char *plan_cp_name(const char *path, char *out, size_t size);

/* Everything that stands before the command: the same for every one. */
void plan_global(struct strs *out, const struct conf *c, const struct store *s);
/* The command and what follows; nothing for what podman has no part in. */
void plan(struct strs *out, const struct op *op, const struct conf *c,
	  const struct user *u, const struct store *s, const struct found *f);
