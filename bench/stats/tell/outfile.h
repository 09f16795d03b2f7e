/* A file made of runs, whole or not at all: it is written under another name
 * beside the one wanted, and takes its name when all is written. What is there
 * and is not a regular file (a terminal, a device, a FIFO, a link) is written
 * into instead. No control character gets in. */
#pragma once

#include "stats/read/runs.h"

typedef int outfile_print(const struct runs *runs, FILE *out, struct err *e);

struct outfile {
	char *path; /* where it shall be; NULL: it is there */
	char *tmp;  /* where it is until then; NULL: it is in its place */
};

/* Writes it beside its place; path "-": to standard output. -errno with what
 * could not be written, and nothing is left. */
int outfile_write(struct outfile *o, const char *path, outfile_print *print,
		  const struct runs *runs, struct err *e);

/* Puts it in its place. */
int outfile_keep(struct outfile *o, struct err *e);

/* A command that makes files of runs: its run folders, and where to, which
 * the option names (`what`: FILE, DIR) and write() is given. */
int outfile_command(int argc, char **argv, const char *option, const char *what,
		    int (*write)(const struct runs *runs, const char *to,
				 struct err *e),
		    struct err *e);

/* Takes away what is not in its place; frees. */
void outfile_close(struct outfile *o);
