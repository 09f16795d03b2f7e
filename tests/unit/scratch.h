/* A scratch folder for one test program: files by name, gone at its end. */
#pragma once

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char scratch_dir[64];

static int scratch_unlink(const char *path, const struct stat *st, int flag,
			  struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static void scratch_remove(void)
{
	nftw(scratch_dir, scratch_unlink, 8, FTW_DEPTH | FTW_PHYS);
}

/* The path of a file in the folder; valid until the next call. */
static const char *scratch_path(const char *name)
{
	static char path[PATH_MAX];

	if (!scratch_dir[0]) {
		snprintf(scratch_dir, sizeof(scratch_dir), "/tmp/ie-t.XXXXXX");
		if (!mkdtemp(scratch_dir))
			exit(1);
		atexit(scratch_remove);
	}
	snprintf(path, sizeof(path), "%s/%s", scratch_dir, name);
	return path;
}

/* Makes a file hold these bytes. */
__attribute__((unused)) static const char *
scratch_write(const char *name, const void *bytes, size_t len)
{
	const char *path = scratch_path(name);
	FILE *f = fopen(path, "we");

	if (!f || fwrite(bytes, 1, len, f) != len || fclose(f) != 0)
		exit(1);
	return path;
}

/* Runs a line of shell in the folder; what it says, until the next call. */
__attribute__((unused)) static const char *scratch_shell(const char *line)
{
	static char said[4096];
	char all[PATH_MAX + 4096];
	FILE *f;
	size_t n;

	snprintf(all, sizeof(all), "cd %s && { %s\n} 2>&1", scratch_path("."),
		 line);
	f = popen(all, "re");
	n = f ? fread(said, 1, sizeof(said) - 1, f) : 0;
	said[n] = '\0';
	if (f)
		pclose(f);
	return said;
}
