/* The services that ie-cluster knows, and what their steps are told. What a
 * service consists of is in its folder, not here. */
#include "cluster.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "proc.h"

/* In starting order; down goes the other way. */
const struct service services[] = {
	{"local", "a folder on this disk; always there", "local", NULL, 10, 2,
	 false},
	{"ceph", "Ceph on BlueStore, with CephFS", "ceph", "IE_STORE=bluestore",
	 120, 4, false},
	{"ceph-mem", "Ceph in memory: the limit of RADOS", "ceph",
	 "IE_STORE=memstore", 120, 4, false},
	{"nfs",
	 "nfs-ganesha over a local folder, and over CephFS if ceph is up",
	 "nfs", NULL, 30, 2, false},
	{"gfs2", "GFS2 on two guests that share a disk, and its rungs", "gfs2",
	 NULL, 120, 2, true},
	{"kclients", "kernel clients of what is up, and of iSCSI, in a guest",
	 "kclients", NULL, 120, 2, true},
	{"powercut",
	 "a guest whose disks forget, and three that lie, for op "
	 "powercut",
	 "powercut", NULL, 60, 2, true},
	{"nodes", "three bare Debian hosts with systemd, to provision", "nodes",
	 NULL, 60, 2, true},
	{"hosts",
	 "whole Debian hosts with systemd and control groups 2, in guests",
	 "hosts", NULL, 300, 2, true},
	{"docker", "a private dockerd, without a network", "docker", NULL, 60,
	 8, false},
	{"podman", "private Podman stores, rootful and of an ordinary user",
	 "podman", NULL, 30, 5, false},
	{"slurm", "Slurm with nodes that are processes, for jobs of many users",
	 "slurm", NULL, 60, 4, false},
};
const size_t services_count = ARRAY_SIZE(services);

_Static_assert(ARRAY_SIZE(services) <= SERVICES_MAX, "raise SERVICES_MAX");

void cluster_free(struct cluster *c)
{
	free(c->self);
	free(c->bin);
	free(c->steps);
}

/* The first of two places beside this program, in the build tree and where it
 * is installed, that has a file. */
static char *place_find(const char *own_dir, const char *const places[2],
			const char *file)
{
	for (int i = 0; i < 2; i++) {
		cleanup_free char *path = NULL, *wanted = NULL;
		char *folder;

		if (asprintf(&path, "%s/%s", own_dir, places[i]) < 0)
			return NULL;
		folder = realpath(path, NULL);
		if (folder && asprintf(&wanted, "%s/%s", folder, file) > 0 &&
		    access(wanted, F_OK) == 0)
			return folder;
		free(folder);
	}
	return NULL;
}

int cluster_paths(struct cluster *c, struct err *e)
{
	static const char *const helpers[] = {".", "../libexec/ie-bench"};
	static const char *const steps[] = {"../provision",
					    "../libexec/ie-bench/provision"};
	cleanup_free char *own_dir = proc_self_dir();

	if (!own_dir || asprintf(&c->self, "%s/ie-cluster", own_dir) < 0)
		return err_sys(e, -ENOMEM, "find this program");
	c->bin = place_find(own_dir, helpers, "norpcbind.so");
	c->steps = place_find(own_dir, steps, "step.sh");
	if (!c->bin || !c->steps)
		return err_set(e, -ENOENT,
			       "find %s: neither in %s/%s nor in %s/%s",
			       c->bin ? "step.sh" : "norpcbind.so", own_dir,
			       c->bin ? steps[0] : helpers[0], own_dir,
			       c->bin ? steps[1] : helpers[1]);
	return 0;
}

const struct service *service_find(const char *name)
{
	for (size_t i = 0; i < services_count; i++)
		if (strcmp(services[i].name, name) == 0)
			return &services[i];
	return NULL;
}

struct member *member_find(struct cluster *c, const char *name)
{
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->members[i].service->name, name) == 0)
			return &c->members[i];
	return NULL;
}

static int unknown_service(const char *name, struct err *e)
{
	char list[256] = "";
	size_t n = 0;

	for (size_t i = 0; i < services_count; i++)
		n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s",
				      i ? ", " : "", services[i].name);
	if (!name)
		return err_set(e, -EINVAL, "no service named; there are: %s",
			       list);
	return err_set(e, -EINVAL, "unknown service %s; there are: %s", name,
		       list);
}

int services_pick(struct cluster *c, char *const names[], size_t count,
		  struct err *e)
{
	bool wanted[SERVICES_MAX] = {true}; /* local */

	if (count == 0)
		return unknown_service(NULL, e);
	for (size_t i = 0; i < count; i++) {
		const struct service *s = service_find(names[i]);

		if (!s)
			return unknown_service(names[i], e);
		wanted[s - services] = true;
	}
	for (size_t i = 0; i < services_count; i++)
		if (wanted[i])
			c->members[c->count++].service = &services[i];
	return 0;
}

bool cluster_has_network(const struct cluster *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->members[i].service->guests)
			return true;
	return false;
}

struct member *guest_find(struct cluster *c, const char *name)
{
	for (size_t i = 0; i < c->count; i++) {
		cleanup_free char *path = NULL;

		/* Its `up` has put a file there. */
		if (!strchr(name, '/') &&
		    asprintf(&path, "%s/%s/guests/%s", c->dir,
			     c->members[i].service->name, name) > 0 &&
		    access(path, F_OK) == 0)
			return &c->members[i];
	}
	return NULL;
}

char *step_path(const struct cluster *c, const struct member *m,
		const char *step)
{
	char *path;

	if (asprintf(&path, "%s/%s/%s", c->steps, m->service->steps, step) < 0)
		return NULL;
	if (access(path, F_OK) == 0)
		return path;
	free(path);
	return NULL;
}

/* setenv("NAME", printed text). */
__attribute__((format(printf, 2, 3))) static void variable(const char *name,
							   const char *fmt, ...)
{
	cleanup_free char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	if (text)
		setenv(name, text, 1);
}

/* Exactly this service's own setting, not those of others. */
static void settings_apply(const struct service *s)
{
	for (size_t i = 0; i <= services_count; i++) {
		const struct service *from =
			i < services_count ? &services[i] : s;
		char name[64];

		if (!from->setting)
			continue;
		snprintf(name, sizeof(name), "%.*s",
			 (int)strcspn(from->setting, "="), from->setting);
		if (i < services_count)
			unsetenv(name);
		else
			setenv(name, from->setting + strlen(name) + 1, 1);
	}
}

void environment_set(const struct cluster *c, const struct member *m)
{
	const struct service *s = m->service;
	char all[256] = "", group[CGROUP_NAME_MAX];
	size_t n = 0;

	cgroup_name(c, group);
	for (size_t i = 0; i < c->count; i++)
		n += (size_t)snprintf(all + n, sizeof(all) - n, "%s%s",
				      i ? " " : "",
				      c->members[i].service->name);
	variable("IE_SERVICES", "%s", all);
	variable("IE_SERVICE", "%s", s->name);
	variable("IE_CLUSTER_DIR", "%s", c->dir);
	variable("IE_DIR", "%s/%s", c->dir, s->name);
	variable("IE_CGROUP", "%s", group);
	variable("IE_PORT", "%d", m->port);
	variable("IE_CLUSTER", "%s", c->self);
	variable("IE_BIN", "%s", c->bin);
	variable("IE_STEPS", "%s/%s", c->steps, s->steps);
	variable("IE_NETWORK", "%s", cluster_has_network(c) ? "own" : "host");
	settings_apply(s);
}

static void add_file(const char *path)
{
	cleanup_file FILE *f = fopen(path, "re");
	char line[1024];

	while (f && fgets(line, sizeof(line), f)) {
		char *value = strchr(line, '=');

		line[strcspn(line, "\n")] = '\0';
		if (!value)
			continue;
		*value++ = '\0';
		if (!getenv(line))
			setenv(line, value, 1);
	}
}

void environment_add_users(const struct cluster *c, const struct member *m)
{
	/* What the caller has set would win over what is here. */
	unsetenv("CEPH_CONF");
	unsetenv("CEPH_ARGS");
	for (size_t i = 0; i <= c->count; i++) {
		const struct member *from = i ? &c->members[i - 1] : m;
		cleanup_free char *path = NULL;

		if (asprintf(&path, "%s/%s/env", c->dir, from->service->name) >=
		    0)
			add_file(path);
	}
}
