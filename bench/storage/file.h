/* What the drivers over mounted file systems (posix, uring) share: a file in
 * the target's folder, on the file system that the site file names. */
#pragma once

#include "storage/fstype.h"
#include "storage/storage.h"

struct bench_file {
	int fd;
	bool direct;
	bool flock;   /* each write under an exclusive lock */
	bool on_disk; /* a local file system on a block device */
	char fstype[FSTYPE_MAX];
	char *path;
};

extern const struct storage_key file_keys[];

int file_open(struct bench_file *f, const struct storage_params *p,
	      struct err *e);
int file_drop_caches(struct bench_file *f, struct err *e);
int file_resident(const struct bench_file *f, uint64_t offset, uint64_t bytes,
		  uint64_t *found);
int file_space(const struct bench_file *f, uint64_t *avail, struct err *e);
void file_describe(const struct bench_file *f, json_t *into);
void file_close(struct bench_file *f);
int file_remove(const struct storage_params *p, struct err *e);
int file_folder(const struct storage_params *p, bool make, struct err *e);
