/* What makes an image build slower: pairs of cells of one run that differ in
 * one thing only (rootless, the storage driver, ie-podman, the home, stages at
 * once), compared as ratios of their times. */
#pragma once

#include "stats/read/runs.h"
#include "stats/math/shift.h"

enum effect_kind {
	EFFECT_ROOTLESS,
	EFFECT_FUSE,
	EFFECT_VFS,
	EFFECT_IE, /* ie-podman against rootful Podman */
	EFFECT_IE_ROOTLESS,
	EFFECT_HOME,
	EFFECT_JOBS,
	EFFECT_STUDY, /* what the 2021 study compared: not one thing only */
	EFFECT_STUDY_IE,
};

struct effect {
	enum effect_kind kind;
	char *name;		    /* "vfs vs overlay, rootless" */
	const struct cell *of, *to; /* of's time, in those of to */
	struct shift shift;	    /* logarithm of that ratio */
};

struct effects {
	struct effect *list;
	size_t count;
};

/* In the order of their kinds, then of the cells. None: no builds, or nothing
 * to hold them against. */
int effects_find(struct effects *out, const struct cells *cells, struct err *e);
void effects_free(struct effects *effects);

/* One line each; what `ie-stats export` writes. */
int effects_tsv(const struct runs *runs, FILE *out, struct err *e);

/* "9.87 [6.12-14.3]" */
char *effect_text(const struct effect *effect, char *buf, size_t size);

/* The answers to the study's two guesses, as far as there are numbers: a
 * sentence a line, of plain words and numbers. The caller frees them; NULL
 * without memory. */
char *effects_answers(const struct effects *effects, struct err *e);
