/* See sif.h. Runs as root of the user's own namespaces (podman unshare, and in
 * it mounts and processes that end with this one). Standard output is the SIF
 * file; standard input ends when whoever wants it is gone. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cleanup.h"
#include "cmd.h"
#include "command.h"
#include "proc.h"
#include "sif.h"

#define LIMIT_MS 120000 /* of an answer of Podman's */

/* Asks Podman about the image that $IE_SIF_IMAGE names. */
static int podman(const char *command, char **out, struct err *e)
{
	struct err said;
	int r = proc_capture(command, LIMIT_MS, out, &said);
	const char *why = r < 0 ? strstr(said.msg, "Error: ") : NULL;

	return r < 0 ? err_set(e, r, "%s; see podman images",
			       why ? why + 7 : said.msg)
		     : 0;
}

/* Reads until mksquashfs has closed it, or nobody wants the file any more, and
 * keeps its first line, where the cause is. No limit: how long it takes is the
 * image's size. */
static int first_line(int fd, char *line, size_t size)
{
	struct pollfd fds[] = {{fd, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
	size_t len = 0;
	char c;

	while (poll(fds, 2, -1) > 0 && !fds[1].revents) {
		if (read(fd, &c, 1) <= 0) {
			line[len] = '\0';
			line[strcspn(line, "\n")] = '\0';
			return 0;
		}
		if (len < size - 1 && (len || c != '\n'))
			line[len++] = c;
	}
	return -EINTR;
}

static int squash_run(const char *const argv[], struct err *e)
{
	struct proc p;
	char line[512], how[PROC_STATUS_MAX];
	int status = 0;
	int r = proc_start(&p, argv, PROC_OUT | PROC_ERR, e);

	if (r == -ENOENT)
		return err_set(e, r,
			       "mksquashfs is not installed; install "
			       "squashfs-tools");
	if (r < 0)
		return r;
	r = first_line(p.err, line, sizeof(line));
	if (r == 0)
		r = proc_wait(&p, LIMIT_MS, &status);
	proc_close(&p);
	if (r < 0)
		return err_sys(e, r, "mksquashfs");
	if (status != 0)
		return err_set(e, -EIO, "mksquashfs: %s",
			       *line ? line : proc_status_text(status, how));
	return 0;
}

/* The image's tree into the file, but for what ours takes the place of. */
static int squash(const struct sif_meta *m, const char *root,
		  const char *compression, struct err *e)
{
	cleanup_fd int dir = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	cleanup_free char *pseudo = dir < 0 ? NULL : sif_meta_pseudo(m, dir);
	cleanup_fd int fd = memfd_create("pseudo", 0);
	cleanup_fd int out = dup(STDOUT_FILENO);
	char options[512], created[24], *rest;
	struct line l = {0};

	if (!pseudo || fd < 0 || out < 0 ||
	    write(fd, pseudo, strlen(pseudo)) != (ssize_t)strlen(pseudo))
		return err_sys(e, -errno, "%s", root);
	/* Patterns are left out: a name would stand for its hard links, too */
	snprintf(options, sizeof(options),
		 "/proc/self/fd/%d -noappend -no-progress -quiet -no-exports "
		 "-exit-on-error -wildcards -offset %" PRIu64
		 " -root-time %u -comp %s%s -pf /proc/self/fd/%d "
		 "-e .singularity.d .exec .run .shell",
		 out, sif_head_size(m), m->created, compression,
		 strcmp(compression, "zstd") == 0 ? " -Xcompression-level 3"
						  : "",
		 fd);
	line_add(&l, "mksquashfs");
	line_add(&l, "%s", root);
	for (rest = options; rest;)
		line_add(&l, "%s", strsep(&rest, " "));
	sprintf(created, "%u", m->created);
	setenv("SOURCE_DATE_EPOCH", created, 1); /* no time is later */
	setenv("LC_ALL", "C", 1);
	return squash_run((const char *const *)l.words, e);
}

static int fill(const struct sif_meta *m, const char *compression,
		struct err *e)
{
	cleanup_free char *root = NULL, *none = NULL;
	struct err unmounting;
	int r = podman("podman image mount $IE_SIF_IMAGE", &root, e);

	if (r < 0)
		return r;
	root[strcspn(root, "\n")] = '\0';
	r = squash(m, root, compression, e);
	/* Only Podman's count of mounts; the mount itself is ours alone */
	podman("podman image unmount $IE_SIF_IMAGE", &none, &unmounting);
	return r < 0 ? r : sif_head_write(m, compression, STDOUT_FILENO, e);
}

int cmd_sif_inside(const struct settings *s, int argc, char **argv,
		   struct err *e)
{
	cleanup_free char *inspect = NULL;
	struct sif_meta m = {0};
	int r;

	(void)s;
	if (argc != 3)
		return err_set(e, -EINVAL, "only ie-podman sif calls it");
	setenv("IE_SIF_IMAGE", argv[1], 1);
	r = podman("podman image inspect --format '" SIF_META_FORMAT
		   "' -- \"$IE_SIF_IMAGE\"",
		   &inspect, e);
	if (r == 0)
		r = sif_meta_read(&m, inspect, e);
	if (r == 0) {
		setenv("IE_SIF_IMAGE", m.id, 1); /* whatever is tagged now */
		r = fill(&m, argv[2], e);
	}
	sif_meta_close(&m);
	return r < 0 ? err_wrap(e, r, "sif %s", argv[1]) : EXIT_DONE;
}
