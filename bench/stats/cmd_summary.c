/* ie-stats summary: what the cells are, as text, JSON or TSV. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "stats/args.h"
#include "stats/commands.h"
#include "stats/read/runs.h"
#include "stats/tell/summary.h"

int cmd_summary(int argc, char **argv, struct err *e)
{
	const char *format = "text";
	const struct arg_option options[] = {{"--format", &format},
					     {.name = NULL}};
	const struct summary_format *f;
	struct runs runs = {0};
	size_t dirs;
	int ret = args_read(argc, argv, options, &dirs, e);

	if (ret < 0)
		return ret;
	f = summary_format_find(format);
	if (!f)
		return err_set(e, -EINVAL,
			       "read the command line: --format is %s: it can "
			       "be text, json or tsv",
			       format);
	ret = runs_read(&runs, argv, dirs, NULL, e);
	if (ret == 0)
		ret = f->print(&runs, stdout, e);
	runs_free(&runs);
	return ret;
}
