/* See slurm.h. */
#include "slurm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"

/* How Slurm names a job's group, with control groups 1 (several slurmd on one
 * host add their names) and 2. Whole paths from the root: below a folder of his
 * own a user can call a group what he likes. */
static const char *const forms[] = {
	"/slurm/uid_%*u/job_%u%n",
	"/slurm_%*[^/]/uid_%*u/job_%u%n",
	"/system.slice/slurmstepd.scope/job_%u%n",
};

/* The job of a group's path, and how much of the path is the job's. */
static uint32_t job_in(const char *path, int *length)
{
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		unsigned id = 0;

		*length = 0;
		if (sscanf(path, forms[i], &id, length) == 1 && *length > 0 &&
		    (path[*length] == '\0' || path[*length] == '/'))
			return id;
	}
	return 0;
}

/* One line: NUMBER:CONTROLLERS:PATH */
static int line_take(struct slurm_job *job, const char *line, struct err *e)
{
	const char *controllers = strchr(line, ':');
	const char *path = controllers ? strchr(controllers + 1, ':') : NULL;
	int length;
	uint32_t id;

	if (!path || path[1] != '/')
		return err_set(e, -EBADMSG,
			       "control groups: %s: not as "
			       "expected",
			       line);
	path++;
	id = job_in(path, &length);
	if (!id)
		return 0;
	if ((size_t)length >= sizeof(job->parent))
		return err_set(e, -ENAMETOOLONG, "control groups: %s", path);
	if (job->id &&
	    (job->id != id || strlen(job->parent) != (size_t)length ||
	     strncmp(job->parent, path, (size_t)length) != 0))
		return err_set(e, -EINVAL,
			       "control groups: this process is in %s and in "
			       "%.*s at once",
			       job->parent, length, path);
	job->id = id;
	job->devices |= strncmp(controllers, ":devices:", 9) == 0;
	snprintf(job->parent, sizeof(job->parent), "%.*s", length, path);
	return 0;
}

int slurm_job_parse(struct slurm_job *job, const char *text, struct err *e)
{
	cleanup_free char *copy = strdup(text);
	char *rest = copy;
	char *line;

	*job = (struct slurm_job){0};
	if (!copy)
		return err_sys(e, -ENOMEM, "control groups");
	while ((line = strsep(&rest, "\n"))) {
		int ret = *line ? line_take(job, line, e) : 0;

		if (ret < 0)
			return ret;
	}
	return 0;
}

int slurm_job_of(struct slurm_job *job, const char *proc, int pid,
		 struct err *e)
{
	char path[256], text[16384];
	size_t n;
	cleanup_file FILE *f = NULL;

	snprintf(path, sizeof(path), "%s/%d/cgroup", proc, pid);
	f = fopen(path, "re");
	if (!f)
		return err_sys(e, -errno, "%s", path);
	n = fread(text, 1, sizeof(text) - 1, f);
	if (ferror(f) || n == sizeof(text) - 1)
		return err_set(e, -EIO, "%s: cannot be read", path);
	text[n] = '\0';
	return slurm_job_parse(job, text, e);
}
