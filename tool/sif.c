/* See sif.h. The file is made beside its place and renamed into it, as the
 * plain user; what needs Podman's user namespace gets it as a descriptor. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "cmd.h"
#include "command.h"
#include "line.h"
#include "proc.h"
#include "sif.h"

struct job {
	const char *image, *compression;
	bool replace;
	char *file, *temporary;
	int fd;
};

static volatile sig_atomic_t signalled;

static void note_signal(int signal)
{
	signalled = signal;
}

/* Opens a temporary file in the folder of the one that is wanted. */
static int place_open(struct job *j, struct err *e)
{
	const char *slash = strrchr(j->file, '/');
	int folder = slash ? (int)(slash + 1 - j->file) : 0;
	struct stat st;
	bool there = lstat(j->file, &st) == 0;

	if (!j->file[folder] || (there && !S_ISREG(st.st_mode)))
		return err_set(e, -EINVAL,
			       "%s: not a regular file; choose another name",
			       j->file);
	if (there && !j->replace)
		return err_set(e, -EINVAL, "%s: exists; -f replaces it",
			       j->file);
	if (asprintf(&j->temporary, "%.*s.ie-podman-sif-XXXXXX", folder,
		     j->file) < 0)
		return err_sys(e, -ENOMEM, "%s", j->file);
	j->fd = mkstemp(j->temporary);
	if (j->fd < 0)
		return err_set(e, -EINVAL,
			       "create a file in %.*s: %s; choose a folder "
			       "that you can write to",
			       folder > 1 ? folder - 1 : 1,
			       folder ? j->file : ".", strerror(errno));
	return 0;
}

/* Gives the finished file its name. */
static int place_take(struct job *j, struct err *e)
{
	mode_t mask = umask(0);
	int r;

	umask(mask);
	if (fchmod(j->fd, 0777 & ~mask) < 0 || fsync(j->fd) < 0)
		return err_sys(e, -errno, "%s", j->file);
	r = renameat2(AT_FDCWD, j->temporary, AT_FDCWD, j->file,
		      j->replace ? 0 : RENAME_NOREPLACE);
	/* Not every file system can rename without replacing */
	if (r < 0 && errno == EINVAL && !j->replace)
		r = link(j->temporary, j->file) < 0 ? -1 : unlink(j->temporary);
	if (r < 0)
		return err_sys(e, -errno, "%s", j->file);
	free(steal_pointer(&j->temporary));
	return 0;
}

/* Asks Podman about the image; the caller closes what it says. */
static int describe(const struct job *j, struct sif_meta *m, struct err *e)
{
	cleanup_free char *said = NULL;
	const char *why;
	struct err no;
	int r;

	setenv("IE_SIF_IMAGE", j->image, 1);
	r = proc_capture("podman image inspect --format '" SIF_META_FORMAT
			 "' -- \"$IE_SIF_IMAGE\"",
			 120000, &said, &no);
	if (r == 0)
		return sif_meta_read(m, said, e);
	why = strstr(no.msg, "Error: ");
	return err_set(e, r, "%s: %s; see podman images", j->image,
		       why ? why + strlen("Error: ") : no.msg);
}

/* Has sif-squash fill the file. */
static int fill(const struct settings *s, const struct job *j,
		const struct sif_meta *m, struct err *e)
{
	cleanup_free char *texts = NULL;
	size_t size;
	struct line l = {0};
	struct proc p;
	int r, status = 0;
	bool sent;

	line_add(&l, "%s/../libexec/ie-podman/sif-squash", s->bin);
	line_add(&l, "/proc/self/fd/%d", j->fd);
	line_add(&l, "%s", j->image);
	line_add(&l, "%s", m->id); /* whatever is tagged now */
	line_add(&l, "%" PRIu64, sif_head_size(m));
	line_add(&l, "%u", m->created);
	line_add(&l, "%s", j->compression);
	texts = sif_meta_pseudo(m, &l);
	if (!texts)
		return err_sys(e, -ENOMEM, "describe the image");
	r = proc_start(&p, (const char *const *)l.words, PROC_IN, e);
	if (r < 0)
		return r;
	size = strlen(texts);
	sent = dprintf(p.in, "%zu\n", size) > 0 &&
	       write(p.in, texts, size) == (ssize_t)size;
	/* No limit: how long it takes is the image's size */
	while ((r = proc_wait(&p, 200, &status)) == -ETIMEDOUT && !signalled)
		;
	close(steal_fd(&p.in)); /* it ends when its standard input does */
	if (r == -ETIMEDOUT)
		r = proc_wait(&p, 10000, &status);
	proc_close(&p);
	if (r < 0)
		return err_sys(e, r, "wait for sif-squash");
	/* It has said why */
	return status || !sent ? EXIT_FAILED : EXIT_DONE;
}

static int make(const struct settings *s, struct job *j, struct err *e)
{
	struct sif_meta m = {0};
	int r = place_open(j, e);

	if (r == 0)
		r = describe(j, &m, e);
	if (r == 0)
		r = fill(s, j, &m, e);
	if (r == 0)
		r = sif_head_write(&m, j->compression, j->fd, e);
	sif_meta_close(&m);
	if (r == 0 && !signalled)
		r = place_take(j, e);
	if (j->fd >= 0 && j->temporary)
		unlink(j->temporary);
	cleanup_fd_fn(&j->fd);
	return r;
}

/* localhost/web:2 -> web_2.sif */
static char *file_name(const char *image)
{
	const char *base = strrchr(image, '/');
	char *name;

	if (asprintf(&name, "%s.sif", base ? base + 1 : image) < 0)
		return NULL;
	for (char *p = name + strcspn(name, ":@"); *p; p += strcspn(p, ":@"))
		*p = '_';
	return name;
}

static int arguments(int argc, char **argv, struct job *j, struct err *e)
{
	static const struct option options[] = {
		{"compress", required_argument, NULL, 'c'}, {NULL, 0, NULL, 0}};
	int c;

	opterr = optind = 0;
	while ((c = getopt_long(argc, argv, ":f", options, NULL)) != -1)
		if (c == 'f')
			j->replace = true;
		else if (c == 'c')
			j->compression = optarg;
		else
			return err_set(e, -EINVAL, "%s: %s; see --help",
				       argv[optind - 1],
				       c == ':' ? "value is missing"
						: "unknown option");
	if (!word_in("zstd gzip lz4 xz", j->compression))
		return err_set(e, -EINVAL,
			       "--compress %s: unknown compression; see --help",
			       j->compression);
	if (argc - optind < 1 || argc - optind > 2 || !*argv[optind])
		return err_set(e, -EINVAL,
			       "expected IMAGE [FILE.sif]; see --help");
	j->image = argv[optind];
	j->file = argc - optind > 1 ? strdup(argv[optind + 1])
				    : file_name(j->image);
	return j->file ? 0 : err_sys(e, -ENOMEM, "%s", j->image);
}

int cmd_sif(const struct settings *s, int argc, char **argv, struct err *e)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct job j = {.compression = "zstd", .fd = -1};
	int r = arguments(argc, argv, &j, e);

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		if (signal(signals[i], note_signal) == SIG_IGN)
			signal(signals[i], SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	if (r == 0)
		r = make(s, &j, e);
	free(j.temporary);
	free(j.file);
	if (signalled)
		proc_end_alike(signalled);
	return r < 0 ? err_wrap(e, r, "%s", argv[0]) : r;
}
