# shellcheck shell=sh disable=SC2034
# Names that the steps of this service share. Sourced after step.sh.

conf=$IE_DIR/ceph.conf
osds='0 1 2'

admin() {
	"$IE_BIN/ceph-admin" -c "$conf" "$@"
}

start_mon() {
	daemon mon.a ceph-mon -f -c "$conf" -i a
}
start_mgr() {
	daemon mgr.x ceph-mgr -f -c "$conf" -i x
}
start_osds() {
	for i in $osds; do
		daemon "osd.$i" ceph-osd -f -c "$conf" -i "$i"
	done
}
start_mds() {
	daemon mds.a ceph-mds -f -c "$conf" -i a
}

# Waits for the cluster, but not for one whose daemons have ended.
alive() {
	admin "$@" run/*.pid
}

# The cluster's own uuid with its end replaced: one per OSD.
osd_uuid() {
	sed "s/............\$/00000000000$1/" fsid
}
