/* See machine.h. */
#include "machine.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <wordexp.h>

#include "cleanup.h"
#include "cmd.h"

#define CEPH_MAGIC 0x00c36400 /* linux/fs/ceph/super.h */

void text_expand(const char *text, char out[PATH_MAX])
{
	cleanup_free char *quoted = NULL;
	bool own = !getenv("UID");
	char uid[16];
	wordexp_t words;

	snprintf(uid, sizeof(uid), "%u", (unsigned)getuid());
	setenv("UID", uid, 0);
	snprintf(out, PATH_MAX, "%s", text);
	if (asprintf(&quoted, "\"%s\"", text) >= 0 &&
	    wordexp(quoted, &words, WRDE_NOCMD) == 0) {
		snprintf(out, PATH_MAX, "%s", words.we_wordv[0]);
		wordfree(&words);
	}
	if (own)
		unsetenv("UID");
}

/* The first line of a file that begins with `key` and has a quoted value. */
static bool toml_text(const char *path, const char *key, char out[PATH_MAX])
{
	cleanup_file FILE *f = fopen(path, "re");
	char line[PATH_MAX];
	size_t n = strlen(key);

	while (f && fgets(line, sizeof(line), f)) {
		char *s = line + strspn(line, " \t"), *end;

		if (strncmp(s, key, n) != 0 || !strchr(" \t=", s[n]))
			continue;
		s = strchr(s, '"');
		end = s ? strchr(s + 1, '"') : NULL;
		if (!end)
			continue;
		*end = '\0';
		snprintf(out, PATH_MAX, "%s", s + 1);
		return true;
	}
	return false;
}

/* Whether there is a file root/name, and it begins with the text. */
static bool file_begins(const char *root, const char *name, const char *text)
{
	cleanup_free char *path = NULL;
	cleanup_file FILE *f = NULL;
	char line[16] = "";

	if (asprintf(&path, "%s/%s", root, name) >= 0)
		f = fopen(path, "re");
	return f && (!*text || (fgets(line, sizeof(line), f) &&
				strncmp(line, text, strlen(text)) == 0));
}

const char *storage_find(char root[PATH_MAX])
{
	char own[PATH_MAX], found[PATH_MAX];

	text_expand("${XDG_CONFIG_HOME:-$HOME/.config}/containers/storage.conf",
		    own);
	if (!toml_text(own, "graphroot", found) &&
	    !toml_text("/etc/containers/storage.conf", "rootless_storage_path",
		       found))
		strcpy(found, "${XDG_DATA_HOME:-$HOME/.local/share}"
			      "/containers/storage");
	text_expand(found, root);
	/* containers/storage writes down whether it uses a mount program */
	return file_begins(root, "overlay/.has-mount-program", "true")
		       ? "fuse-overlayfs"
	       : file_begins(root, "overlay-images", "") ? "overlay"
	       : file_begins(root, "vfs-images", "")	 ? "vfs"
							 : "";
}

/* Of what is there of the path, the device. */
static bool device_of(const char *path, dev_t *device, struct statfs *fs)
{
	char part[PATH_MAX];
	struct stat st;

	snprintf(part, sizeof(part), "%s", path);
	while (stat(part, &st) && strrchr(part, '/') > part)
		*strrchr(part, '/') = '\0';
	*device = st.st_dev;
	return stat(part, &st) == 0 && statfs(part, fs) == 0;
}

bool storage_slow(const struct settings *site, struct err *why)
{
	char root[PATH_MAX];
	const char *driver = storage_find(root);
	struct statfs fs, ignored;
	dev_t device, disk;

	if (word_in("vfs fuse-overlayfs", driver))
		return err_set(
			why, true,
			"images in %s are kept with %s, which makes "
			"builds several times slower than the kernel's "
			"overlay; to change that, `podman system reset`, "
			"which DELETES all your images, containers and "
			"volumes, then driver = \"overlay\" and no "
			"mount_program in storage.conf: see SLOW BUILDS "
			"in ie-podman(1)",
			root, driver);
	if (!device_of(root, &device, &fs))
		return false;
	if (*site->storage && device_of(site->storage, &disk, &ignored) &&
	    device != disk)
		return err_set(why, true,
			       "images are kept in %s, not on this site's disk "
			       "for them, %s; remove graphroot from your "
			       "storage.conf: see SLOW BUILDS in ie-podman(1)",
			       root, site->storage);
	if (fs.f_type == NFS_SUPER_MAGIC || fs.f_type == CEPH_MAGIC ||
	    fs.f_type == SMB_SUPER_MAGIC || fs.f_type == FUSE_SUPER_MAGIC)
		return err_set(why, true,
			       "images in %s are on a network file system, "
			       "where builds are slow; the administrator sets "
			       "rootless_storage_path to a folder on a local "
			       "disk: see SLOW BUILDS in ie-podman(1)",
			       root);
	return false;
}

int machine_usable(struct err *e)
{
	static const struct {
		const char *path, *off, *set;
	} switches[] = {
		{"user/max_user_namespaces", "0\n", "a number, 15000"},
		{"kernel/unprivileged_userns_clone", "0\n", "1"},
		{"kernel/apparmor_restrict_unprivileged_userns", "1\n", "0"},
	};

	for (size_t i = 0; geteuid() != 0 && i < ARRAY_SIZE(switches); i++)
		if (file_begins("/proc/sys", switches[i].path, switches[i].off))
			return err_set(e, -EINVAL,
				       "containers need user namespaces, which "
				       "are off on this machine; the "
				       "administrator sets /proc/sys/%s to %s",
				       switches[i].path, switches[i].set);
	return 0;
}

void machine_word(char out[MACHINE_WORD])
{
	cleanup_file FILE *f = fopen("/etc/machine-id", "re");

	if (!f || !fgets(out, MACHINE_WORD, f))
		snprintf(out, MACHINE_WORD, "%lx", gethostid());
	out[strcspn(out, "\n")] = '\0';
}

unsigned long slurm_job(bool *unified)
{
	cleanup_file FILE *f = fopen("/proc/self/cgroup", "re");
	char line[PATH_MAX];
	unsigned long job = 0;
	struct statfs fs;

	*unified = statfs("/sys/fs/cgroup", &fs) == 0 &&
		   fs.f_type == CGROUP2_SUPER_MAGIC;
	while (f && !job && fgets(line, sizeof(line), f)) {
		const char *at = strstr(line, "/job_");

		if (at && strstr(line, "slurm"))
			job = strtoul(at + 5, NULL, 10);
	}
	return job;
}
