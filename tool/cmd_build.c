/* build: the user's side sends the context, we unpack it into a private folder,
 * read the Containerfile with suspicion, and let podman build from the copy. */
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "builds.h"
#include "cleanup.h"
#include "containerfile.h"
#include "context.h"
#include "ignore.h"
#include "image.h"
#include "job.h"
#include "side.h"
#include "tree.h"

#define DEPTH_MAX 64

static struct context_limits limits(const struct session *s)
{
	return (struct context_limits){
		.bytes = s->conf->context_bytes,
		.entries = s->conf->context_entries,
		.depth = DEPTH_MAX,
	};
}

/* --file as Podman finds it: from the current folder, else in the context;
 * without one the context's Containerfile or Dockerfile. */
static char *find_containerfile(const struct session *s, const char *context)
{
	const char *wish = op_value(s->op, O_FILE, NULL);
	cleanup_free char *inside =
		text("%s/%s", context, wish ? wish : "Containerfile");
	cleanup_free char *docker = text("%s/Dockerfile", context);
	char *found = wish ? realpath(wish, NULL) : NULL;

	if (!found)
		found = realpath(inside, NULL);
	if (!found && !wish)
		found = realpath(docker, NULL);
	return found;
}

static int send_both(int out, const char *context, const char *file,
		     const struct context_limits *most, struct err *e)
{
	struct ignore *ignore = NULL;
	cleanup_fd int fd = open(context, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 ? err_sys(e, -errno, "%s: opening", context)
			: ignore_load(&ignore, fd, e);

	if (!rc)
		rc = context_send(out, AT_FDCWD, file, WORK_CONTAINERFILE, NULL,
				  most, e);
	if (!rc)
		rc = context_send(out, AT_FDCWD, context, WORK_CONTEXT, ignore,
				  most, e);
	if (!rc)
		rc = context_end(out, e);
	ignore_free(ignore);
	return rc;
}

static int send_context(const struct session *s, int out, void *arg,
			struct err *e)
{
	const struct context_limits most = limits(s);
	const char *wish = s->op->args[0];
	cleanup_free char *context = realpath(wish, NULL);
	cleanup_free char *file = NULL;
	int rc;

	(void)arg;
	if (!context)
		return err_sys(e, -errno, "build: %s: the context", wish);
	file = find_containerfile(s, context);
	if (!file)
		return err_sys(e, -errno, "build: %s: its Containerfile", wish);
	rc = send_both(out, context, file, &most, e);
	return rc ? err_wrap(e, rc, "build") : 0;
}

/* What the user's side said counts more than that its stream broke off. */
static int receive(const struct session *s, int work, struct err *e)
{
	const struct context_limits most = limits(s);
	struct side side;
	struct err other;
	int rc = side_start(&side, s, true, send_context, NULL, e);

	if (rc)
		return rc;
	rc = context_receive(side.fd, work, &most, e);
	if (side_end(&side, &other))
		return -ECHILD;
	return rc ? err_wrap(e, rc, "build: the context") : 0;
}

static int read_containerfile(int work, char *text, size_t size, struct err *e)
{
	cleanup_fd int fd = openat(work, WORK_CONTAINERFILE,
				   O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode))
		return err_set(e, -EINVAL, "build: Containerfile: is no file");
	n = read(fd, text, size);
	if (n < 0 || n == (ssize_t)size)
		return err_set(e, -EFBIG, "build: Containerfile: too large");
	text[n] = '\0';
	if (strlen(text) != (size_t)n)
		return err_set(e, -EINVAL, "build: Containerfile: has a NUL");
	return 0;
}

struct bases {
	struct stored stored;
	struct strs said; /* whose the IDs are: Podman shows them alone */
};

static int base(void *arg, const char *name, char **id, struct err *e)
{
	struct bases *b = arg;
	char found[IMAGE_ID_LEN];
	cleanup_free char *line = NULL;
	int rc = image_base(&b->stored, name, found, e);

	if (rc)
		return rc;
	*id = text("%s", found);
	line = text("%s is %s", name, found);
	for (size_t i = 0; i < b->said.count; i++)
		if (strcmp(b->said.list[i], line) == 0)
			return 0;
	strs_add(&b->said, "%s", line);
	return 0;
}

/* Podman gets it as it was understood here. */
static int check_containerfile(const struct session *s, const char *folder,
			       int work, struct err *e)
{
	cleanup_free char *path = text("%s/" WORK_CONTAINERFILE, folder);
	cleanup_free char *resolved = NULL;
	struct bases bases = {0};
	cleanup_strs struct strs given = {0};
	char written[256 << 10];
	int rc = read_containerfile(work, written, sizeof(written), e);

	if (rc)
		return rc;
	for (size_t i = 0; i < s->op->option_count; i++)
		if (s->op->options[i].spec->option == O_BUILD_ARG)
			strs_add(&given, "%s", s->op->options[i].text);
	rc = stored_open(&bases.stored, &s->podman, e);
	if (!rc)
		rc = containerfile_check(written, &given, base, &bases,
					 &resolved, e);
	for (size_t i = 0; !rc && i < bases.said.count; i++)
		dprintf(STDOUT_FILENO, "%s\n", bases.said.list[i]);
	stored_close(&bases.stored);
	strs_free(&bases.said);
	if (!rc)
		rc = tree_put(path, resolved, e);
	return rc ? err_wrap(e, rc, "build") : 0;
}

/* Killed: also by whiteouts_failed() */
static int run_podman(const struct session *s, const struct strs *args,
		      struct err *e)
{
	int begun = builds_begin(&s->store, e);
	struct err ignored;
	int rc, status;

	if (begun < 0)
		return begun;
	rc = builds_run(&s->podman, args, &status, e);
	if (rc || status == 0) {
		close(begun);
		return rc ? rc : status;
	}
	if (builds_sweep(&s->podman, begun, &ignored))
		log_event("build: %s", ignored.msg);
	if (status == 128 + SIGKILL)
		return err_set(e, -EIO,
			       "build: Podman was killed: memory, or a "
			       "layer that could not be made (see the "
			       "system's log)");
	return status;
}

static int build(const struct session *s, const char *folder, int work,
		 struct err *e)
{
	cleanup_strs struct strs args = {0};
	struct found f = {.work = folder};
	struct slurm_job job;
	int rc = receive(s, work, e);

	if (!rc)
		rc = check_containerfile(s, folder, work, e);
	if (!rc)
		rc = job_find(s, &job, &f.cgroup, e);
	if (rc)
		return rc;
	plan(&args, s->op, s->conf, s->user, &s->store, &f);
	return run_podman(s, &args, e);
}

int cmd_build(struct session *s, struct err *e)
{
	cleanup_fd int work = -1;
	char folder[4096];
	struct err ignored;
	int rc = tree_work(s->store.temp, &work, folder, sizeof(folder), e);

	if (rc)
		return rc;
	rc = build(s, folder, work, e);
	if (tree_remove(AT_FDCWD, folder, &ignored))
		log_event("build: %s", ignored.msg);
	return rc;
}
