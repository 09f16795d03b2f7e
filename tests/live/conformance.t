#!/bin/sh
# shellcheck disable=SC2317
# Every driver against real servers, and what a driver does when a server is
# lost. IE_REQUIRE words: ceph, nfs, uring.
set -eu
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

build=$(realpath "${BUILD:-build}")
T=$(mktemp -d /tmp/ie-t.XXXXXX)

cleanup() {
	"$build/ie-cluster" down --dir "$T/c" >/dev/null 2>&1 || :
	rm -rf "$T"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

built() {
	grep -q "^DRIVER($1)" "$build/drivers.def"
}
have_ceph() {
	built rados && command -v ceph-mon ceph-mgr ceph-osd ceph-mds
}
have_nfs() {
	built nfs && command -v ganesha.nfsd && [ "$(id -u)" = 0 ]
}
have_uring() {
	built uring && "$build/conformance" --gone uring path=/nowhere |
		grep -q 'No such file'
}

# A target's keys that are its driver's own, as words; the driver first.
keys() {
	awk -v want="[target $1]" '
		/^\[/ { in_it = $0 == want; next }
		in_it && $1 == "driver" { driver = $3 }
		in_it && $1 ~ /^(path|fstype|conf|user|pool|url)$/ {
			words = words " " $1 "=" $3 }
		END { print driver words }' "$T/site.ini"
}

# conforms TARGET [gone.KEY=VALUE]: all of its checks, as a subtest.
conforms() {
	status=0
	name=$1
	shift
	# shellcheck disable=SC2046
	timeout 60 "$build/conformance" $(keys "$name") "$@" >"$T/out" 2>&1 ||
		status=$?
	sed 's/^/    /' "$T/out"
	is "$name conforms" "$status" 0
}

# begin NAME MODE TARGET: in the background.
begin() {
	# shellcheck disable=SC2046,SC2086
	timeout 30 "$build/conformance" $2 $(keys "$3") >"$T/$1.out" 2>&1 &
	echo $! >"$T/$1.pid"
}

# begin_writing NAME MODE TARGET: returns once it is writing.
begin_writing() {
	: >"$T/$1.out"
	begin "$@"
	left=200
	until grep -q '^# writing' "$T/$1.out" || [ $left = 0 ]; do
		left=$((left - 1))
		sleep 0.05
	done
}

# ends NAME SENTENCE: the checks of what begin began, all of them good.
ends() {
	status=0
	wait "$(cat "$T/$1.pid")" || status=$?
	sed 's/^/    /' "$T/$1.out"
	is "$2" "$status" 0
}

# signal SERVICE DAEMON SIGNAL
signal() {
	# shellcheck disable=SC2016
	"$build/ie-cluster" exec --dir "$T/c" "$1" -- sh -c \
		'kill "-$1" "$(cat "$IE_DIR/run/$2.pid")"' sh "$3" "$2"
}

services=
! need ceph have_ceph || services="$services ceph"
! need nfs have_nfs || services="$services nfs"
# shellcheck disable=SC2086
ok "the servers come up:$services" \
	timeout 60 "$build/ie-cluster" up $services --dir "$T/c"
"$build/ie-cluster" site --dir "$T/c" >"$T/site.ini"
nobody='gone.url=nfs://127.0.0.1/vfs?nfsport=1&mountport=1'

conforms null
conforms tcp
conforms local gone.path="$T/nowhere"
! need uring have_uring || conforms uring gone.path="$T/nowhere"
case $services in
*nfs*) conforms nfs "$nobody" ;;
esac
case $services in
*ceph*) for t in rados rbd cephfs; do conforms $t; done ;;
esac
case $services in
*ceph*nfs) conforms nfs-cephfs "$nobody" ;;
esac

case $services in
*nfs*)
	begin_writing killed --until-error nfs
	ok 'ganesha is killed during a write' signal nfs ganesha.vfs KILL
	ends killed 'a write to a killed NFS server ends with an error'
	;;
esac
case $services in
*ceph*nfs)
	begin_writing stopped --until-error nfs-cephfs
	ok 'ganesha stops answering during a write' \
		signal nfs ganesha.cephfs STOP
	;;
esac
case $services in
*ceph*)
	begin_writing osd "--until $T/enough" rados
	ok 'an OSD of three is killed during a write' signal ceph osd.2 KILL
	sleep 2
	touch "$T/enough"
	ends osd 'losing an OSD loses nothing'
	ok 'the monitor is killed' signal ceph mon.a KILL
	for t in rados rbd cephfs; do begin gone-$t --gone $t; done
	for t in rados rbd cephfs; do
		ends "gone-$t" "$t ends in time without a monitor"
	done
	;;
esac
[ ! -e "$T/stopped.pid" ] ||
	ends stopped 'a write to a silent NFS server ends with an error'
ok 'the servers go' timeout 20 "$build/ie-cluster" down --dir "$T/c"
done_testing
