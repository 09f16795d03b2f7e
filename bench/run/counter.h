/* What the servers read from disk around a read, by the target's disk_reads
 * command: the proof of a cold one (bounds.h). */
#pragma once

#include "measure.h"

/* All clients are ready, none has begun: what others read per second, and the
 * counter. */
void counter_begin(struct measurement *m);

/* All have ended: the counter, and what others read after that. */
void counter_end(struct measurement *m);

/* What came of it, in m->record. */
void counter_record(struct measurement *m);
