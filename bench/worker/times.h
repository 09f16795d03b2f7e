/* What the timed step of a case took, for its record. */
#pragma once

#include <sys/resource.h>

#include "job_group.h"

/* Of this process, between two looks at it. */
void record_cpu(json_t *record, const struct rusage *a, const struct rusage *b);

/* From the first job's start to the last job's end of each part. */
void record_times(json_t *record, const struct job_group *w);
