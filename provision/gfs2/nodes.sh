# shellcheck shell=sh
# The two nodes, from nothing to mounted. Sourced after guest.sh.

make_disks() {
	guest_disks 16 gfs2.img gfs2-nolock.img ext4.img
	{
		mkfs.gfs2 -K -O -p lock_dlm -t ie:gfs2 -j 2 gfs2.img &&
			mkfs.gfs2 -K -O -p lock_nolock -j 1 gfs2-nolock.img &&
			mkfs.ext4 -F -q \
				-E lazy_itable_init=0,lazy_journal_init=0 ext4.img
	} >log/mkfs.out 2>&1 || {
		tail -n 1 log/mkfs.out >&2
		exit 1
	}
	done_with disks
}

# both STEP: runs node STEP in both at the same time.
both() {
	guest node1 "$IE_STEPS/node" "$1" &
	first=$!
	guest node2 "$IE_STEPS/node" "$1"
	wait "$first"
}

start_nodes() {
	# c: the disk is shared, its cache is not; t: no discards.
	guest_start node1 11 512M "ubd0ct=$IE_DIR/gfs2.img" \
		"ubd1t=$IE_DIR/gfs2-nolock.img" "ubd2t=$IE_DIR/ext4.img"
	guest_start node2 12 512M "ubd0ct=$IE_DIR/gfs2.img"
	for n in node1 node2; do
		guest "$n" true
	done
	done_with guests
	both cluster
	done_with dlm
	both mount
	guest node1 "$IE_STEPS/node" rungs
	done_with mounts
}
