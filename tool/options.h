/* Walks podman's options on a command line, far enough to find ours between
 * them: which of podman's take no value is the only thing that it knows. It
 * judges nothing: whatever podman takes is podman's business. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

/* Options that take no value: words between spaces, and letters. */
struct flags {
	const char *words, *letters;
};
extern const struct flags podman_flags; /* podman's own, before the command */
extern const struct flags run_flags;	/* of run and create */

struct option_seen {
	const char *name;  /* without dashes; one letter for a short one */
	const char *value; /* NULL: none; for a flag what stands after '=' */
	int first, words;  /* where it stands in argv */
	bool alone;	   /* not one of several letters in a word */
};

/* Calls fn for each option from argv[i] on, and returns where the first word
 * that is none stands (argc: there is none), or what fn returned below 0. */
int options_walk(int argc, char *const *argv, int i, const struct flags *flags,
		 int (*fn)(const struct option_seen *, void *, struct err *),
		 void *arg, struct err *e);

/* Whether this is one of the words. */
bool word_in(const char *words, const char *word, size_t n);
