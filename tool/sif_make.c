/* See sif_make.h. */
#include "sif_make.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "sif.h"
#include "sif_meta.h"
#include "strs.h"
#include "tar_filter.h"

#define MKSQUASHFS "/usr/bin/mksquashfs"

static const char *const compressions[] = {"zstd", "gzip", "lz4", "xz"};

bool sif_compression_valid(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(compressions); i++)
		if (strcmp(name, compressions[i]) == 0)
			return true;
	return false;
}

static void squash_arguments(struct strs *a, const struct sif_source *src,
			     int file, uint64_t offset)
{
	strs_add(a, "mksquashfs");
	strs_add(a, "-");
	strs_add(a, "/proc/self/fd/%d", file);
	strs_add(a, "-tar");
	strs_add(a, "-noappend");
	strs_add(a, "-quiet");
	strs_add(a, "-no-progress");
	strs_add(a, "-no-exports");
	strs_add(a, "-offset");
	strs_add(a, "%llu", (unsigned long long)offset);
	strs_add(a, "-root-mode");
	strs_add(a, "755");
	strs_add(a, "-root-uid");
	strs_add(a, "0");
	strs_add(a, "-root-gid");
	strs_add(a, "0");
	strs_add(a, "-comp");
	strs_add(a, "%s", src->compression);
	if (strcmp(src->compression, "zstd") == 0) {
		strs_add(a, "-Xcompression-level");
		strs_add(a, "3");
	}
	if (src->processors) {
		strs_add(a, "-processors");
		strs_add(a, "%u", src->processors);
	}
}

/* The first line of what mksquashfs said: the cause stands before the rest. */
static void first_line(int log, char *line, size_t size)
{
	ssize_t n = pread(log, line, size - 1, 0);

	line[n > 0 ? n : 0] = '\0';
	n = (ssize_t)strspn(line, "\n");
	memmove(line, line + n, strlen(line + n) + 1);
	line[strcspn(line, "\n")] = '\0';
}

/* Runs it with the stream on its standard input; never returns. Times that the
 * stream does not say would be now: the image's own is the latest one. */
static void squash_exec(const struct strs *a, int64_t created, int in, int log,
			int file)
{
	char *epoch = text("SOURCE_DATE_EPOCH=%lld", (long long)created);
	char *env[] = {"PATH=/usr/bin:/bin", "LC_ALL=C", epoch, NULL};

	if (dup2(in, 0) >= 0 && dup2(log, 1) >= 0 && dup2(log, 2) >= 0 &&
	    fcntl(file, F_SETFD, 0) == 0)
		execve(MKSQUASHFS, a->list, env);
	dprintf(log, MKSQUASHFS ": %s\n", strerror(errno));
	_exit(127);
}

static int squash_wait(pid_t pid, int log, struct err *e)
{
	char line[256];
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_sys(e, -errno, "mksquashfs");
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	first_line(log, line, sizeof(line));
	return err_set(e, -EIO, "mksquashfs: %s",
		       *line ? line : "it was killed");
}

/* The image's files into the file, from this offset on. */
static int squash(const struct sif_source *src, const struct sif_meta *m,
		  int file, uint64_t offset, struct err *e)
{
	struct tar_extra files[TAR_MAX_EXTRAS];
	size_t count = sif_meta_files(m, files);
	struct err said;
	int in, out, ret, squashed;
	int pipes[2];
	pid_t pid;
	cleanup_fd int log = memfd_create("log", MFD_CLOEXEC);
	cleanup_strs struct strs arguments = {0};

	if (log < 0 || pipe2(pipes, O_CLOEXEC) < 0)
		return err_sys(e, -errno, "mksquashfs");
	in = pipes[0];
	out = pipes[1];
	fcntl(out, F_SETPIPE_SZ, 1 << 20);
	squash_arguments(&arguments, src, file, offset);
	pid = fork();
	if (pid == 0)
		squash_exec(&arguments, m->created, in, log, file);
	close(in);
	if (pid < 0) {
		close(out);
		return err_sys(e, -errno, "mksquashfs");
	}
	ret = tar_filter(src->tar, out, src->id_base, files, count, e);
	/* Half a stream must not become a file system */
	if (ret < 0 && ret != -EPIPE)
		kill(pid, SIGKILL);
	close(out);
	squashed = squash_wait(pid, log, &said);
	if (squashed < 0 && (ret == 0 || ret == -EPIPE)) {
		*e = said;
		return squashed;
	}
	return ret;
}

/* An object behind the one before it. */
static struct sif_object *object_add(struct sif *sif, uint32_t type,
				     const char *name, uint64_t size,
				     uint64_t align)
{
	struct sif_object *o = &sif->objects[sif->count];
	uint64_t at = sif->count ? o[-1].offset + o[-1].size : SIF_DATA_OFFSET;

	o->type = type;
	o->id = (uint32_t)++sif->count;
	o->offset = (at + align - 1) / align * align;
	o->size = size;
	strcpy(o->name, name);
	return o;
}

/* An identifier that follows from the content (RFC 9562, version 8). */
static void uuid_derive(struct sif *sif, const struct sif_meta *m,
			const char *compression)
{
	for (int i = 0; i < 16; i++)
		sscanf(m->id + 2 * i, "%2hhx", &sif->uuid[i]);
	for (size_t i = 0; i < ARRAY_SIZE(compressions); i++)
		if (strcmp(compression, compressions[i]) == 0)
			sif->uuid[15] ^= (uint8_t)i;
	sif->uuid[6] = (uint8_t)(0x80 | (sif->uuid[6] & 0x0f));
	sif->uuid[8] = (uint8_t)(0x80 | (sif->uuid[8] & 0x3f));
}

/* Reads back what was written: the same objects, and a file system. */
static int check(const struct sif *want, int file, struct err *e)
{
	struct sif got;
	char magic[4];
	int ret = sif_read(&got, file, e);

	if (ret < 0)
		return ret;
	if (got.count != want->count ||
	    memcmp(got.objects, want->objects, sizeof(got.objects)) != 0 ||
	    pread(file, magic, 4, (off_t)got.objects[got.count - 1].offset) !=
		    4 ||
	    memcmp(magic, "hsqs", 4) != 0)
		return err_set(e, -EIO, "what was written reads otherwise");
	return 0;
}

/* The file system first: mksquashfs empties the file that it writes into. */
static int fill(const struct sif_source *src, const struct sif_meta *m,
		int file, struct err *e)
{
	const char *const texts[] = {m->deffile, m->labels, m->config};
	struct sif sif = {.created = m->created};
	struct sif_object *fs;
	struct stat st;
	int ret;

	strcpy(sif.architecture, m->architecture);
	uuid_derive(&sif, m, src->compression);
	object_add(&sif, SIF_DEFFILE, "def", strlen(m->deffile), 1);
	object_add(&sif, SIF_LABELS, "labels.json", strlen(m->labels), 1);
	object_add(&sif, SIF_JSON, "oci-config.json", strlen(m->config), 1);
	fs = object_add(&sif, SIF_PARTITION, "squashfs", 0,
			SIF_PARTITION_ALIGN);
	ret = squash(src, m, file, fs->offset, e);
	if (ret < 0)
		return ret;
	if (fstat(file, &st) < 0 || (uint64_t)st.st_size <= fs->offset)
		return err_set(e, -EIO, "mksquashfs wrote nothing");
	fs->size = (uint64_t)st.st_size - fs->offset;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		const struct sif_object *o = &sif.objects[i];

		if (pwrite(file, texts[i], o->size, (off_t)o->offset) !=
		    (ssize_t)o->size)
			return err_sys(e, errno ? -errno : -EIO, "%s", o->name);
	}
	ret = sif_write(&sif, file, e);
	return ret < 0 ? ret : check(&sif, file, e);
}

/* Gives the finished file its name. */
static int publish(const char *temporary, const char *path, bool replace,
		   struct err *e)
{
	if (replace) {
		if (rename(temporary, path) < 0)
			return err_sys(e, -errno, "%s: replace", path);
		return 0;
	}
	/* Not every file system can rename without replacing */
	if (link(temporary, path) < 0)
		return err_sys(e, -errno, "%s", path);
	unlink(temporary);
	return 0;
}

int sif_make(const struct sif_source *src, const char *path, bool replace,
	     struct err *e)
{
	struct sif_meta m;
	struct stat st;
	mode_t mask = umask(077);
	int ret;
	cleanup_fd int file = -1;
	cleanup_free char *temporary = text("%s.partial-XXXXXX", path);

	umask(mask);
	signal(SIGPIPE, SIG_IGN); /* mksquashfs may end first */
	if (!replace && lstat(path, &st) == 0)
		return err_sys(e, -EEXIST, "%s", path);
	ret = sif_meta_read(&m, src->inspect, e);
	if (ret < 0)
		return ret;
	file = mkostemp(temporary, O_CLOEXEC);
	if (file < 0) {
		ret = err_sys(e, -errno, "%s", path);
		sif_meta_close(&m);
		return ret;
	}
	ret = fill(src, &m, file, e);
	if (ret < 0)
		err_wrap(e, ret, "%s", path);
	else if (fchmod(file, 0777 & ~mask) < 0 || fsync(file) < 0)
		ret = err_sys(e, -errno, "%s", path);
	else
		ret = publish(temporary, path, replace, e);
	if (ret < 0)
		unlink(temporary);
	sif_meta_close(&m);
	return ret;
}
