/* ie-stats report: one HTML file, which appears whole or not at all. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "stats/args.h"
#include "stats/commands.h"
#include "stats/outfile.h"
#include "stats/report.h"

static int file_write(const struct runs *runs, const char *path, struct err *e)
{
	cleanup_free char *tmp = NULL;
	int ret;

	if (asprintf(&tmp, "%s.tmp", path) < 0) {
		tmp = NULL;
		return err_sys(e, -ENOMEM, "write %s", path);
	}
	ret = outfile_print(tmp, report_print, runs, e);
	if (ret == 0 && rename(tmp, path) < 0)
		ret = err_sys(e, -errno, "write %s", path);
	if (ret < 0)
		unlink(tmp);
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
