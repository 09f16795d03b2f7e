/* Command lines: one that is walked, and one that grows. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "err.h"

/* What it is made of lives as long as the process, which becomes that command.
 */
struct line {
	char **words; /* ends with NULL */
	size_t count;
};

void line_add(struct line *l, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* All of these, as they are. */
void line_add_words(struct line *l, char *const *words, int count);
/* As a shell would read it back, on standard output. */
void line_print(const struct line *l);
/* A word for a shell, in quotes where it needs some. */
void word_print(FILE *f, const char *word);
/* Becomes it; returns only with an error. */
int line_exec(const struct line *l, struct err *e);

/* A walk over podman's options on a command line, far enough to find ours
 * between them: which of podman's take no value is the only thing that it
 * knows. It judges nothing: whatever podman takes is podman's business. */

/* Letters that take no value: podman's own, and those of run and create. */
#define PODMAN_LETTERS "rv"
#define RUN_LETTERS "ditPq"

struct options {
	int argc;
	char *const *argv;
	int next; /* the word behind this option, or the first that is none */
	const char *letters;
	/* The option at hand */
	int at;		   /* its first word */
	char name[64];	   /* without dashes; one letter for a short one */
	const char *value; /* NULL: none; for a flag what stands after '=' */
	int letter;	   /* in a word of several: how many came before */
};

/* The option at argv[next]; false: there is none. Of several letters in a word
 * only the last has words, from `at` up to `next`. */
bool options_next(struct options *o);

/* podman's command on a line: "run" of --log-level debug container run, "pod
 * create" and "pod" of pods, "" of none. It stands at argv[*at]. */
const char *command_find(int argc, char *const *argv, int *at);

/* Whether this is one of the words, which have spaces between them. */
bool word_in(const char *words, const char *word);
