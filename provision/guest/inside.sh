# shellcheck shell=sh
# What steps that run in a guest share. Sourced first.

# until_true TENTHS WHAT COMMAND...
until_true() {
	left=$1
	what=$2
	shift 2
	until "$@" >/dev/null 2>&1; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || {
			echo "$IE_GUEST: $what: not in time" >&2
			return 1
		}
		sleep 0.1
	done
}

modules() { # NAME...
	for module; do
		modprobe -d /run "$module"
	done
}

# mounted TYPE DEVICE NAME OPTIONS: at /run/ie/NAME. A mount that failed leaves
# a folder in memory: what statfs says is what counts.
mounted() {
	mkdir -p "/run/ie/$3"
	# The helper for Ceph looks for modules and keys of its own.
	past=
	[ "$1" != ceph ] || past=i
	mount "-n$past" -t "$1" -o "noatime$4" "$2" "/run/ie/$3" || {
		echo "$IE_GUEST: mount $2 as $1: failed" >&2
		return 1
	}
	case ${1%4}.$(stat -f -c %t "/run/ie/$3") in
	gfs2.1161970 | ext.ef53 | xfs.58465342 | ceph.c36400 | nfs.6969) ;;
	*)
		echo "$IE_GUEST: /run/ie/$3 is no $1" >&2
		return 1
		;;
	esac
}

# What a guest can do without a disk or a network.
memory_limit() {
	mkdir -p /run/ie/memory
	mount -t tmpfs -o size=50% tmpfs /run/ie/memory
}
