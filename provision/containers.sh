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
