/* Which Slurm job a process belongs to, by the control groups that it is in,
 * never by its environment, which the user writes. It asks Slurm nothing. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

struct slurm_job {
	uint32_t id;	   /* 0: in no job */
	char parent[1024]; /* its control group: a value of --cgroup-parent */
	bool devices;	   /* held to some by control groups 1 */
};

/* Reads /proc/PID/cgroup below this folder ("/proc"). Where memory, devices
 * and the like put the process into different jobs it is refused: a container
 * has one parent for all. */
int slurm_job_of(struct slurm_job *job, const char *proc, int pid,
		 struct err *e);
/* The same from the text of the file. */
int slurm_job_parse(struct slurm_job *job, const char *text, struct err *e);
