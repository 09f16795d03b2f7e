/* What is counted during an image build, beside its time: the columns that
 * say why it took so long. */
#pragma once

#include "record_line.h"

enum cause {
	CAUSE_RUN,
	CAUSE_COPY,
	CAUSE_COMMIT,
	CAUSE_SYNC,
	CAUSE_CPU,
	CAUSE_IDLE,
	CAUSE_WRITTEN,
	CAUSE_STORE,
	CAUSE_FILES,
	CAUSE_CALLS,
	CAUSE_CALL_RATE,
	CAUSES,
};

struct cause_info {
	const char *column; /* in files */
	const char *title;  /* for people */
	double scale;	    /* one that is shown, in those of the column */
};
extern const struct cause_info cause_infos[CAUSES];

/* Of an ok sample; NaN for what its record does not have. */
void causes_read(const struct record *r, double out[CAUSES]);

/* For people: "1.23", "48200"; "-" for none. */
char *cause_text(enum cause cause, double value, char *buf, size_t size);
