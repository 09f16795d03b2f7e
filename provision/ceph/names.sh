# shellcheck shell=sh disable=SC2034
# Names that the steps of this service share. Sourced after step.sh.

conf=$IE_DIR/ceph.conf
osds='0 1 2'

admin() {
	"$IE_BIN/ceph-admin" -c "$conf" "$@"
}

# Waits for the cluster, but not for one whose daemons have ended.
alive() {
	admin "$@" run/*.pid
}

# The cluster's own uuid with its end replaced: one per OSD.
osd_uuid() {
	sed "s/............\$/00000000000$1/" fsid
}
