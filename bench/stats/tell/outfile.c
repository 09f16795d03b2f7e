/* See outfile.h. */
#include "outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "plainfile.h"
#include "stats/args.h"

static int through_print(FILE *to, const char *name, outfile_print *print,
			 const struct runs *runs, struct err *e)
{
	FILE *plain = plainfile_open(to);
	int ret;

	if (!plain)
		return err_sys(e, -ENOMEM, "write %s", name);
	errno = 0;
	ret = print(runs, plain, e);
	if (fclose(plain) != 0 && ret == 0)
		ret = err_sys(e, errno ? -errno : -EIO, "write %s", name);
	return ret;
}

static int fd_print(int fd, const char *name, outfile_print *print,
		    const struct runs *runs, struct err *e)
{
	FILE *f = fdopen(fd, "w");
	int ret;

	if (!f) {
		ret = err_sys(e, -errno, "write %s", name);
		close(fd);
		return ret;
	}
	ret = through_print(f, name, print, runs, e);
	if (fclose(f) != 0 && ret == 0)
		ret = err_sys(e, -errno, "write %s", name);
	return ret;
}

/* A new file beside the path, with the rights that any new file has. */
static int beside_open(struct outfile *o, struct err *e)
{
	mode_t mask = umask(0);
	int fd;

	umask(mask);
	if (asprintf(&o->tmp, "%s.XXXXXX", o->path) < 0) {
		o->tmp = NULL;
		return err_sys(e, -ENOMEM, "write %s", o->path);
	}
	fd = mkostemp(o->tmp, O_CLOEXEC);
	if (fd < 0) {
		free(o->tmp);
		o->tmp = NULL;
		return err_sys(e, -errno, "write %s", o->path);
	}
	fchmod(fd, 0666 & ~mask);
	return fd;
}

static int text_write(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Into what is there, or what a link names; all at once, so that whatever goes
 * wrong before leaves it alone. */
static int into_write(const char *path, outfile_print *print,
		      const struct runs *runs, struct err *e)
{
	cleanup_free char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	int fd, ret;

	if (!f)
		return err_sys(e, -ENOMEM, "write %s", path);
	ret = through_print(f, path, print, runs, e);
	if (fclose(f) != 0 && ret == 0)
		ret = err_sys(e, -ENOMEM, "write %s", path);
	if (ret < 0)
		return ret;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return err_sys(e, -errno, "write %s", path);
	ret = text_write(fd, text, len);
	if (close(fd) < 0 && ret == 0)
		ret = -errno;
	return ret < 0 ? err_sys(e, ret, "write %s", path) : 0;
}

int outfile_write(struct outfile *o, const char *path, outfile_print *print,
		  const struct runs *runs, struct err *e)
{
	struct stat st;
	int fd, ret;

	*o = (struct outfile){0};
	if (strcmp(path, "-") == 0)
		return through_print(stdout, "standard output", print, runs, e);
	if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return into_write(path, print, runs, e);
	o->path = strdup(path);
	if (!o->path)
		return err_sys(e, -ENOMEM, "write %s", path);
	fd = beside_open(o, e);
	if (fd < 0)
		return fd;
	ret = fd_print(fd, path, print, runs, e);
	if (ret < 0)
		outfile_close(o);
	return ret;
}

int outfile_keep(struct outfile *o, struct err *e)
{
	if (o->tmp && rename(o->tmp, o->path) < 0)
		return err_sys(e, -errno, "write %s", o->path);
	free(o->tmp);
	o->tmp = NULL;
	return 0;
}

void outfile_close(struct outfile *o)
{
	if (o->tmp)
		unlink(o->tmp);
	free(o->tmp);
	free(o->path);
	*o = (struct outfile){0};
}

int outfile_command(int argc, char **argv, const char *option, const char *what,
		    int (*write)(const struct runs *runs, const char *to,
				 struct err *e),
		    struct err *e)
{
	const char *command = argv[0], *to = NULL;
	const struct arg_option options[] = {{option, &to}, {.name = NULL}};
	struct runs runs = {0};
	size_t dirs;
	int ret = args_read(argc, argv, options, &dirs, e);

	if (ret < 0)
		return ret;
	if (!to)
		return err_set(e, -EINVAL,
			       "read the command line: %s needs %s %s", command,
			       option, what);
	ret = runs_read(&runs, argv, dirs, NULL, e);
	if (ret == 0)
		ret = write(&runs, to, e);
	runs_free(&runs);
	return ret;
}
