/* ie-netd: gives network namespaces of users' containers an address of the
 * site's network. A user of its own with CAP_NET_ADMIN and nothing else; it
 * parses one message of fixed size and its configuration, and opens no file of
 * a user's. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "cleanup.h"
#include "netd/netd.h"
#include "version.h"

#define LISTEN_FIRST 3 /* sd_listen_fds(3) */

static const char usage[] =
	"usage: ie-netd [OPTION]...\n"
	"  --conf FILE     configuration (/etc/ie-netd.conf)\n"
	"  --state FOLDER  where leases are kept ($STATE_DIRECTORY, else "
	"/var/lib/ie-netd)\n"
	"  --socket PATH   listen there; otherwise on the socket that systemd "
	"hands over\n"
	"  --check         read the configuration and say whether it is valid\n"
	"  --help, --version\n"
	"It needs CAP_NET_ADMIN, gives up everything else, and is not to be "
	"run "
	"as root.\n";

/* CAP_NET_ADMIN, and no way to more. */
static int privileges(struct err *e)
{
	struct __user_cap_header_struct h = {
		.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct c[2] = {0};

	if (getuid() == 0 || geteuid() == 0)
		return err_set(e, -EPERM,
			       "it is not to be run as root; use its unit, or "
			       "setpriv with --ambient-caps +net_admin");
	c[0].effective = c[0].permitted = 1u << CAP_NET_ADMIN;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) ||
	    syscall(SYS_capset, &h, c))
		return err_sys(e, -errno, "keep CAP_NET_ADMIN alone");
	return 0;
}

static int listen_at(const char *path, struct err *e)
{
	cleanup_fd int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(a.sun_path))
		return err_sys(e, -ENAMETOOLONG, "listen at %s", path);
	strcpy(a.sun_path, path);
	if (unlink(path) && errno != ENOENT)
		return err_sys(e, -errno, "remove %s", path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) ||
	    chmod(path, 0666) || listen(fd, 128))
		return err_sys(e, -errno, "listen at %s", path);
	return steal_fd(&fd);
}

/* The socket that systemd made, as sd_listen_fds(3) describes it. */
static int listen_given(struct err *e)
{
	const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
	int type = 0, on = 0;
	socklen_t size = sizeof(int);

	if (!pid || atol(pid) != getpid() || !count || strcmp(count, "1") != 0)
		return err_set(e, -EINVAL,
			       "systemd handed no socket over; name one with "
			       "--socket");
	if (getsockopt(LISTEN_FIRST, SOL_SOCKET, SO_TYPE, &type, &size) ||
	    type != SOCK_SEQPACKET ||
	    getsockopt(LISTEN_FIRST, SOL_SOCKET, SO_ACCEPTCONN, &on, &size) ||
	    !on)
		return err_set(e, -EINVAL,
			       "the socket that was handed over is not one of "
			       "packets (ListenSequentialPacket=)");
	fcntl(LISTEN_FIRST, F_SETFL, 0); /* systemd's does not block */
	return LISTEN_FIRST;
}

struct options {
	const char *conf, *state, *socket;
	bool check;
};

static int run(const struct options *o, struct err *e)
{
	struct netd d = {.leases.file = -1, .own_netns = -1};
	int listener, rc;

	if (o->check)
		return netd_conf_load(&d.conf, o->conf, e);
	rc = privileges(e);
	if (rc)
		return rc;
	rc = netd_open(&d, o->conf, o->state, e);
	listener = rc	       ? rc
		   : o->socket ? listen_at(o->socket, e)
			       : listen_given(e);
	rc = listener < 0 ? listener : netd_serve(&d, listener, e);
	netd_close(&d);
	return rc;
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {
		{"conf", required_argument, NULL, 'c'},
		{"state", required_argument, NULL, 's'},
		{"socket", required_argument, NULL, 'l'},
		{"check", no_argument, NULL, 'k'},
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'v'},
		{0},
	};
	const char *given = getenv("STATE_DIRECTORY");
	struct options o = {.conf = "/etc/ie-netd.conf",
			    .state = given ? given : "/var/lib/ie-netd"};
	struct err e = {""};
	int c, rc;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) >= 0)
		switch (c) {
		case 'c':
			o.conf = optarg;
			break;
		case 's':
			o.state = optarg;
			break;
		case 'l':
			o.socket = optarg;
			break;
		case 'k':
			o.check = true;
			break;
		case 'h':
			return fputs(usage, stdout) < 0;
		case 'v':
			return puts("ie-netd " IE_VERSION) < 0;
		default:
			return 2;
		}
	if (optind < argc) {
		fprintf(stderr, "ie-netd: %s: unexpected; see --help\n",
			argv[optind]);
		return 2;
	}
	umask(077);
	rc = run(&o, &e);
	if (rc)
		fprintf(stderr, "ie-netd: %s\n", e.msg);
	return rc == -EINVAL ? 2 : rc ? 1 : 0;
}
