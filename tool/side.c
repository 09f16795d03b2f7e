/* See side.h. */
#include "side.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"

static int work_as_user(const struct session *s, int fd, side_work *work,
			void *arg, struct err *e)
{
	int rc = user_become(s->user, e);

	if (rc)
		return rc;
	umask(s->in.umask);
	setrlimit(RLIMIT_FSIZE, &s->in.file_size);
	/* Where that is not possible relative paths fail, as they should */
	if (s->in.cwd < 0 || fchdir(s->in.cwd))
		return err_set(e, -ENOENT,
			       "the current folder: it is out of reach");
	return work(s, fd, arg, e);
}

int side_start(struct side *side, const struct session *s, bool sends,
	       side_work *work, void *arg, struct err *e)
{
	struct err own = {""};
	int pipes[2], mine, other;

	if (pipe2(pipes, O_CLOEXEC))
		return err_sys(e, -errno, "a pipe");
	mine = pipes[!sends];
	other = pipes[sends];
	side->pid = fork();
	if (side->pid == 0) {
		close(mine);
		_exit(complain(work_as_user(s, other, work, arg, &own), &own));
	}
	close(other);
	side->fd = mine;
	if (side->pid < 0) {
		close(mine);
		return err_sys(e, -errno, "a process for the user's side");
	}
	return 0;
}

int side_end(struct side *side, struct err *e)
{
	close(side->fd);
	side->fd = -1;
	return podman_wait(side->pid)
		       ? err_set(e, -ECHILD, "the user's side failed")
		       : 0;
}
