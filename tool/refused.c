/* Why options of Podman's are refused. It decides nothing: what is not in
 * options.c is refused whether it stands here or not. */
#include <stdbool.h>
#include <string.h>

#include "cleanup.h"
#include "op.h"

static const struct {
	const char *why, *options;
} reasons[] = {
	{"refused: it reaches files of the host",
	 "mount volume volumes-from rootfs chrootdirs image-volume init-path "
	 "tmpfs "
	 "secret ssh hooks-dir build-context output root runroot volumepath "
	 "storage-opt storage-driver opt driver"},
	{"refused: root would read or write a file of the caller's choice",
	 "env-file label-file cidfile conmon-pidfile pidfile pod-id-file "
	 "iidfile logfile authfile cert-dir ignorefile digestfile "
	 "decryption-key sign-by passwd-entry log-opt tmpdir identity"},
	{"refused: it opens devices of the host",
	 "device device-cgroup-rule device-read-bps device-read-iops "
	 "device-write-bps device-write-iops blkio-weight-device"},
	{"refused: it gives privileges",
	 "privileged cap-add security-opt seccomp-policy sysctl group-add "
	 "ulimit personality cap-drop"},
	{"refused: it joins a namespace of the host or of another container",
	 "network net ipc pid uts cgroupns userns pod hostuser passwd "
	 "subuidname subgidname uidmap gidmap userns-uid-map userns-gid-map "
	 "userns-uid-map-user userns-gid-map-group infra namespace "
	 "network-config-dir"},
	{"refused: it chooses what runs as root outside the container",
	 "runtime runtime-flag conmon network-cmd-path cgroup-manager "
	 "isolation cpp-flag events-backend health-cmd health-interval "
	 "health-on-failure health-retries health-start-period "
	 "health-timeout restart systemd sdnotify log-driver"},
	{"refused: the site sets the limits",
	 "pids-limit memory-swap memory-reservation memory-swappiness "
	 "oom-kill-disable oom-score-adj cpu-period cpu-quota cpu-rt-period "
	 "cpu-rt-runtime cpu-shares cpuset-cpus cpuset-mems blkio-weight "
	 "shm-size cgroups cgroup-conf cgroup-parent"},
	{"refused: labels and annotations steer runtimes and this program",
	 "annotation label identity-label"},
	{"refused: the environment and descriptors of root are not the "
	 "caller's",
	 "env-host env-merge preserve-fds http-proxy unsetenv unsetenv-all"},
	{"refused: an image comes from the caller's or the site's store, by "
	 "`ie-podman pull` only",
	 "pull creds tls-verify disable-content-trust all-tags cache-from "
	 "cache-to from manifest all-platforms"},
	{"refused: ports, names and addresses on the site's networks are "
	 "given by --ip alone",
	 "publish publish-all ip6 mac-address network-alias dns dns-option "
	 "dns-search add-host no-hosts hostname expose"},
	{"refused: it acts on what was not named, or on another's",
	 "latest filter external replace requires depend namespace"},
	{"refused: it connects to another Podman", "url connection remote"},
};

const char *refused_why(const char *name, size_t n)
{
	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++) {
		const char *at = reasons[i].options;

		while (*at) {
			size_t word = strcspn(at, " ");

			if (word == n && strncmp(at, name, n) == 0)
				return reasons[i].why;
			at += word + (at[word] == ' ');
		}
	}
	return NULL;
}
