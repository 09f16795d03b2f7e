/* Why a program ended, from the end of what it wrote to standard error. */
#pragma once

/* The last line that a worker of ours began with its name; else what mpirun
 * has put between two rules at the end, as one line; else the first error that
 * srun or its helper tells, because what follows is that the others were ended;
 * else the last line that says anything. Changes text and points into it. */
const char *last_words(char *text);
