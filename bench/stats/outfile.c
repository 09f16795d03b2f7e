/* See outfile.h. */
#include "stats/outfile.h"

#include <errno.h>
#include <stdio.h>

int outfile_print(const char *path,
		  int (*print)(const struct runs *runs, FILE *out,
			       struct err *e),
		  const struct runs *runs, struct err *e)
{
	FILE *f = fopen(path, "we");
	int ret;

	if (!f)
		return err_sys(e, -errno, "write %s", path);
	ret = print(runs, f, e);
	if (fflush(f) != 0 && ret == 0)
		ret = err_sys(e, -errno, "write %s", path);
	if (fclose(f) != 0 && ret == 0)
		ret = err_sys(e, -errno, "write %s", path);
	return ret;
}
