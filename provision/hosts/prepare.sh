#!/bin/sh
# Makes what the service `hosts` starts from: DIR/disk.img, an ext4 with a whole
# Debian of this machine's release, and DIR/packages, what is in it. It is made
# anew when its recipe has changed, or when this machine's package lists have a
# newer version of one of the packages named here; else no network is needed.
# usage: prepare.sh DIR
set -eu
dir=$1
here=$(dirname "$0")
. "$here/../base.sh"

# What a host has; what users of containers have; what runs their jobs; what
# this suite's own programs need.
packages='systemd systemd-sysv udev kmod dbus dbus-user-session libpam-systemd
	login procps iproute2 iputils-ping nftables iptables iperf3
	podman uidmap slirp4netns passt crun runc fuse-overlayfs fuse3 netavark
	catatonit bubblewrap squashfuse squashfs-tools
	slurmctld slurmd slurm-client munge
	libjansson4 libmnl0 libnftables1 libinih1 libcap2-bin'
size=16G # sparse

recipe() {
	{
		debian_codename
		cat "$0" "$here/../base.sh" "$here"/base/*
	} | sha256sum
}

# What this machine's package lists know, as NAME VERSION.
candidates() {
	# shellcheck disable=SC2086 # a list of words
	LC_ALL=C apt-cache policy $packages | awk '
		/^[^ ]/ { name = $1; sub(/:$/, "", name) }
		/^  Candidate:/ && $2 != "(none)" { print name, $2 }'
}

# The newest versions known when it was made count as there: a mirror may be
# behind this machine's own sources.
current() {
	[ -e "$dir/disk.img" ] &&
		[ "$(cat "$dir/recipe" 2>/dev/null)" = "$(recipe)" ] || return 1
	candidates | while read -r name version; do
		has=$(sed -n "s/^$name //p" "$dir/packages")
		dpkg --compare-versions "$has" ge "$version" ||
			grep -qxF "$name $version" "$dir/known" || {
			echo "$dir: made anew: $name $version is newer" >&2
			exit 1
		}
	done
}

! current || exit 0
[ "$(id -u)" = 0 ] || {
	echo "prepare.sh: make $dir/disk.img: only root can make a Debian" >&2
	exit 1
}

mkdir -p "$dir"
tmp=$(mktemp -d "$dir/new.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# shellcheck disable=SC2086 # a list of words
debian_make "$tmp/tree" "$(echo $packages | tr ' ' ,)" \
	--customize-hook="chroot \"\$1\" dpkg-query -W \
		-f '\${Package} \${Version}\n' >$tmp/packages" \
	--customize-hook="sh $here/base/customize \"\$1\""
truncate -s "$size" "$tmp/disk.img"
mkfs.ext4 -q -F -L host -m 1 -d "$tmp/tree" "$tmp/disk.img"
recipe >"$tmp/recipe"
candidates >"$tmp/known"
rm -f "$dir/disk.img" "$dir/packages" "$dir/recipe"
mv "$tmp/disk.img" "$tmp/packages" "$tmp/known" "$tmp/recipe" "$dir"
