#!/bin/sh
# ie-bench on real servers: every target of a throwaway cluster is measured,
# verified and proved cold, nothing of ours is left on the servers, and what
# cannot work fails with its reason while the rest goes on.
# IE_REQUIRE words: ceph, nfs.
# shellcheck disable=SC2016,SC2317
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/bench-lib.sh
. tests/cli/bench-lib.sh
build=${bench%/*}
cluster=$tmp/c

cleanup() {
	"$build/ie-cluster" down --dir "$cluster" >/dev/null 2>&1 || :
	rm -rf "$tmp"
}
trap cleanup EXIT

have_ceph() {
	grep -q '^DRIVER(rados)' "$build/drivers.def" &&
		command -v ceph-mon ceph-mgr ceph-osd ceph-mds ceph rados
}
have_nfs() {
	grep -q '^DRIVER(nfs)' "$build/drivers.def" &&
		command -v ganesha.nfsd && [ "$(id -u)" = 0 ]
}
need ceph have_ceph || done_testing
need nfs have_nfs || done_testing
ok 'the cluster comes up' timeout 120 \
	"$build/ie-cluster" up ceph nfs --dir "$cluster"
"$build/ie-cluster" site --dir "$cluster" >site.ini

in_ceph() {
	"$build/ie-cluster" exec --dir "$cluster" ceph -- "$@"
}
# measured RUN_ID SECONDS: within that time
measured() {
	status=0
	timeout "$2" "$bench" run plan.ini --site site.ini --run-id "$1" \
		--progress none >out 2>err </dev/null || status=$?
}

# --- everything that works
cat >plan.ini <<-'P'
	[plan]
	name = all
	timeout = 20
	[storage write]
	targets = * @limits
	op = write
	sizes = 4M
	verify = all
	[storage read]
	targets = *
	op = read
	cache = cold warm
	sizes = 4M
	verify = all
	[storage randwrite]
	targets = *
	op = randwrite
	sizes = 4M
	block = 16k
	depth = 4
	jobs = 2
	verify = all
	[storage randread]
	targets = *
	op = randread
	cache = cold
	sizes = 4M
	block = 16k
	depth = 4
	verify = all
	[storage write-shared]
	targets = *
	op = write
	file = shared
	sizes = 4M
	clients = 2
	verify = all
	[storage read-shared]
	targets = *
	op = read
	cache = cold
	file = shared
	reads = next
	sizes = 4M
	clients = 2
	verify = all
P
measured all 240
is 'every operation on every target succeeds' "$status $(samples \
	'$r->{status} eq "ok" ? undef : "$r->{case}: @{$r->{reasons}}"' all)" \
	'0 '
is 'those are all cases of the plan' "$(samples 1 all | wc -l)" \
	"$("$bench" plan plan.ini --site site.ini | wc -l)"
is 'all data was read back and is what was written' "$(samples \
	'$r->{verified} || $r->{driver} =~ /^(null|tcp)$/ ? undef
	: $r->{case}' all)" ''
is 'every cold read came from the servers'"'"' disks' "$(samples \
	'($r->{cache} // "") ne "cold" || $r->{cold}{ratio} >= 0.95 ? undef
	: "$r->{case} $r->{cold}{ratio}"' all)" ''
is 'a warm read of an object did not' "$(samples \
	'$r->{case} =~ m,^rados/read-warm/, ? $r->{cold}{ratio} < 0.05
	: undef' all)" 1
is 'the servers'"'"' own counters prove it' "$(samples \
	'($r->{cache} // "") eq "cold" ? $r->{cold}{source} .
	($r->{target} =~ /^(local|uring)$/ ? " here" : " there") : undef' all |
	sort -u)" 'command there
worker here'
ok 'the record says what was measured' perl -MJSON::PP -e '
	open my $in, "<", "results/all/records.jsonl";
	my $r = decode_json(scalar <$in>);
	exit !($r->{cluster}{services}{ceph} && $r->{versions}{rados} &&
		$r->{targets}{rbd}{options}{pool})'
ok 'the records are good records' "$build/ie-stats" check results/all

# --- what was acknowledged is still there after the servers were killed
cat >plan.ini <<-'P'
	[plan]
	name = cut
	timeout = 20
	[storage cut]
	targets = rbd cephfs nfs
	op = powercut
	sizes = 4M
P
measured cut 120
is 'RBD, CephFS and NFS keep their word when their servers are killed' \
	"$status $(samples '"$r->{target} $r->{status} " .
	($r->{power_cut}{kept} ? "kept" : "@{$r->{reasons}}")' cut | sort |
	tr '\n' ' ')" '0 cephfs ok kept nfs ok kept rbd ok kept '

# --- nothing of ours is left
# objects: what is ours in the pools; images included
objects() {
	for pool in $(in_ceph rados lspools); do
		in_ceph rados -p "$pool" ls | grep ie-bench
	done || :
}
# fs_files: names in the root of the file system, as the mds has them
fs_files() {
	in_ceph ceph tell mds.a dump tree / 1 2>/dev/null |
		perl -MJSON::PP -0777 -ne '
		for my $inode (@{decode_json($_)}) {
			for my $frag (@{$inode->{dirfrags}}) {
				$_->{is_null} or print "$_->{path}\n"
					for @{$frag->{dentries}};
			}
		}'
}
fs_data_empty() {
	[ -z "$(in_ceph rados -p fs_data ls)" ]
}
is 'no object or image is left in any pool' "$(objects)" ''
is 'no file is left in the file system' "$(fs_files)" ''
ok 'and the mds takes its data away' within 60 fs_data_empty
is 'no file is left on the export or on the disk' \
	"$(find "$cluster" -name '*ie-bench.*')" ''

# --- what cannot work, beside what does
conf=$cluster/ceph/ceph.conf
port=$(sed -n 's/^url = .*nfsport=\([0-9]*&mountport=.*\)/\1/p' site.ini |
	head -n 1)
cp site.ini site.good
sed 's/^mon_host.*/mon_host = 127.0.0.1:1/' "$conf" >gone.conf
in_ceph sh -c 'ceph osd pool create tiny 8 8 &&
	ceph osd pool application enable tiny rados &&
	ceph osd pool set-quota tiny max_bytes 4194304' >out 2>&1
target() { # NAME DRIVER KEYS
	printf '[target %s]\ndriver = %s\n%b\n' "$@"
}
{
	printf '[site]\nname = faults\n'
	target well rados "conf = $conf\npool = bench"
	target full rados "conf = $conf\npool = tiny"
	target full-image rbd "conf = $conf\npool = tiny"
	target no-pool rados "conf = $conf\npool = absent"
	target no-conf cephfs 'conf = /nonexistent/ceph.conf'
	target no-folder cephfs "conf = $conf\npath = /absent"
	target no-user rbd "conf = $conf\npool = rbd\nuser = nobody"
	target no-monitor rados "conf = $tmp/gone.conf\npool = bench"
	target no-nfs nfs 'url = nfs://127.0.0.1/vfs?nfsport=1&mountport=1'
	target no-export nfs "url = nfs://127.0.0.1/absent?nfsport=$port"
} >site.ini
cat >plan.ini <<-'P'
	[plan]
	name = faults
	timeout = 3
	[storage w]
	targets = *
	op = write
	sizes = 32M
	block = 1M
P
measured faults 150
is 'what cannot work fails, and the rest is measured' "$status $(samples \
	'"$r->{target} $r->{status}"' faults | sort | tr '\n' ' ')" \
	'1 full failed full-image failed no-conf failed no-export failed no-folder failed no-monitor failed no-nfs failed no-pool failed no-user failed well ok '
why() {
	samples '$r->{target} eq "'"$1"'" ? $r->{reasons}[0] : undef' faults
}
like 'a pool that is too small' "$(why full)" \
	'full *: too little space: 33554432 bytes needed, * free'
like 'a pool that is full under an image' "$(why full-image)" \
	'full-image *: too little space: 33554432 bytes needed, * free'
like 'a pool that is not there' "$(why no-pool)" \
	'no-pool *: open pool absent: No such file or directory'
like 'a configuration that is not there' "$(why no-conf)" \
	'no-conf *: read /nonexistent/ceph.conf: No such file or directory'
like 'a folder that is not there' "$(why no-folder)" \
	'no-folder *: mount folder /absent: No such file or directory'
like 'a user that the monitors do not know' "$(why no-user)" \
	'no-user *: the monitors refuse client.nobody'
like 'a monitor that is not there' "$(why no-monitor)" \
	'no-monitor *: no monitor answered in 3 s'
like 'an NFS server that is not there' "$(why no-nfs)" \
	'no-nfs: *: mount: Connection refused'
like 'an export that is not there' "$(why no-export)" 'no-export: *: mount: *'
is 'nothing is left of that' "$(objects)" ''
ok 'these are good records too' "$build/ie-stats" check results/faults

# --- a monitor that is there and does not answer
printf '[site]\nname = silent\n' >site.ini
sed -n '/^\[target local/,/^$/p; /^\[target rados/,/^$/p' site.good >>site.ini
sed -i '/^limit/d' site.ini
mon() {
	in_ceph sh -c 'kill "-$1" "$(cat "$IE_DIR/run/mon.a.pid")"' sh "$1"
}
mon STOP
measured silent 90
mon CONT
is 'with a silent monitor that target fails, the other does not' \
	"$status $(samples '"$r->{target} $r->{status}"' silent | sort |
		tr '\n' ' ')" '1 local ok rados failed '
like 'and the reason says so' \
	"$(samples '$r->{target} eq "rados" ? $r->{reasons}[0] : undef' \
		silent)" 'rados *: no monitor answered in 3 s'
answers() {
	in_ceph timeout 5 rados -p bench ls >/dev/null 2>&1
}
ok 'the monitor comes back' within 60 answers
measured again 90
is 'and then all is well' "$status $(tail -n 1 err)" \
	'0 2 ok, 0 invalid, 0 failed'
ok 'the cluster goes' timeout 60 "$build/ie-cluster" down --dir "$cluster"
done_testing
