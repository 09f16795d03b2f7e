/* The steps of a job that reads or writes a file of its own, or its part of
 * one. Others take those of them that are the same for them. Each returns 0 or
 * -errno with the reason in j->err. */
#pragma once

#include "job.h"

int plain_create(struct job *j);     /* make the file that all have parts of */
int plain_create_own(struct job *j); /* make an object and leave it open */
int plain_prepare(struct job *j);    /* write the data that a read needs */

/* Opens it and fills buffers; then warms or drops caches. */
int plain_open_uncached(struct job *j);
int plain_open(struct job *j);

int plain_run(struct job *j);
int plain_verify(struct job *j); /* read back and check: job_verify.c */
int plain_remove(struct job *j);
