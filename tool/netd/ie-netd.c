/* ie-netd: gives network namespaces of users' containers an address of the
 * site's network. A user of its own with CAP_NET_ADMIN and nothing else; it
 * parses one message of fixed size and its configuration, and opens no file of
 * a user's. */
#include <fcntl.h>
#include <getopt.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "netd/netd.h"
#include "version.h"

#ifndef SO_PASSRIGHTS
#define SO_PASSRIGHTS 83 /* asm-generic/socket.h */
#endif
#define LISTEN_FIRST 3 /* sd_listen_fds(3) */

enum { CONF, STATE, SOCKET, CHECK, HELP, VERSION };
static const char usage[] =
	"usage: ie-netd [OPTION]...\n"
	"  --conf FILE     configuration (/etc/ie-netd.conf)\n"
	"  --state FOLDER  of the leases ($STATE_DIRECTORY, /var/lib/ie-netd)\n"
	"  --socket PATH   listen there and not on systemd's socket\n"
	"  --check         only read the configuration\n"
	"  --help, --version\n"
	"It needs CAP_NET_ADMIN, gives up all else, and refuses to be root.\n";

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
	cleanup_fd int fd = socket(
		AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(a.sun_path))
		return err_sys(e, -ENAMETOOLONG, "listen at %s", path);
	strcpy(a.sun_path, path);
	if (fd < 0 || (unlink(path) && errno != ENOENT) ||
	    bind(fd, (struct sockaddr *)&a, sizeof(a)) || chmod(path, 0666) ||
	    listen(fd, 64))
		return err_sys(e, -errno, "listen at %s", path);
	return steal_fd(&fd);
}

/* The socket that systemd made, as sd_listen_fds(3) describes it. */
static int listen_given(struct err *e)
{
	const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");

	if (!pid || atol(pid) != getpid() || !count || atol(count) != 1)
		return err_set(e, -EINVAL,
			       "systemd handed no socket over; name one with "
			       "--socket");
	fcntl(LISTEN_FIRST, F_SETFL, O_NONBLOCK);
	fcntl(LISTEN_FIRST, F_SETFD, FD_CLOEXEC);
	return LISTEN_FIRST;
}

static int run(char *const *given, struct err *e)
{
	static struct netd d; /* until the process ends */
	int rc = privileges(e) ?: netd_open(&d, given[CONF], given[STATE], e);
	struct rlimit files;
	int listener;

	if (rc)
		return rc;
	listener =
		given[SOCKET] ? listen_at(given[SOCKET], e) : listen_given(e);
	if (listener < 0)
		return listener;
	/* Where the kernel can (Linux 6.16), no descriptors at all */
	/* poll(2) asks for as many as it is given, whether they are open */
	if (!getrlimit(RLIMIT_NOFILE, &files)) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	setsockopt(listener, SOL_SOCKET, SO_PASSRIGHTS, &(int){0}, sizeof(int));
	return netd_serve(&d, listener, e);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		[CONF] = {"conf", required_argument},
		[STATE] = {"state", required_argument},
		[SOCKET] = {"socket", required_argument},
		[CHECK] = {"check", no_argument},
		[HELP] = {"help", no_argument},
		[VERSION] = {"version", no_argument},
		{0},
	};
	char *state = getenv("STATE_DIRECTORY"),
	     *given[VERSION + 1] = {"/etc/ie-netd.conf",
				    state ? state : "/var/lib/ie-netd"};
	struct netd_conf conf;
	struct err e = {""};
	int c, i, rc;

	while ((c = getopt_long(argc, argv, "", options, &i)) == 0)
		given[i] = optarg ? optarg : "";
	if (c != -1)
		return 2;
	if (given[HELP] || given[VERSION])
		return fputs(given[HELP] ? usage : "ie-netd " IE_VERSION "\n",
			     stdout) < 0;
	umask(077);
	if (optind < argc)
		rc = err_set(&e, -EINVAL, "%s: unexpected; see --help",
			     argv[optind]);
	else
		rc = given[CHECK] ? netd_conf_load(&conf, given[CONF], &e)
				  : run(given, &e);
	if (rc)
		fprintf(stderr, "ie-netd: %s\n", e.msg);
	return rc == -EINVAL ? 2 : rc ? 1 : 0;
}
