/* An NFSv3 export in use through libnfs, and every call outside the data
 * path: each is one asynchronous call of libnfs with a time limit of ours. */
#pragma once

#include <nfsc/libnfs.h>
#include <sys/statvfs.h>

#include "storage/storage.h"

struct nfs_export {
	struct nfs_context *nfs;
	char *path; /* of the object, below the export */
	char *text; /* "TARGET: nfs://HOST/PATH/OBJECT", for messages */
	uint64_t timeout_ns;
	int lost; /* -errno once the server is gone; nothing is sent then */
	size_t read_max, write_max; /* the server's largest transfers, bytes */

	/* The call in progress; libnfs may write here until the end. */
	bool call_done;
	int call_status;
	struct nfsfh *call_fh;
	struct statvfs call_fs;
};

/* Checks the url key and mounts; -errno with the reason, within timeout_s. */
int export_mount(struct nfs_export *x, const struct storage_params *p,
		 struct err *e);
/* The object's handle. STORAGE_CREATE never opens what is there. */
int export_open(struct nfs_export *x, enum storage_mode mode,
		struct nfsfh **out, struct err *e);
void export_release(struct nfs_export *x, struct nfsfh *fh);
int export_space(struct nfs_export *x, uint64_t *avail_bytes, struct err *e);
/* 0 also when the object is not there. */
int export_remove(struct nfs_export *x, struct err *e);
/* Accepts what export_mount() left half done. */
void export_close(struct nfs_export *x);

/* -errno for a status of libnfs. */
int export_errno(int status);
