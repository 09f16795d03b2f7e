/* See fstype.h. */
#include "storage/fstype.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>

#include "cleanup.h"

/* Magic numbers: linux/magic.h, and statfs(2) for those not in it. */
static const struct {
	const char *name;
	long magic;
} fstypes[] = {
	{"ext4", EXT4_SUPER_MAGIC},
	{"ext3", EXT4_SUPER_MAGIC},
	{"ext2", EXT4_SUPER_MAGIC},
	{"xfs", XFS_SUPER_MAGIC},
	{"btrfs", BTRFS_SUPER_MAGIC},
	{"tmpfs", TMPFS_MAGIC},
	{"nfs", NFS_SUPER_MAGIC},
	{"nfs4", NFS_SUPER_MAGIC},
	{"ceph", 0x00c36400},
	{"gfs2", 0x01161970},
	{"fuse", FUSE_SUPER_MAGIC},
	{"overlay", OVERLAYFS_SUPER_MAGIC},
	{"zfs", 0x2fc12fc1},
	{"f2fs", F2FS_SUPER_MAGIC},
	{"ocfs2", 0x7461636f},
	{"lustre", 0x0bd00bd0},
	{"hostfs", HOSTFS_SUPER_MAGIC},
};

static const char *fstype_name(long magic)
{
	for (size_t i = 0; i < ARRAY_SIZE(fstypes); i++)
		if (fstypes[i].magic == magic)
			return fstypes[i].name;
	return NULL;
}

int fstype_check(int dir, const char *target, const char *path,
		 const char *want, char found[FSTYPE_MAX], struct err *e)
{
	struct statfs sfs;
	const char *name;

	if (fstatfs(dir, &sfs) < 0)
		return err_sys(e, -errno, "%s: statfs %s", target, path);
	name = fstype_name((long)sfs.f_type);
	for (size_t i = 0; i < ARRAY_SIZE(fstypes); i++)
		if (strcmp(fstypes[i].name, want) == 0 &&
		    fstypes[i].magic == (long)sfs.f_type)
			name = want;
	if (name)
		snprintf(found, FSTYPE_MAX, "%s", name);
	else
		snprintf(found, FSTYPE_MAX, "0x%lx", (unsigned long)sfs.f_type);
	if (strcmp(found, want) == 0)
		return 0;
	return err_set(e, -ENODEV,
		       "%s: %s: the site file says fstype %s, statfs finds "
		       "%s: not mounted?",
		       target, path, want, found);
}
