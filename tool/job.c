/* See job.h. */
#include "job.h"

#include <errno.h>
#include <unistd.h>

int job_find(const struct session *s, struct slurm_job *job,
	     const char **cgroup, struct err *e)
{
	int rc;

	*cgroup = NULL;
	if (s->conf->slurm == SLURM_IGNORE)
		return 0;
	rc = slurm_job_of(job, "/proc", getpid(), e);
	if (rc)
		return rc;
	if (job->id)
		*cgroup = job->parent;
	else if (s->conf->slurm == SLURM_GPU_NEEDS_JOB && op_has(s->op, O_GPU))
		return err_set(e, -EPERM,
			       "run: --gpu: here GPUs are for Slurm "
			       "jobs: use srun or sbatch");
	return 0;
}
