/* The commands for a cluster that runs, but for status: site, exec, down. */
#include "cluster.h"

#include <errno.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"
#include "proc.h"

#define STEP_LIMIT_MS 20000
#define DOWN_LIMIT_MS 30000

/* Through `ie-cluster exec`; the shell takes the words from the environment,
 * so none needs quoting. */

int step_output(const struct cluster *c, const struct member *m,
		const char *step, char **out, struct err *e)
{
	cleanup_free char *path = step_path(c, m, step);

	*out = NULL;
	if (!path)
		return 0;
	setenv("IE_CLUSTER", c->self, 1);

	setenv("IE_CLUSTER_DIR", c->dir, 1);
	setenv("IE_SERVICE", m->service->name, 1);
	setenv("IE_STEP", path, 1);
	return proc_capture(
		"exec \"$IE_CLUSTER\" exec --dir \"$IE_CLUSTER_DIR\" "
		"\"$IE_SERVICE\" -- \"$IE_STEP\"",
		STEP_LIMIT_MS, out, e);
}

int cluster_open(struct cluster *c, const struct options *o, struct err *e)
{
	int r = cluster_paths(c, e);

	if (r == 0)
		r = dir_set(c, o->dir, e);
	return r < 0 ? r : state_read(c, e);
}

static int site_print(struct cluster *c, const struct options *o, struct err *e)
{
	int r = cluster_open(c, o, e);

	for (size_t i = 0; r == 0 && i < c->count; i++) {
		cleanup_free char *text = NULL;

		r = step_output(c, &c->members[i], "site", &text, e);
		if (r == 0 && text)
			fputs(text, stdout);
	}
	return r;
}

int cmd_site(const struct options *o, struct err *e)
{
	struct cluster c = {0};
	int r = site_print(&c, o, e);

	cluster_free(&c);
	return r;
}

int cmd_exec(const struct options *o, struct err *e)
{
	const char *node = o->args[0];
	const char *guest = NULL;
	struct cluster c = {0};
	struct member *m;
	int r = cluster_open(&c, o, e);

	if (r == 0) {
		m = member_find(&c, node);
		if (!m && (m = guest_find(&c, node)))
			guest = node;
		r = m ? cluster_exec(&c, m, guest, o->command, e)
		      : err_set(e, -EINVAL,
				"no node %s in this cluster; there are local, "
				"the services that are up and their guests",
				node);
	}
	cluster_free(&c);
	return r;
}

/* Orders the supervisor to end the cluster and waits until it has ended. */
static int supervisor_stop(const struct cluster *c, pid_t pid, struct err *e)
{
	cleanup_fd int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd p = {.fd = fd, .events = POLLIN};

	/* The id may belong to another one by now; the descriptor does not
	 * change its mind any more. */
	if (fd < 0 || dir_holder(c, e) != pid)
		return 0;
	if (syscall(SYS_pidfd_send_signal, fd, SIGTERM, NULL, 0) < 0)
		return err_sys(e, -errno, "stop process %d", (int)pid);
	if (poll(&p, 1, DOWN_LIMIT_MS) > 0)
		return 0;
	syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0);
	poll(&p, 1, 1000);
	return 0;
}

/* What a killed supervisor has left. */
static int remains_remove(struct cluster *c, struct err *e)
{
	cleanup_fd int lock = dir_lock(c, e);

	return lock < 0 ? lock : dir_remove(c, e);
}

int cmd_down(const struct options *o, struct err *e)
{
	struct cluster c = {0};
	pid_t holder;
	int r = dir_set(&c, o->dir, e);

	if (r < 0)
		return r;
	if (dir_marker_read(&c, e) < 0)
		return err_set(e, -ESRCH, "no cluster is in %s", c.dir);
	holder = dir_holder(&c, e);
	if (holder < 0)
		return holder;
	if (holder == 0 && c.keep && cgroups_remove(&c, e) < 0)
		return -EBUSY;
	if (holder == 0 && c.keep)
		return err_set(e, -ESRCH,
			       "no cluster runs in %s; its folder was to be "
			       "kept",
			       c.dir);
	if (holder > 0)
		r = supervisor_stop(&c, holder, e);
	if (r < 0 || c.keep)
		return r;
	if (dir_marker_read(&c, e) == 0)
		return remains_remove(&c, e);
	if (c.created && access(c.dir, F_OK) == 0)
		return err_set(e, -ENOTEMPTY,
			       "%s stays: it holds files that are not the "
			       "cluster's",
			       c.dir);
	return 0;
}
