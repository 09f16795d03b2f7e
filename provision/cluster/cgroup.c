/* Control groups that services make (their containers run in some) have no
 * namespace that ends with the cluster: they are kept below one name, made of
 * the cluster's folder, and removed with it. Works for cgroup v1, v2 and both;
 * sets no limits. */
#include "cluster.h"

#include <errno.h>
#include <ftw.h>
#include <glob.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRIES 50
#define TRY_US 20000

void cgroup_name(const struct cluster *c, char name[CGROUP_NAME_MAX])
{
	int n = snprintf(name, CGROUP_NAME_MAX, "ie-cluster%s", c->dir);

	for (int i = 0; i < n; i++)
		if (name[i] == '/')
			name[i] = '+';
}

/* Its files go with a group. */
static int group_remove(const char *path, const struct stat *st, int kind,
			struct FTW *ftw)
{
	(void)st, (void)ftw;
	if (kind != FTW_DP)
		return 0;
	return rmdir(path) < 0 ? errno : 0;
}

int cgroups_remove(const struct cluster *c, struct err *e)
{
	char name[CGROUP_NAME_MAX], pattern[CGROUP_NAME_MAX + 32];
	glob_t found = {0};
	int r = 0;

	cgroup_name(c, name);
	snprintf(pattern, sizeof(pattern), "/sys/fs/cgroup/%s", name);
	glob(pattern, 0, NULL, &found);
	snprintf(pattern, sizeof(pattern), "/sys/fs/cgroup/*/%s", name);
	glob(pattern, GLOB_APPEND, NULL, &found);
	for (size_t i = 0; r == 0 && i < found.gl_pathc; i++) {
		/* A process that was killed leaves its group a little later */
		for (int left = TRIES; left > 0; left--) {
			r = nftw(found.gl_pathv[i], group_remove, 16,
				 FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
			if (r != EBUSY)
				break;
			usleep(TRY_US);
		}
		r = r < 0 ? errno : r;
		if (r != 0 && r != ENOENT)
			err_sys(e, -r, "remove control group %s",
				found.gl_pathv[i]);
		r = r == ENOENT ? 0 : -r;
	}
	globfree(&found);
	return r;
}
