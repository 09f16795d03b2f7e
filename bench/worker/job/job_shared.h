/* What several clients do on one object, or side by side in folders: the
 * steps of a job whose operation says so (enum op_play). Each client moves
 * size / block blocks, one at a time:
 * - handoff: strict alternation. A client reads the block until it is its
 *   turn, then writes it. An operation is that: the wait and the write.
 * - append: each write goes to the end of one file.
 * - readwrite: the first client rewrites a file, the others read it.
 * - create: a new file of one block, made durable and closed.
 * Unless a plan says lock = flock it is the file system alone that must keep
 * order; NFS shows one node what another has written only under a lock. */
#pragma once

#include "job.h"

/* The object or the folders, for all clients: done by the first alone. */
int shared_create(struct job *j);

int shared_open(struct job *j);
int shared_run(struct job *j);

/* Every turn was taken, every append is there and whole, all readers see what
 * was written last, every file holds its block. */
int shared_verify(struct job *j);

/* All of it, by the first client alone. */
int shared_remove(struct job *j);
