# shellcheck shell=sh
# The guests of this service and what they mount. Sourced after guest.sh.

# Sparse, and never more than half of the free disk together. Nothing on GFS2
# is removed (see site), so each must hold a whole run.
make_disks() {
	free=$(($(df -kP . | awk 'NR == 2 { print $4 }') / 1048576))
	size=${IE_DISK_GIB:-$((free / 6 < 16 ? free / 6 : 16))}
	[ "$size" -ge 1 ] || {
		echo "three disks of 1 GiB do not fit: $free GiB are free"
		return 1
	}
	rm -f ./*.img
	truncate -s "${size}G" gfs2.img gfs2-nolock.img ext4.img
	mkfs.gfs2 -K -O -p lock_dlm -t ie:gfs2 -j 2 gfs2.img
	mkfs.gfs2 -K -O -p lock_nolock -j 1 gfs2-nolock.img
	mkfs.ext4 -F -q -E lazy_itable_init=0,lazy_journal_init=0 ext4.img
}

# c: the disk is shared, its cache is not; t: no discards.
start_nodes() {
	guest_start node1 11 512M "ubd0ct=$IE_DIR/gfs2.img" \
		"ubd1t=$IE_DIR/gfs2-nolock.img" "ubd2t=$IE_DIR/ext4.img"
	guest_start node2 12 512M "ubd0ct=$IE_DIR/gfs2.img"
}

# both STEP: runs node STEP in both at the same time.
both() {
	guest node1 "$IE_STEPS/node" "$1" &
	first=$!
	guest node2 "$IE_STEPS/node" "$1"
	wait "$first"
}

mount_all() {
	both cluster
	done_with dlm
	both mount
	guest node1 "$IE_STEPS/node" rungs
	done_with mounts
}
