/* See machine.h. */
#include "machine.h"

#include <errno.h>
#include <linux/magic.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "cleanup.h"
#include "cmd.h"

#define CEPH_MAGIC 0x00c36400 /* linux/fs/ceph/super.h */

/* The first line of a file that begins with `key` and has a quoted value. */
static bool toml_text(const char *path, const char *key, char *out, size_t size)
{
	cleanup_file FILE *f = fopen(path, "re");
	char line[4096];
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
		snprintf(out, size, "%s", s + 1);
		return true;
	}
	return false;
}

/* $HOME, $USER and $UID, as containers-storage.conf(5) has them. */
static void expand(const char *s, char *out, size_t size)
{
	const char *home = getenv("HOME"), *user = getenv("USER");
	char uid[16];
	const char *const names[][2] = {{"$HOME", home ? home : ""},
					{"$USER", user ? user : ""},
					{"$UID", uid}};
	size_t n = 0;

	snprintf(uid, sizeof(uid), "%u", (unsigned)getuid());
	while (*s && n + 1 < size) {
		size_t k = 0;

		while (k < ARRAY_SIZE(names) &&
		       strncmp(s, names[k][0], strlen(names[k][0])) != 0)
			k++;
		if (k == ARRAY_SIZE(names)) {
			out[n++] = *s++;
			continue;
		}
		n += (size_t)snprintf(out + n, size - n, "%s", names[k][1]);
		s += strlen(names[k][0]);
	}
	out[n < size ? n : size - 1] = '\0';
}

static bool there(const char *root, const char *name)
{
	cleanup_free char *path = NULL;

	return asprintf(&path, "%s/%s", root, name) >= 0 &&
	       access(path, F_OK) == 0;
}

/* containers/storage writes down whether it uses a mount program. */
static bool has_mount_program(const char *root)
{
	cleanup_free char *path = NULL;
	cleanup_file FILE *f = NULL;
	char text[8] = "";

	if (asprintf(&path, "%s/overlay/.has-mount-program", root) >= 0)
		f = fopen(path, "re");
	return f && fgets(text, sizeof(text), f) &&
	       strncmp(text, "true", 4) == 0;
}

void storage_find(struct storage *s)
{
	const char *home = getenv("HOME"), *config = getenv("XDG_CONFIG_HOME");
	const char *data = getenv("XDG_DATA_HOME");
	char own[4096], found[4096] = "";

	if (!home)
		home = "";
	if (config)
		snprintf(own, sizeof(own), "%s/containers/storage.conf",
			 config);
	else
		snprintf(own, sizeof(own), "%s/.config/containers/storage.conf",
			 home);
	if (!(access(own, F_OK) == 0 &&
	      toml_text(own, "graphroot", found, sizeof(found))) &&
	    !toml_text("/etc/containers/storage.conf", "rootless_storage_path",
		       found, sizeof(found)))
		snprintf(found, sizeof(found), "%s%s/containers/storage",
			 data ? data : home, data ? "" : "/.local/share");
	expand(found, s->root, sizeof(s->root));
	s->driver = "";
	if (there(s->root, "overlay-images"))
		s->driver = has_mount_program(s->root) ? "fuse-overlayfs"
						       : "overlay";
	else if (there(s->root, "vfs-images"))
		s->driver = "vfs";
}

/* Of what is there of the path, the device. */
static bool device_of(const char *path, dev_t *device, struct statfs *fs)
{
	char part[4096];
	struct stat st;

	snprintf(part, sizeof(part), "%s", path);
	while (stat(part, &st) && strrchr(part, '/') > part)
		*strrchr(part, '/') = '\0';
	*device = st.st_dev;
	return stat(part, &st) == 0 && statfs(part, fs) == 0;
}

bool storage_slow(const struct storage *s, const struct settings *site,
		  char *out, size_t size)
{
	struct statfs fs, ignored;
	dev_t device, disk;

	if (strcmp(s->driver, "vfs") == 0 ||
	    strcmp(s->driver, "fuse-overlayfs") == 0) {
		snprintf(out, size,
			 "images in %s are kept with %s, which makes builds "
			 "several times slower than the kernel's overlay; "
			 "`podman "
			 "system reset`, then driver = \"overlay\" without a "
			 "mount_program in storage.conf",
			 s->root, s->driver);
		return true;
	}
	if (!device_of(s->root, &device, &fs))
		return false;
	if (*site->storage && device_of(site->storage, &disk, &ignored) &&
	    device != disk) {
		snprintf(out, size,
			 "images are kept in %s, not on this site's disk for "
			 "them, %s; remove graphroot from your storage.conf",
			 s->root, site->storage);
		return true;
	}
	if (fs.f_type == NFS_SUPER_MAGIC || fs.f_type == CEPH_MAGIC ||
	    fs.f_type == SMB_SUPER_MAGIC || fs.f_type == FUSE_SUPER_MAGIC) {
		snprintf(out, size,
			 "images in %s are on a network file system, where "
			 "builds are slow; set rootless_storage_path to a "
			 "folder "
			 "on a local disk",
			 s->root);
		return true;
	}
	return false;
}

static long number_in(const char *path)
{
	cleanup_file FILE *f = fopen(path, "re");
	long n;

	return f && fscanf(f, "%ld", &n) == 1 ? n : -1;
}

int machine_usable(struct err *e)
{
	static const struct {
		const char *path;
		long off;
		const char *set;
	} switches[] = {
		{"/proc/sys/user/max_user_namespaces", 0, "a number, 15000"},
		{"/proc/sys/kernel/unprivileged_userns_clone", 0, "1"},
		{"/proc/sys/kernel/apparmor_restrict_unprivileged_userns", 1,
		 "0"},
	};

	if (geteuid() == 0)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(switches); i++)
		if (number_in(switches[i].path) == switches[i].off)
			return err_set(e, -EINVAL,
				       "containers need user namespaces, which "
				       "are off on this machine; the "
				       "administrator sets %s to %s",
				       switches[i].path, switches[i].set);
	return 0;
}

long subordinate_ids(const char *path)
{
	cleanup_file FILE *f = fopen(path, "re");
	const struct passwd *p = getpwuid(getuid());
	char line[512], uid[16], nsswitch[64];
	long sum = 0;

	if (toml_text("/etc/nsswitch.conf", "subid:", nsswitch,
		      sizeof(nsswitch)))
		return -1;
	snprintf(uid, sizeof(uid), "%u", (unsigned)getuid());
	while (f && fgets(line, sizeof(line), f)) {
		char *rest = line, *name = strsep(&rest, ":");
		const char *count = rest ? strchr(rest, ':') : NULL;

		if (count && ((p && strcmp(name, p->pw_name) == 0) ||
			      strcmp(name, uid) == 0))
			sum += atol(count + 1);
	}
	return sum;
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
	char line[4096];
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
