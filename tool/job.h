/* Slurm's policy: a container started within a job stays within the job. */
#pragma once

#include "cmd.h"
#include "slurm.h"

/* *cgroup points into job, or is NULL: in no job, or the site does not mind.
 * -EPERM: a GPU outside of a job, where the site wants one. */
int job_find(const struct session *s, struct slurm_job *job,
	     const char **cgroup, struct err *e);
