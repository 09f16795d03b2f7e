/* See host.h. */
#include "host.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cleanup.h"
#include "storage/storage.h"
#include "case/suite.h"
#include "version.h"

/* The first line of a small file without its newline (caller frees). */
static char *line_read(const char *path)
{
	cleanup_file FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t cap = 0;

	if (!f || getline(&line, &cap, f) <= 0) {
		free(line);
		return NULL;
	}
	line[strcspn(line, "\n")] = '\0';
	return line;
}

/* The value of the first `KEY<sep>VALUE` line of a file (caller frees). */
static char *field_read(const char *path, const char *key, char sep)
{
	cleanup_file FILE *f = fopen(path, "re");
	cleanup_free char *line = NULL;
	size_t cap = 0;

	while (f && getline(&line, &cap, f) > 0) {
		char *at = strchr(line, sep);

		if (!at || strncmp(line, key, strlen(key)) != 0)
			continue;
		at += 1 + strspn(at + 1, " \t\"");
		at[strcspn(at, "\"\n")] = '\0';
		return strdup(at);
	}
	return NULL;
}

static void set_text(json_t *o, const char *key, char *text)
{
	if (text)
		json_object_set_new(o, key, json_string(text));
	free(text);
}

static json_t *disk_describe(const char *name)
{
	json_t *d = json_object();
	char *text = NULL;
	char path[300];

	json_object_set_new(d, "name", json_string(name));
	snprintf(path, sizeof(path), "/sys/block/%s/size", name);
	text = line_read(path);
	json_object_set_new(d, "size_bytes",
			    json_integer(text ? atoll(text) * 512 : 0));
	free(text);
	snprintf(path, sizeof(path), "/sys/block/%s/queue/rotational", name);
	text = line_read(path);
	json_object_set_new(d, "rotational",
			    json_boolean(text && strcmp(text, "1") == 0));
	free(text);
	snprintf(path, sizeof(path), "/sys/block/%s/device/model", name);
	set_text(d, "model", line_read(path));
	snprintf(path, sizeof(path), "/sys/block/%s/queue/scheduler", name);
	set_text(d, "scheduler", line_read(path));
	snprintf(path, sizeof(path), "/sys/block/%s/queue/write_cache", name);
	set_text(d, "write_cache", line_read(path));
	return d;
}

static json_t *disks_describe(void)
{
	static const char *const not_disks[] = {"loop", "ram", "zram", "nbd"};
	json_t *disks = json_array();
	struct dirent **names;
	int n = scandir("/sys/block", &names, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		bool skip = names[i]->d_name[0] == '.';

		for (size_t k = 0; k < ARRAY_SIZE(not_disks); k++)
			skip = skip || strncmp(names[i]->d_name, not_disks[k],
					       strlen(not_disks[k])) == 0;
		if (!skip)
			json_array_append_new(disks,
					      disk_describe(names[i]->d_name));
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return disks;
}

json_t *host_describe(void)
{
	json_t *h = json_object();
	json_t *cpu = json_object();
	struct utsname u;

	uname(&u);
	json_object_set_new(h, "hostname", json_string(u.nodename));
	json_object_set_new(h, "kernel", json_string(u.release));
	json_object_set_new(h, "machine", json_string(u.machine));
	set_text(h, "os", field_read("/etc/os-release", "PRETTY_NAME", '='));
	set_text(cpu, "model", field_read("/proc/cpuinfo", "model name", ':'));
	json_object_set_new(cpu, "count",
			    json_integer(sysconf(_SC_NPROCESSORS_ONLN)));
	json_object_set_new(h, "cpu", cpu);
	json_object_set_new(h, "memory_bytes",
			    json_integer((json_int_t)sysconf(_SC_PHYS_PAGES) *
					 sysconf(_SC_PAGESIZE)));
	json_object_set_new(h, "disks", disks_describe());
	return h;
}

json_t *host_versions(void)
{
	json_t *v = json_object();
	char buf[128];

	json_object_set_new(v, "ie-bench", json_string(IE_VERSION));
	json_object_set_new(v, "suite", json_string(suite_build()));
	json_object_set_new(v, "compiler", json_string(__VERSION__));
	for (size_t i = 0; storage_drivers[i]; i++) {
		const struct storage_ops *ops = storage_drivers[i];
		const char *text;

		text = ops->version ? ops->version(buf, sizeof(buf)) : NULL;
		if (text)
			json_object_set_new(v, ops->name, json_string(text));
	}
	return v;
}
