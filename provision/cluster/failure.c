/* Why a service did not come up: what its step said, and the ends of the logs
 * of the daemons that have ended or, if all run, of all. */
#include "init.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"

#define STEP_LINES 8
#define LOG_LINES 8 /* why is seldom in the last of them */
#define TAIL_BYTES 8192

static void lines_report(int reports, const char *before, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		report(reports, REPORT_DETAIL, "%s%.*s", before, (int)len,
		       text);
		text += len + (text[len] == '\n');
	}
}

/* What a daemon says for itself, else what its log says. */
static void log_report(const struct init *in, const struct member *m,
		       const struct daemon *d)
{
	static const char *const suffixes[] = {"out", "log"};
	char path[512], before[128], buf[TAIL_BYTES];

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		cleanup_fd int fd = -1;

		snprintf(before, sizeof(before), "log/%.63s.%s: ", d->name,
			 suffixes[i]);
		snprintf(path, sizeof(path), "%s/%s/log/%.63s.%s", in->c->dir,
			 m->service->name, d->name, suffixes[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0)
			lines_report(in->reports, before,
				     file_tail(fd, 0, d->alive ? 1 : LOG_LINES,
					       buf, sizeof(buf)));
	}
}

void failure_report(const struct init *in, const struct member *m,
		    off_t log_start, const char *what)
{
	struct daemon list[DAEMONS_MAX];
	char buf[TAIL_BYTES];
	char *said = file_tail(2, log_start, STEP_LINES, buf, sizeof(buf));
	char *last = strrchr(said, '\n');
	size_t n = daemons_list(in->c, m, "/proc", list);
	bool all_run = true;

	/* The last line is the reason, as with any program. */
	report(in->reports, REPORT_ERROR, "%s%s%s", what, *said ? ": " : "",
	       last ? last + 1 : said);
	if (last) {
		*last = '\0';
		lines_report(in->reports, "", said);
	}
	for (size_t i = 0; i < n; i++)
		all_run &= list[i].alive;
	for (size_t i = 0; i < n; i++) {
		if (!list[i].alive)
			report(in->reports, REPORT_DETAIL, "%s has ended",
			       list[i].name);
		if (all_run || !list[i].alive)
			log_report(in, m, &list[i]);
	}
}
