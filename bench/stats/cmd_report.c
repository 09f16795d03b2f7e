/* ie-stats report: one HTML file, which appears whole or not at all. */
#include "stats/commands.h"
#include "stats/tell/outfile.h"
#include "stats/tell/report/report.h"

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
	return outfile_command(argc, argv, "-o", "FILE", file_write, e);
}
