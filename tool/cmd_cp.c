/* cp: between the user's files and a container, through a private folder: the
 * user's side reads and writes his files, podman sees only the copy. */
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "context.h"
#include "side.h"
#include "tree.h"

#define DEPTH_MAX 64

static struct context_limits limits(const struct session *s)
{
	return (struct context_limits){
		.bytes = s->conf->context_bytes,
		.entries = s->conf->context_entries,
		.depth = DEPTH_MAX,
		.links_outside = true,
	};
}

static int podman_cp(const struct session *s, const char *folder, struct err *e)
{
	const struct found f = {.work = folder};
	cleanup_strs struct strs args = {0};
	int status, rc;

	plan(&args, s->op, s->conf, s->user, &s->store, &f);
	rc = podman_foreground(&s->podman, &args, &status, e);
	return rc ? rc : status;
}

/* Links on the way, and a link at its end, are the user's to follow: his
 * rights count, and podman gets none to follow as root. */
static int send_file(const struct session *s, int out, void *arg, struct err *e)
{
	const struct context_limits most = limits(s);
	const char *wish = s->op->args[0];
	cleanup_free char *path = realpath(wish, NULL);
	char name[256];
	int rc;

	(void)arg;
	if (!path)
		return err_sys(e, -errno, "cp: %s: finding it", wish);
	plan_cp_name(wish, name, sizeof(name));
	rc = context_send(out, AT_FDCWD, path, name, NULL, &most, e);
	return rc ? err_wrap(e, rc, "cp") : context_end(out, e);
}

static int check_copy(const struct session *s, int work, struct err *e)
{
	struct stat st;
	char name[256];

	plan_cp_name(s->op->args[0], name, sizeof(name));
	if (fstatat(work, name, &st, AT_SYMLINK_NOFOLLOW) ||
	    !(S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)))
		return err_set(e, -EINVAL, "cp: %s: is neither file nor folder",
			       s->op->args[0]);
	return 0;
}

static int copy_in(const struct session *s, const char *folder, int work,
		   struct err *e)
{
	const struct context_limits most = limits(s);
	struct side side;
	struct err other;
	int rc = side_start(&side, s, true, send_file, NULL, e);

	if (rc)
		return rc;
	rc = context_receive(side.fd, work, &most, e);
	if (side_end(&side, &other))
		return -ECHILD;
	if (rc)
		return err_wrap(e, rc, "cp");
	rc = check_copy(s, work, e);
	return rc ? rc : podman_cp(s, folder, e);
}

/* Where the copy goes: into the folder `to`, or to be `to` itself. */
static int target(const char *from, const char *to, char dir[4096],
		  char name[256], struct err *e)
{
	struct stat st;
	const char *slash = strrchr(to, '/');

	if (stat(to, &st) == 0 && S_ISDIR(st.st_mode)) {
		snprintf(dir, 4096, "%s", to);
		plan_cp_name(strchr(from, ':') + 1, name, 256);
		return 0;
	}
	snprintf(dir, 4096, "%.*s", slash ? (int)(slash - to) + 1 : 1,
		 slash ? to : ".");
	if (!slash || slash[1])
		plan_cp_name(to, name, 256);
	else
		return err_set(e, -ENOTDIR, "cp: %s: is no folder", to);
	return 0;
}

/* As the user: unpacks beside the target, then puts it in place at once. */
static int receive_file(const struct session *s, int in, void *arg,
			struct err *e)
{
	const struct context_limits most = limits(s);
	cleanup_fd int fd = -1, tmp_fd = -1;
	char dir[4096], name[256], tmp[] = ".ie-podman-XXXXXX";
	struct err ignored;
	int rc = target(s->op->args[0], s->op->args[1], dir, name, e);

	(void)arg;
	if (rc)
		return rc;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fchdir(fd) || !mkdtemp(tmp))
		return err_sys(e, -errno, "cp: %s: writing there", dir);
	tmp_fd = open(tmp, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	rc = tmp_fd < 0 ? err_sys(e, -errno, "cp: %s: opening", tmp)
			: context_receive(in, tmp_fd, &most, e);
	if (!rc && renameat(tmp_fd, WORK_COPY, fd, name))
		rc = err_sys(e, -errno, "cp: %s/%s: putting it there", dir,
			     name);
	tree_remove(fd, tmp, &ignored);
	return rc;
}

static int copy_out(const struct session *s, const char *folder, int work,
		    struct err *e)
{
	const struct context_limits most = limits(s);
	struct side side;
	struct err other;
	int rc = podman_cp(s, folder, e);

	if (!rc)
		rc = side_start(&side, s, false, receive_file, NULL, e);
	if (rc)
		return rc;
	rc = context_send(side.fd, work, WORK_COPY, WORK_COPY, NULL, &most, e);
	if (rc)
		context_fail(side.fd, e);
	else
		rc = context_end(side.fd, e);
	if (side_end(&side, &other))
		return -ECHILD;
	return rc ? err_wrap(e, rc, "cp") : 0;
}

int cmd_cp(struct session *s, struct err *e)
{
	const char *from = s->op->args[0];
	bool out = from[strcspn(from, ":/")] == ':';
	cleanup_fd int work = -1;
	char folder[4096];
	struct err ignored;
	int rc = tree_work(s->store.temp, &work, folder, sizeof(folder), e);

	if (rc)
		return rc;
	rc = out ? copy_out(s, folder, work, e) : copy_in(s, folder, work, e);
	if (tree_remove(AT_FDCWD, folder, &ignored))
		log_event("cp: %s", ignored.msg);
	return rc;
}
