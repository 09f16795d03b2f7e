# shellcheck shell=sh
# A machine of its own for tests of ie-podman: namespaces of mounts, network
# and processes, in which /run and the changes to /etc are in memory. Users,
# networks, stores and containers made in it are gone when it is left, also by
# SIGKILL. It has ie-podman installed setuid root, obeying a configuration of
# the test's, and an image store of the site's.
#
#	. tests/live/podman-lib.sh    (from the top folder)
#	podman_enter tests/live/NAME.t    (the rest runs inside)
#
# Sets: home (a folder for the test), alice, bob: `alice COMMAND...` runs it as
# that user, from his own folder; `pod` is ie-podman.

build=${BUILD:-build}
home=/run/ie-podman-test
pod=$home/bin/ie-podman
# shellcheck source=tests/tap.sh
. tests/tap.sh

podman_usable() {
	[ "$(id -u)" = 0 ] && command -v podman runc busybox netavark
}

# Goes on inside, or ends the script where there is no podman.
podman_enter() { # SCRIPT
	if [ -z "${PODMAN_INSIDE:-}" ]; then
		need podman podman_usable || {
			done_testing
			exit
		}
		PODMAN_INSIDE=1 exec unshare --mount --net --pid --fork \
			--kill-child --mount-proc --propagation private \
			sh "$1"
	fi
	podman_machine >/dev/null
}

podman_machine() {
	program=$(cd "$build" && pwd)/ie-podman-test
	# What a killed run left; those of others are not empty
	rmdir /sys/fs/cgroup/*/libpod_parent/* /sys/fs/cgroup/*/libpod_parent \
		2>/dev/null || true
	mount -t tmpfs -o mode=755 none /run
	mkdir -p "$home/bin" "$home/etc" "$home/work" /run/lock
	mount -t overlay -o "lowerdir=/etc,upperdir=$home/etc,workdir=$home/work" \
		none /etc
	ip link set lo up
	for name in alice bob; do
		useradd -m -d "$home/$name" -s /bin/sh "$name"
	done
	install -m 4755 "$program" "$pod"
	podman_conf ""
	podman_site
}

# Settings that this kind of machine needs (no systemd, not every limit may be
# raised), then those of the test.
podman_conf() { # MORE
	cat >"$home/containers.conf" <<-EOF
		[containers]
		default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
		[engine]
		lock_type = "file"
		events_logger = "none"
		cgroup_manager = "cgroupfs"
		runtime = "runc"
		[network]
		network_backend = "netavark"
	EOF
	cat >"$home/ie-podman.conf" <<-EOF
		state = $home/state
		run = $home/run
		containers_conf = $home/containers.conf
		image_stores = $home/site
		network = none
		build_network = none
		memory = 64m
		memory_max = 256m
		cpus = 1
		$1
	EOF
}

# Podman as the administrator has it, on the site's image store.
site_podman() {
	CONTAINERS_CONF=$home/containers.conf podman --root "$home/site" \
		--runroot "$home/site-run" --tmpdir "$home/site-tmp" "$@"
}

# localhost/base: busybox and nothing else.
podman_site() {
	tree=$home/tree
	for dir in bin dev etc proc run sys tmp root; do
		mkdir -p "$tree/$dir"
	done
	cp "$(command -v busybox)" "$tree/bin/busybox"
	for applet in sh ls cat id sleep echo httpd touch mkdir grep ip nc \
		env; do
		ln -sf busybox "$tree/bin/$applet"
	done
	echo root:x:0:0:root:/root:/bin/sh >"$tree/etc/passwd"
	tar -C "$tree" -c . | site_podman import - localhost/base
}

as() { # USER COMMAND...
	(
		cd "$home/$1" || exit
		user=$1
		shift
		exec setpriv --reuid "$user" --regid "$user" --init-groups \
			env -i HOME="$home/$user" PATH=/usr/bin:/bin "$@"
	)
}
alice() {
	as alice "$@"
}
bob() {
	as bob "$@"
}
