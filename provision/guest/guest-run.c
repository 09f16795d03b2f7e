/* Starts a guest's kernel: on a tap of its own at the cluster's bridge, handed
 * over as descriptor 3, and with the host's files read-only but for the
 * service's folder, whatever the guest's root does. A tap that is opened here
 * and not by the guest's kernel never asks for segmentation offload, whose
 * frames that kernel would drop.
 * usage: guest-run BRIDGE TAP SERVICE_DIR MEMORY_DIR COMMAND... */
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cleanup.h"
#include "err.h"

#define TAP_FD 3
#define MTU 9000 /* as local/up and guest/init have it */

static struct ifreq request(const char *name)
{
	struct ifreq r = {0};

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	return r;
}

static int tap_open(const char *name, struct err *e)
{
	struct ifreq r = request(name);
	int fd = open("/dev/net/tun", O_RDWR);

	r.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_TUN_EXCL;
	if (fd < 0 || ioctl(fd, TUNSETIFF, &r) < 0)
		return err_sys(e, -errno, "make tap %s", name);
	if (fd != TAP_FD && (dup2(fd, TAP_FD) < 0 || close(fd) < 0))
		return err_sys(e, -errno, "make tap %s", name);
	return 0;
}

static int tap_join(const char *tap, const char *bridge, struct err *e)
{
	struct ifreq t = request(tap), b = request(bridge);
	cleanup_fd int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (s < 0 || ioctl(s, SIOCGIFINDEX, &t) < 0)
		return err_sys(e, -errno, "join tap %s to %s", tap, bridge);
	b.ifr_ifindex = t.ifr_ifindex;
	t.ifr_mtu = MTU;
	if (ioctl(s, SIOCSIFMTU, &t) < 0)
		return err_sys(e, -errno, "join tap %s to %s", tap, bridge);
	if (ioctl(s, SIOCBRADDIF, &b) < 0 || ioctl(s, SIOCGIFFLAGS, &t) < 0)
		return err_sys(e, -errno, "join tap %s to %s", tap, bridge);
	t.ifr_flags |= IFF_UP;
	if (ioctl(s, SIOCSIFFLAGS, &t) < 0)
		return err_sys(e, -errno, "start tap %s", tap);
	return 0;
}

/* In a mount namespace that ends with the guest. Its memory is a file that
 * lies in memory, too. */
static int files_protect(const char *dir, const char *memory, struct err *e)
{
	struct mount_attr ro = {.attr_set = MOUNT_ATTR_RDONLY};
	struct mount_attr rw = {.attr_clr = MOUNT_ATTR_RDONLY};

	if (unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount(dir, dir, NULL, MS_BIND, NULL) < 0 ||
	    mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &ro, sizeof(ro)) < 0 ||
	    mount_setattr(AT_FDCWD, dir, 0, &rw, sizeof(rw)) < 0)
		return err_sys(e, -errno, "make all but %s read-only", dir);
	if (mount("guest", memory, "tmpfs", MS_NOSUID | MS_NODEV, "size=100%") <
	    0)
		return err_sys(e, -errno, "mount %s", memory);
	setenv("TMPDIR", memory, 1);
	return 0;
}

int main(int argc, char **argv)
{
	struct err e;
	int r;

	if (argc < 6) {
		fprintf(stderr, "usage: guest-run BRIDGE TAP SERVICE_DIR "
				"MEMORY_DIR COMMAND...\n");
		return 2;
	}
	r = tap_open(argv[2], &e);
	if (r == 0)
		r = tap_join(argv[2], argv[1], &e);
	if (r == 0)
		r = files_protect(argv[3], argv[4], &e);
	if (r == 0) {
		execvp(argv[5], argv + 5);
		err_sys(&e, -errno, "start %s", argv[5]);
	}
	fprintf(stderr, "guest-run: %s\n", e.msg);
	return 1;
}
