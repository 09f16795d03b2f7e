#!/bin/sh
# make calibrate at tiny sizes: every pair, both sides, in a locale with a
# decimal comma. That the numbers mean something is not asked here.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/tap.sh
. tests/tap.sh
build=$(cd "${BUILD:-build}" && pwd)
tmp=$(mktemp -d /var/tmp/ie-calibrate-test.XXXXXX)
trap 'rm -rf "$tmp"' EXIT

calibrate() { # NAME VARIABLE...: with a table in $tmp/NAME
	name=$1
	shift
	env BUILD="$build" ROUNDS=1 MIB=4 OPS=256 RESULTS="$tmp/$name" \
		TMPDIR="$tmp/scratch" \
		LOCPATH="$tmp/locales" LC_ALL=de_DE.UTF-8 "$@" \
		timeout 600 sh bench/calibrate.sh >"$tmp/$name.out" \
		2>"$tmp/$name.err" || diag "$(tail -n 3 "$tmp/$name.err")"
	cat "$tmp/$name"/calibrate-*/pairs.tsv >"$tmp/$name.tsv" 2>/dev/null || :
}
# of pairs.tsv: rows whose two speeds, or processor times, are good
speeds() {
	awk -F '\t' 'NR > 1 && $8 > 1e4 && $9 > 1e4 && $8 < 1e13 && $9 < 1e13' \
		"$1" | wc -l
}

need root test "$(id -u)" = 0 || { done_testing; exit; }
need fio command -v fio || { done_testing; exit; }
mkdir "$tmp/locales" "$tmp/scratch"
localedef -i de_DE -f UTF-8 "$tmp/locales/de_DE.UTF-8" 2>/dev/null ||
	diag 'without de_DE.UTF-8: localedef has no such locale'

calibrate none ONLY='no such pair' 2>/dev/null
is 'a pair that there is not is refused before anything starts' \
	"$(cat "$tmp/none.err")" \
	"calibrate: ONLY=no such pair: no such pair; see $(pwd)/bench/calibrate/pairs"
calibrate files ONLY='^(local|uring|mem)'
is 'files on the disk and in memory: every pair has two speeds' \
	"$(speeds "$tmp/files.tsv")" "$(grep -cE '^(local|uring|mem)' \
	bench/calibrate/pairs)"
is 'and says what was moved' "$(awk -F '\t' 'NR > 1 { print $12 }' \
	"$tmp/files.tsv" | sort -un | tr '\n' ' ')" '1048576 4194304 '
like 'the table has what it costs' "$(sed -n 2p "$tmp/files.out")" \
	'* ratio  95 % interval * cost  theirs *'
ok 'and what a peer does less' \
	grep -q '^  dd write: writes one buffer of zeros' "$tmp/files.out"
is 'nothing of it stays' "$(ls "$tmp/scratch")" ''

if need ceph command -v ceph-osd && need ceph-fuse command -v ceph-fuse; then
	calibrate ceph ONLY='^(rados|rbd|cephfs) .* 64 1 '
	is "the study's point on RADOS, RBD and CephFS has two speeds" \
		"$(speeds "$tmp/ceph.tsv")" 8
	ok 'rbd bench is said to hand its data to nobody' grep -q \
		'^  rbd_bench read: .*without handing the data to anyone' \
		"$tmp/ceph.out"
	is 'and what it costs on both sides' "$(awk -F '\t' 'NR > 1 &&
		$10 > 0 && $11 ~ /^[0-9]+$/' "$tmp/ceph.tsv" | wc -l)" 8
fi
done_testing
