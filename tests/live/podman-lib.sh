# shellcheck shell=sh disable=SC2034
# A machine of its own for tests of ie-podman: namespaces of mounts, network
# and processes, in which /run and the changes to /etc are in memory. Users,
# stores, links and containers made in it are gone when it is left, also by
# SIGKILL. It has ie-podman installed for two ordinary users with rootless
# Podman, and ie-netd can be started.
#
#	. tests/live/podman-lib.sh    (from the top folder)
#	podman_enter tests/live/NAME.t    (the rest runs inside)
#
# Sets: home (a folder for the test), pod (ie-podman). `alice COMMAND...` runs
# it as that user, in the user's own folder and environment; so does bob.

build=$(cd "${BUILD:-build}" && pwd)
home=/run/ie-podman-test
pod=/usr/local/bin/ie-podman
# shellcheck source=tests/tap.sh
. tests/tap.sh

podman_usable() {
	[ "$(id -u)" = 0 ] && command -v podman runc busybox newuidmap
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
	mount --make-rshared /
	mount -t tmpfs -o mode=755 none /run
	mkdir -p "$home/etc" "$home/etc-work" "$home/local" \
		"$home/local-work" "$home/dev" /run/lock
	mount -t overlay -o \
		"lowerdir=/etc,upperdir=$home/etc,workdir=$home/etc-work" \
		none /etc
	mount -t overlay -o \
		"lowerdir=/usr/local,upperdir=$home/local,workdir=$home/local-work" \
		none /usr/local
	podman_device fuse 10 229
	podman_device net/tun 10 200
	ip link set lo up
	echo 1 >/proc/sys/net/ipv4/ip_forward
	sh tool/install.sh "$build" "" /usr/local
	podman_conf
	tree=$home/tree
	podman_tree
	for name in alice bob; do
		useradd -m -d "$home/$name" -s /bin/sh "$name"
		install -d -m 700 -o "$name" "/run/user/$(id -u "$name")"
		as "$name" podman import -q "$home/tree.tar" localhost/base
	done
}

# One that every user may open, as udev would have it.
podman_device() { # NAME MAJOR MINOR
	[ -e "/dev/$1" ] || return 0
	mknod -m 666 "$home/dev/${1##*/}" c "$2" "$3"
	mount --bind "$home/dev/${1##*/}" "/dev/$1"
}

# What this kind of machine needs: no systemd, not every limit may be raised.
podman_conf() {
	cat >/etc/containers/containers.conf <<-EOF
		[containers]
		default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
		log_driver = "k8s-file"
		[engine]
		events_logger = "file"
		cgroup_manager = "cgroupfs"
		runtime = "runc"
	EOF
	printf '[storage]\ndriver = "overlay"\n' >/etc/containers/storage.conf
}

# localhost/base: busybox and nothing else.
podman_tree() {
	for dir in bin dev etc proc run sys tmp root; do
		mkdir -p "$tree/$dir"
	done
	cp "$(command -v busybox)" "$tree/bin/busybox"
	for applet in sh ls cat id sleep echo httpd touch mkdir grep ip nc \
		env ping arping nslookup wget true test rm; do
		ln -sf busybox "$tree/bin/$applet"
	done
	echo root:x:0:0:root:/root:/bin/sh >"$tree/etc/passwd"
	tar -C "$tree" -cf "$home/tree.tar" .
}

as() { # USER COMMAND...
	(
		cd "$home/$1" || exit
		user=$1
		shift
		exec setpriv --reuid "$user" --regid "$user" --init-groups \
			env -i HOME="$home/$user" USER="$user" \
			XDG_RUNTIME_DIR="/run/user/$(id -u "$user")" \
			${ASAN_OPTIONS:+"ASAN_OPTIONS=$ASAN_OPTIONS"} \
			PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin "$@"
	)
}
alice() {
	as alice "$@"
}
bob() {
	as bob "$@"
}

# ie-netd as its unit would start it: its own user, one capability.
netd_conf() { # LINE...
	printf '%s\n' "$@" >"$home/ie-netd.conf"
}
netd_start() {
	getent passwd ie-netd >/dev/null ||
		useradd -r -M -s /usr/sbin/nologin ie-netd
	install -d -o ie-netd -m 755 /run/ie-netd
	install -d -o ie-netd -m 700 "$home/netd"
	rm -f /run/ie-netd/socket
	setpriv --reuid ie-netd --regid ie-netd --clear-groups \
		--inh-caps +net_admin --ambient-caps +net_admin \
		--bounding-set -all,+net_admin --no-new-privs \
		/usr/local/sbin/ie-netd --conf "$home/ie-netd.conf" \
		--state "$home/netd" --socket /run/ie-netd/socket \
		2>>"$home/netd.log" &
	netd=$!
	left=100
	until [ -S /run/ie-netd/socket ] || [ $left = 0 ]; do
		left=$((left - 1))
		sleep 0.05
	done
}
