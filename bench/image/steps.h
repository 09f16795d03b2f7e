/* What a build's output says of where its time went. A RUN ends where it says
 * the word ie:run-done (our builds do); what comes after that until the next
 * step is the engine's commit. Without the word, or from a build that runs its
 * steps side by side, the parts stay unknown. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum step_kind { STEP_RUN, STEP_COPY, STEP_EXPORT, STEP_OTHER };

struct step {
	enum step_kind kind;
	unsigned id; /* BuildKit's number of it; 0 elsewhere */
	uint64_t start_ns, run_end_ns;
};

#define STEPS_OPEN_MAX 16

struct steps {
	struct step open[STEPS_OPEN_MAX]; /* that have begun and not ended */
	unsigned count;
	uint64_t run_ns, copy_ns, commit_ns;
	unsigned runs, runs_marked; /* all of them, and those with the word */
	bool overlap;		    /* steps ran side by side */
};

/* Takes a line of output that came at t_ns. Lines that say nothing of steps
 * are passed over. */
void steps_line(struct steps *s, const char *line, uint64_t t_ns);

/* The build ended: the last step's commit did, too. */
void steps_end(struct steps *s, uint64_t t_ns);

/* Whether run_ns, copy_ns and commit_ns can be believed. */
bool steps_known(const struct steps *s);

/* How many layers a Containerfile makes: its RUN, COPY and ADD. */
unsigned steps_count(const char *containerfile);
