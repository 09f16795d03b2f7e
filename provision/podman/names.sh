# shellcheck shell=sh disable=SC2034
# Names and numbers that the steps of this service share. Sourced after
# step.sh.

user=ie-bench
# Its disk: the folder of a cluster is closed to other users
disk=/mnt/podman
home=$disk/home
# Where the user finds ie-podman: IE_BIN may be closed to them
programs=/mnt/bin
# Homes elsewhere
cephfs=/mnt/cephfs
nfs=/mnt/nfs

# The first id from 23000 on that nobody has.
free_uid() {
	awk -F : '{ used[$3] = 1 } END {
		for (id = 23000; id in used; id++)
			;
		print id }' /etc/passwd /etc/group
}

# free_range FILE: where the last range below 2^31 in it ends.
free_range() {
	awk -F : 'BEGIN { end = 100000 } $2 + $3 < 2147483648 &&
		$2 + $3 > end { end = $2 + $3 } END { print end }' "$1"
}

# most RESOURCE: its hard limit here, as a number.
most() {
	prlimit "--$1" --output HARD --noheadings | tr -d ' ' |
		sed 's/unlimited/1048576/'
}
