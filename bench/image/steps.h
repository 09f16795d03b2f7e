/* What a build's output says of where its time went. A RUN ends where it says
 * the word ie:run-done (our builds do); what comes after that until the next
 * step is the engine's commit. Without the word the parts stay unknown, and so
 * do BuildKit's: it prints in batches, and times of its own to a tenth of a
 * second. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum step_kind { STEP_NONE, STEP_RUN, STEP_COPY, STEP_OTHER };

struct steps {
	enum step_kind now;
	uint64_t start_ns, run_end_ns; /* of the step that runs now */
	uint64_t run_ns, copy_ns, commit_ns;
	unsigned steps, runs, runs_marked; /* RUNs, and those with the word */
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
