#!/bin/sh
# shellcheck disable=SC2016,SC2317
# The kernel clients of everything in one guest: every mount is what it is
# called, is measured and cold down to the disk of its server; a server that
# dies ends its own cases only; nothing is left.
# IE_REQUIRE words: ceph, nfs, kclients, guest-worker.
set -eu
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/live/cluster-lib.sh
. "$(dirname "$0")/cluster-lib.sh"
guests_setup

usable() {
	command -v linux.uml tgtd tgtadm iscsistart rpc.nfsd exportfs \
		mount.nfs mkfs.xfs ip modprobe && [ -w /dev/net/tun ] &&
		[ "$(id -u)" = 0 ]
}
ceph() {
	command -v ceph-mon ceph-osd ceph-mgr ceph-mds rbd &&
		[ -e "$build/ceph-admin" ]
}
need kclients usable || done_testing
need ceph ceph || done_testing
need nfs command -v ganesha.nfsd || done_testing

ok 'all kernel clients come up' timeout 300 \
	"$build/ie-cluster" up ceph nfs kclients --dir "$T/c"
is 'every mount is what it is called' \
	"$(in_node client stat -f -c '%n %T' /run/ie/cephfs /run/ie/rbd-ext4 \
		/run/ie/rbd-xfs /run/ie/iscsi /run/ie/nfsd /run/ie/nfs-iscsi \
		/run/ie/ganesha4 /run/ie/ganesha3 | tr '\n' ' ')" \
	'/run/ie/cephfs ceph /run/ie/rbd-ext4 ext2/ext3 /run/ie/rbd-xfs xfs /run/ie/iscsi ext2/ext3 /run/ie/nfsd nfs /run/ie/nfs-iscsi nfs /run/ie/ganesha4 nfs /run/ie/ganesha3 nfs '
is 'NFS speaks the versions that it is called by' "$(in_node client sed -n \
	's,^.* /run/ie/\(ganesha.\|nfsd\) .*[,]vers=\([0-9.]*\)[,].*,\1 \2,p' \
	/proc/mounts | sort | tr '\n' ' ')" 'ganesha3 3 ganesha4 4.2 nfsd 4.2 '

bench() {
	"$build/ie-cluster" site --dir "$T/c" >"$T/site.ini"
	shared='kcephfs ganesha4'
	two='block = 4k\nnodes = 2'
	mounts='iscsi-ext4 nfsd nfs-iscsi ganesha4 ganesha3 kcephfs krbd-ext4 krbd-xfs'
	plan "$(section '*' write 'sizes = 1M\nverify = all'
		section "$mounts" read 'cache = cold\nsizes = 4M\nverify = all'
		section kcephfs handoff "sizes = 64k\nlock = flock\n$two"
		section "$shared" append "sizes = 64k\nlock = flock\n$two"
		section "$shared" create "sizes = 64k\nfolder = shared\n$two")"
	is 'every target is measured, cold down to the disk of its server' \
		"$(measured all)" ''
	is 'those are all cases of the plan' "$(tail -n 1 "$T/err")" \
		'28 ok, 0 invalid, 0 failed'
	is 'nothing is left on any mount' \
		"$(in_node client find /run/ie -name 'ie-bench*')" ''

	in_node kclients sh -c 'kill -KILL "-$(cat "$IE_DIR/run/server.pid")"'
	plan "$(section 'nfsd iscsi-ext4 krbd-ext4' write 'sizes = 1M')"
	sed -i 's/^timeout.*/timeout = 5/' "$T/plan.ini"
	like 'a server that has died ends its cases in the time limit' \
		"$(measured died)" 'nfsd write failed: *time limit*'
	is 'and the rest of the plan is measured' "$(tail -n 1 "$T/err")" \
		'2 ok, 0 invalid, 1 failed'
}
if need guest-worker runs_in_guest client; then
	bench
fi
guests_gone
done_testing
