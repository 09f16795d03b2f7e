#!/bin/sh
# shellcheck disable=SC2016,SC2317
# Power cuts of a guest and of its disks: who keeps his word is passed, and a
# mount without barriers, a disk that ignores flushes and an NFS server that
# answers before it has written are caught.
# IE_REQUIRE words: powercut, guest-worker (absent under a sanitizer).
set -eu
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/live/cluster-lib.sh
. "$(dirname "$0")/cluster-lib.sh"
guests_setup

usable() {
	command -v linux.uml nbdkit nbd-client mkfs.gfs2 mkfs.xfs rpc.nfsd \
		exportfs mount.nfs ip modprobe && [ -w /dev/net/tun ] &&
		[ "$(id -u)" = 0 ]
}

# What became of each target, of its acknowledged bytes and of the others
cuts() {
	perl -MJSON::PP -ne '$r = decode_json($_);
		next if $r->{record} ne "sample";
		$p = $r->{power_cut} or print "@{$r->{reasons}}\n" and next;
		print "$r->{target} $r->{status} $p->{kind} ", join(" ",
			map { $p->{$_} ? $p->{$_} == 4194304 ? "all" : "some"
				: "none" }
			qw(intact_bytes control_intact_bytes)), "\n"' \
		"$T/r/cut/records.jsonl" | sort
}

need powercut usable || done_testing
ok 'disks that forget come up' timeout 200 \
	"$build/ie-cluster" up powercut --dir "$T/c"
is 'every mount is what it is called' "$(in_node victim stat -f -c '%n %T' \
	/run/ie/ext4 /run/ie/xfs /run/ie/gfs2 /run/ie/mnt-nfs \
	/run/ie/mnt-async | tr '\n' ' ')" \
	'/run/ie/ext4 ext2/ext3 /run/ie/xfs xfs /run/ie/gfs2 gfs/gfs2 /run/ie/mnt-nfs nfs /run/ie/mnt-async nfs '
if need guest-worker runs_in_guest victim; then
	"$build/ie-cluster" site --dir "$T/c" >"$T/site.ini"
	plan "$(section 'disk-nfs liar-nobarrier liar-disk liar-nfs' \
		powercut 'sizes = 4M')"
	measured cut >/dev/null
	is 'who keeps his word is passed, who does not is caught' "$(cuts)" \
		'disk-nfs ok device all none
liar-disk invalid device none none
liar-nfs invalid device none none
liar-nobarrier invalid device none none'
	ok 'the records are good records' "$build/ie-stats" check "$T/r/cut"
	like 'and the summary says so' "$("$build/ie-stats" summary "$T/r/cut")" \
		'*disk-nfs *device *kept its word, 1 of 1 *100 %*liar-nfs *device *BROKE its word, kept 0 of 1 *0 %*'
fi
guests_gone
done_testing
