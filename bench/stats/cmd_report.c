/* ie-stats report: one HTML file, which appears whole or not at all. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "stats/args.h"
#include "stats/commands.h"
#include "stats/outfile.h"
#include "stats/report.h"

static int file_write(const struct runs *runs, const char *path, struct err *e)
{
	struct outfile o;
	int ret = outfile_write(&o, path, report_print, runs, e);

	if (ret == 0)
		ret = outfile_keep(&o, e);
	outfile_close(&o);
	return ret;
}

int cmd_report(int argc, char **argv, struct err *e)
{
	const char *to = NULL;
	const struct arg_option options[] = {{"-o", &to}, {.name = NULL}};
	struct runs runs = {0};
	size_t dirs;
	int ret = args_read(argc, argv, options, &dirs, e);

	if (ret < 0)
		return ret;
	if (!to)
		return err_set(e, -EINVAL,
			       "read the command line: report needs -o FILE");
	ret = runs_read(&runs, argv, dirs, NULL, e);
	if (ret == 0)
		ret = file_write(&runs, to, e);
	runs_free(&runs);
	return ret;
}
