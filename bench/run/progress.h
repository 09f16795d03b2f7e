/* What a person sees while cases run: what runs, how many are done, the time
 * left, the last result. On standard error only. */
#pragma once

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

enum progress_mode { PROGRESS_AUTO, PROGRESS_PLAIN, PROGRESS_NONE };

struct progress {
	enum progress_mode mode; /* AUTO: one line rewritten on a terminal */
	size_t done, total;
	size_t measured;   /* in this process, for the time left */
	uint64_t spent_ns; /* on those */
	uint64_t case_ns;  /* when the running case began */
	const char *name;  /* of the running case */
	char last[160];
};

/* AUTO becomes PLAIN where standard error is no terminal. */
void progress_init(struct progress *p, enum progress_mode mode, size_t done,
		   size_t total);
void progress_begin(struct progress *p, const char *case_name);
void progress_tick(struct progress *p, uint64_t operations);
void progress_end(struct progress *p, const json_t *record);
/* Ends a rewritten line, so that other text can follow. */
void progress_finish(struct progress *p);
