/* See causes.h. */
#include "causes.h"

#include <math.h>

#include "stats/tell/fmt.h"

const struct cause_info cause_infos[CAUSES] = {
	[CAUSE_RUN] = {"run_s", "RUN s", 1},
	[CAUSE_COPY] = {"copy_s", "COPY s", 1},
	[CAUSE_COMMIT] = {"commit_s", "commit s", 1},
	[CAUSE_SYNC] = {"sync_s", "sync s", 1},
	[CAUSE_CPU] = {"cpu_s", "CPU s", 1},
	[CAUSE_IDLE] = {"idle_s", "idle s", 1},
	[CAUSE_WRITTEN] = {"written_bytes", "written MB", 1e6},
	[CAUSE_STORE] = {"store_bytes", "store MB", 1e6},
	[CAUSE_FILES] = {"store_files", "files", 1},
	[CAUSE_CALLS] = {"syscalls", "calls", 1},
	[CAUSE_CALL_RATE] = {"syscalls_per_s", "calls/s", 1},
};

void causes_read(const struct record *r, double out[CAUSES])
{
	double wall = record_real(r, F_WALL_NS) / 1e9;

	out[CAUSE_RUN] = record_real(r, F_RUN_NS) / 1e9;
	out[CAUSE_COPY] = record_real(r, F_COPY_NS) / 1e9;
	out[CAUSE_COMMIT] = record_real(r, F_COMMIT_NS) / 1e9;
	out[CAUSE_SYNC] = record_real(r, F_SYNC_NS) / 1e9;
	out[CAUSE_CPU] = record_real(r, F_OWN_CPU_NS) / 1e9;
	/* However many processors there are: while one of its processes runs,
	 * at least that time is counted. So none did for as long as this, or
	 * longer. */
	out[CAUSE_IDLE] = fdim(wall, out[CAUSE_CPU]);
	out[CAUSE_WRITTEN] = record_real(r, F_WRITTEN);
	out[CAUSE_STORE] = record_real(r, F_STORE_BYTES);
	out[CAUSE_FILES] = record_real(r, F_STORE_FILES);
	out[CAUSE_CALLS] = record_real(r, F_SYSCALLS_TOTAL);
	out[CAUSE_CALL_RATE] = out[CAUSE_CALLS] / wall;
}

char *cause_text(enum cause cause, double value, char *buf, size_t size)
{
	double shown = value / cause_infos[cause].scale;

	if (isnan(value))
		snprintf(buf, size, "-");
	else
		snprintf(buf, size, "%.*f",
			 cause >= CAUSE_FILES || shown == 0
				 ? 0
				 : fmt_decimals(shown),
			 shown);
	return buf;
}
