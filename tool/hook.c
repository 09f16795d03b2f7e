/* The OCI hook: podman's runtime calls it, as the user and without privilege,
 * when a container with our annotation has its namespaces (createRuntime), and
 * when it has ended (poststop). It asks ie-netd from within the container's
 * network namespace and sets its end of the link up. A container that cannot
 * have its address does not start. */
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "cleanup.h"
#include "netd/rtnl.h"

/* What the runtime says on standard input (OCI's runtime specification,
 * "State"); "" where it says nothing. */
struct state {
	const char *id, *bundle, *status;
	const char *wish, *autoremove; /* annotations */
	int pid;
	const char *socket; /* of ie-netd */
};

static int up(uint32_t address, struct err *e)
{
	unsigned link = if_nametoindex(NETD_PEER);
	struct rtnl r;
	int rc = rtnl_open(&r, 0);

	if (!rc)
		rc = rtnl_link_up(&r, if_nametoindex("lo"));
	if (!rc)
		rc = rtnl_address_add(&r, link, address, RT_SCOPE_UNIVERSE);
	if (!rc)
		rc = rtnl_link_up(&r, link);
	if (!rc)
		rc = rtnl_route_add(&r, link, NETD_GATEWAY, 32, 0, true);
	if (!rc)
		rc = rtnl_route_add(&r, link, 0, 0, NETD_GATEWAY, true);
	rtnl_close(&r);
	return rc ? err_sys(e, rc, "set up " NETD_PEER) : 0;
}

static int enter(int pid, struct err *e)
{
	char path[64];
	cleanup_fd int fd = -1;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		return err_sys(e, -errno, "enter the container's network");
	return 0;
}

/* Without a network of podman's a container's own name means 127.0.0.1, and a
 * server that listens at its name would not be reached. Written in place, since
 * the file is mounted already. */
static void hosts_write(const char *path, const char *address)
{
	static const char loopback[] = "127.0.0.1";
	cleanup_free char *all = NULL;
	cleanup_file FILE *f = fopen(path, "r+e");
	char name[256], *own = NULL;
	size_t size = 0;

	if (!f || getdelim(&all, &size, '\0', f) < 0)
		return;
	/* The container's line is the last one */
	for (char *s = all; (s = strstr(s, loopback)); s++)
		if ((s == all || s[-1] == '\n') &&
		    sscanf(s, "127.0.0.1 %255s", name) == 1 &&
		    strcmp(name, "localhost") != 0)
			own = s;
	if (!own || fseek(f, own - all, SEEK_SET))
		return;
	fprintf(f, "%s%s", address, own + strlen(loopback));
	if (fflush(f) || ftruncate(fileno(f), ftell(f)))
		fprintf(stderr, "ie-podman: %s: %s\n", path, strerror(errno));
}

static void hosts(const struct state *c, uint32_t address)
{
	cleanup_free char *path = NULL;
	json_auto_t *config = NULL;
	json_t *mount;
	const char *source, *to;
	char text[ADDRESS_LEN], own[96];
	size_t i;

	/* Podman's file of this container, and not one that the user mounts */
	snprintf(own, sizeof(own), "/%s/userdata/hosts", c->id);
	if (asprintf(&path, "%s/config.json", c->bundle) >= 0)
		config = json_load_file(path, 0, NULL);
	json_array_foreach (json_object_get(config, "mounts"), i, mount)
		if (json_unpack(mount, "{s:s, s:s}", "source", &source,
				"destination", &to) == 0 &&
		    strcmp(to, "/etc/hosts") == 0 && strstr(source, own))
			hosts_write(source, address_text(address, text));
}

/* Gives back a lease whose container is gone: Podman's folder of it would lie
 * beside this one's. */
static int free_gone(const struct lease *x, void *arg, struct err *e)
{
	const struct state *c = arg;
	struct netd_request q = {NETD_VERSION, NETD_RELEASE, x->address, ""};
	struct netd_reply a;
	cleanup_free char *path = NULL;

	if (!*x->link && memcmp(x->container, c->id, NETD_CONTAINER) != 0 &&
	    asprintf(&path, "%s/../../%.64s", c->bundle, x->container) >= 0 &&
	    access(path, F_OK) != 0)
		netd_ask(c->socket, &q, &a, e);
	return 0;
}

static int start(struct state *c, struct netd_request *q, struct err *e)
{
	char address[ADDRESS_LEN], word[MACHINE_WORD];
	int n = (int)strcspn(c->wish, "@");
	struct netd_reply a;
	struct err quiet;
	int rc;

	machine_word(word);
	/* An image's own annotation, or another machine's container */
	if (!c->wish[n] || strcmp(c->wish + n + 1, word) != 0)
		return 0;
	snprintf(address, sizeof(address), "%.*s", n, c->wish);
	q->verb = NETD_ATTACH;
	q->address = address_parse(address);
	if (!q->address && strcmp(address, "any") != 0)
		return err_set(e, -EINVAL,
			       "annotation " ADDRESS_ANNOTATION "=%s: expected "
			       "an IPv4 address or any",
			       c->wish);
	rc = enter(c->pid, e);
	if (!rc)
		rc = netd_ask(c->socket, q, &a, e);
	if (rc == -EDQUOT && !netd_leases(c->socket, free_gone, c, &quiet))
		rc = netd_ask(c->socket, q, &a, e);
	if (!rc)
		rc = up(a.address, e);
	if (!rc)
		hosts(c, a.address);
	return rc ? err_wrap(e, rc, "--ip") : 0;
}

int cmd_hook(const struct settings *s, int argc, char **argv, struct err *e)
{
	json_auto_t *state = json_loadf(stdin, 0, NULL);
	struct netd_request q = {.version = NETD_VERSION};
	struct state c = {"", "", "", "", "", 0, s->socket};
	struct netd_reply a;
	struct err quiet;

	(void)argv;
	if (argc != 1 ||
	    json_unpack(state, "{s:s, s:s, s:s, s?i, s?{s?s, s?s}}", "id",
			&c.id, "bundle", &c.bundle, "status", &c.status, "pid",
			&c.pid, "annotations", ADDRESS_ANNOTATION, &c.wish,
			"io.podman.annotations.autoremove", &c.autoremove) ||
	    strlen(c.id) != NETD_CONTAINER)
		return err_set(e, -EINVAL,
			       "hook: called by a container's runtime only");
	memcpy(q.container, c.id, NETD_CONTAINER);
	if (strcmp(c.status, "stopped") != 0)
		return start(&c, &q, e);
	/* What was run with --rm does not come back */
	q.verb = NETD_RELEASE;
	if (strcmp(c.autoremove, "TRUE") == 0)
		netd_ask(c.socket, &q, &a, &quiet);
	return 0;
}
