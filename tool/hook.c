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
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ask.h"
#include "cleanup.h"
#include "netd/rtnl.h"

#define HOSTS_MAX (1 << 20)

static const char *member(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

/* --- our end of the link -------------------------------------------------- */

static int up(uint32_t address, struct err *e)
{
	unsigned link = if_nametoindex(NETD_PEER);
	struct rtnl r;
	int rc = rtnl_open(&r, 0);

	if (rc)
		return err_sys(e, rc, "open rtnetlink");
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

static int enter(const json_t *state, struct err *e)
{
	json_int_t pid = json_integer_value(json_object_get(state, "pid"));
	char path[64];
	cleanup_fd int fd = -1;

	snprintf(path, sizeof(path), "/proc/%lld/ns/net", (long long)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		return err_sys(e, -errno, "enter the container's network");
	return 0;
}

/* --- its name ------------------------------------------------------------- */

/* Without a network of podman's a container's own name means 127.0.0.1, and a
 * server that listens at its name would not be reached. */
static void hosts_write(const char *path, const char *address)
{
	cleanup_free char *all = NULL;
	char line[1024], name[256] = "";
	size_t size = 0;
	FILE *out = open_memstream(&all, &size);
	int fd = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r+");
	struct stat st;
	char *last = NULL;

	if (!f || fstat(fd, &st) || !S_ISREG(st.st_mode) ||
	    st.st_size > HOSTS_MAX)
		goto end;
	while (out && fgets(line, sizeof(line), f)) {
		cleanup_free char *copy = strdup(line);

		/* The container's line is the last one, with two names */
		if (copy && sscanf(line, "127.0.0.1 %255s", name) == 1 &&
		    strcmp(name, "localhost") != 0) {
			if (last)
				fputs(last, out);
			free(last);
			last = steal_pointer(&copy);
		} else {
			fputs(line, out);
		}
	}
	if (out && last)
		fprintf(out, "%s%s", address, last + strlen("127.0.0.1"));
	if (out && fclose(out) == 0 && all) {
		rewind(f);
		if (fwrite(all, 1, size, f) == size && fflush(f) == 0 &&
		    ftruncate(fd, (off_t)size))
			fputs("ie-podman: hosts: not cut\n", stderr);
	}
end:
	if (f)
		fclose(f);
	free(last);
}

static void hosts(const json_t *state, uint32_t address)
{
	cleanup_free char *path = NULL;
	json_auto_t *config = NULL;
	const json_t *mount;
	char text[ADDRESS_LEN], own[96];
	size_t i;

	/* Podman's file of this container, and not one that the user mounts */
	snprintf(own, sizeof(own), "/%.64s/userdata/hosts",
		 member(state, "id"));
	if (asprintf(&path, "%s/config.json", member(state, "bundle")) >= 0)
		config = json_load_file(path, 0, NULL);
	json_array_foreach (json_object_get(config, "mounts"), i, mount)
		if (strcmp(member(mount, "destination"), "/etc/hosts") == 0 &&
		    strstr(member(mount, "source"), own))
			hosts_write(member(mount, "source"),
				    address_text(address, text));
}

/* --- leases of containers that are gone ----------------------------------- */

struct gone {
	const char *socket, *bundle;
	const char *self;
	size_t freed;
};

/* Podman's folder of another container lies beside this one's. */
static int free_gone(const struct netd_lease *x, void *arg, struct err *e)
{
	struct gone *g = arg;
	struct netd_request q = {NETD_VERSION, NETD_RELEASE, x->address, ""};
	struct netd_reply a;
	cleanup_free char *path = NULL;

	if (x->attached || memcmp(x->container, g->self, NETD_CONTAINER) == 0 ||
	    asprintf(&path, "%s/../../%.64s", g->bundle, x->container) < 0 ||
	    access(path, F_OK) == 0)
		return 0;
	if (!netd_ask(g->socket, &q, &a, e))
		g->freed++;
	return 0;
}

/* --- stages --------------------------------------------------------------- */

static int ask(const struct settings *s, const json_t *state,
	       struct netd_request *q, struct netd_reply *a, struct err *e)
{
	struct gone g = {.socket = s->socket,
			 .bundle = member(state, "bundle"),
			 .self = q->container};
	struct err quiet;
	int rc = netd_ask(s->socket, q, a, e);

	if (rc == -EDQUOT && !netd_leases(s->socket, free_gone, &g, &quiet) &&
	    g.freed)
		rc = netd_ask(s->socket, q, a, e);
	return rc;
}

static int start(const struct settings *s, const json_t *state,
		 struct netd_request *q, struct err *e)
{
	const char *wish = member(json_object_get(state, "annotations"),
				  ADDRESS_ANNOTATION);
	char address[ADDRESS_LEN], word[MACHINE_WORD];
	struct netd_reply a;
	int rc;

	q->verb = NETD_ATTACH;
	snprintf(address, sizeof(address), "%.*s", (int)strcspn(wish, "@"),
		 wish);
	machine_word(word);
	/* An image's own annotation, or another machine's container */
	if (strcmp(wish + strlen(address), "") == 0 ||
	    strcmp(wish + strlen(address) + 1, word) != 0)
		return 0;
	q->address = address_parse(address);
	if (!q->address && strcmp(address, "any") != 0)
		return err_set(e, -EINVAL,
			       "annotation " ADDRESS_ANNOTATION "=%s: expected "
			       "an IPv4 address or any",
			       wish);
	rc = enter(state, e);
	if (!rc)
		rc = ask(s, state, q, &a, e);
	if (!rc)
		rc = up(a.address, e);
	if (!rc)
		hosts(state, a.address);
	return rc;
}

/* What was run with --rm does not come back. */
static int stop(const struct settings *s, const json_t *state,
		struct netd_request *q)
{
	struct netd_reply a;
	struct err quiet;

	q->verb = NETD_RELEASE;
	if (strcmp(member(json_object_get(state, "annotations"),
			  "io.podman.annotations.autoremove"),
		   "TRUE") == 0)
		netd_ask(s->socket, q, &a, &quiet);
	return 0;
}

int cmd_hook(const struct settings *s, int argc, char **argv, struct err *e)
{
	json_auto_t *state = json_loadf(stdin, 0, NULL);
	struct netd_request q = {.version = NETD_VERSION};
	const char *id = member(state, "id");
	int rc;

	if (argc != 2 || strlen(id) != NETD_CONTAINER)
		return err_set(e, -EINVAL,
			       "hook: called by a container's runtime only");
	memcpy(q.container, id, NETD_CONTAINER);
	if (strcmp(argv[1], "stop") == 0)
		return stop(s, state, &q);
	rc = start(s, state, &q, e);
	return rc ? err_wrap(e, rc, "--ip") : 0;
}
