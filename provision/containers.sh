# shellcheck shell=sh
# What the services that run containers share: in the cluster's own mount
# namespace /run and /mnt are private, so that nothing of an engine's state
# (sockets, locks, network namespaces) lands in the host's. Sourced after
# step.sh.

[ "$(id -u)" = 0 ] || {
	echo 'engines that are measured side by side need root: mounts,' \
		'control groups, a user of their own' >&2
	exit 1
}

private_mounts() {
	private_mnt
	[ ! -e /mnt/.ie-run ] || return 0
	case $IE_CLUSTER_DIR/ in
	/run/* | /var/run/*)
		echo "$IE_CLUSTER_DIR lies in /run, which engines get for" \
			'themselves; use another --dir' >&2
		exit 1
		;;
	esac
	mount -t tmpfs -o mode=755,nosuid,nodev ie-cluster /run
	mkdir -m 1777 /run/lock
	: >/mnt/.ie-run
}

# own_disk FOLDER: mounts an ext4 of the service's own there, on a sparse file,
# so that stores lie on the same file system whatever the host has. It has a
# journal: without one ext4 looks at every inode that was freed in the last
# minutes before it takes another, and a store filled after another was emptied
# took twice the time.
own_disk() {
	need mkfs.ext4
	free=$(($(df -kP . | awk 'NR == 2 { print $4 }') / 1048576))
	size=${IE_DISK_GIB:-$((free / 3 < 64 ? free / 3 : 64))}
	[ "$size" -ge 1 ] || {
		echo "a disk of 1 GiB does not fit: $free GiB are free" >&2
		exit 1
	}
	truncate -s "${size}G" disk.img
	mkfs.ext4 -q -F -E lazy_itable_init=1,lazy_journal_init=1 disk.img
	mkdir "$1"
	# What is formatted late would be written while something is measured
	mount -o loop,noinit_itable disk.img "$1"
	chmod 755 "$1"
}
