#!/bin/sh
# shellcheck disable=SC2016,SC2317
# ie-cluster: what it promises about real services, and that it leaves nothing
# behind however it ends. Its own mechanics are tested with services that are
# a few lines of shell, so that they are tested everywhere.
set -eu
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/live/cluster-lib.sh
. "$(dirname "$0")/cluster-lib.sh"

build=$(realpath "${BUILD:-build}")
T=$(mktemp -d /tmp/ie-t.XXXXXX)
mounts=$(cat /proc/mounts)

cleanup() {
	for d in "$T"/*/supervisor.lock; do
		[ ! -e "$d" ] || "$T/fake/bin/ie-cluster" down \
			--dir "${d%/*}" >/dev/null 2>&1 || :
	done
	rm -rf "$T"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

cluster() {
	"$build/ie-cluster" "$@"
}

# Shell services beside a copy of the program: nfs is what a test says it is.
mkdir -p "$T/fake/bin" "$T/fake/provision/local" "$T/fake/provision/nfs"
cp "$build/ie-cluster" "$build/norpcbind.so" "$T/fake/bin"
cp provision/step.sh "$T/fake/provision"
fake() {
	"$T/fake/bin/ie-cluster" "$@"
}

step() { # NAME: from standard input
	{
		echo '#!/bin/sh'
		echo '. "$IE_STEPS/../step.sh"'
		cat
	} >"$T/fake/provision/nfs/$1"
	chmod +x "$T/fake/provision/nfs/$1"
}

bad_usage() {
	fails 2 'there are: local, ceph, ceph-mem, nfs, gfs2, kclients' fake up
	fails 2 'unknown service cepf; there are:' fake up cepf --dir "$T/c"
	fails 2 'missing' fake up local
	fails 2 'usage: ie-cluster site' fake site
	fails 2 'usage: ie-cluster exec' fake exec --dir "$T/c" local
	fails 2 'unknown option' fake up local --dir "$T/c" --frob
	fails 2 'No such process' fake up local --dir "$T/c" --owner 4194303
	fails 2 "has the character ' '" fake up local --dir "$T/a b"
	fails 2 'characters, and 82 are' fake up local --dir \
		"$T/$(printf %090d 0)"
	mkdir "$T/full"
	echo mine >"$T/full/file"
	fails 1 'not empty' fake up local --dir "$T/full"
	fails 1 'no cluster' fake down --dir "$T/full"
	is 'a folder that is not ours is left alone' "$(cat "$T/full/file")" mine
	for c in status site down; do
		fails 1 'no cluster' fake $c --dir "$T/nowhere"
	done
}

life() {
	step up <<'S'
daemon stubborn sh -c 'trap "" TERM; while :; do sleep 1; done'
echo A=from-env >env
done_with first
S
	step down <<'S'
exit
S
	like 'up says how long each took' \
		"$(fake up nfs --dir "$T/c" 2>&1 | tr '\n' ' ')" \
		'nfs: first [0-9].[0-9] s nfs ready in [0-9].[0-9] s '
	s=$(space "$T/c")
	not_ok 'processes are found in a cluster that runs' space_empty "$s"
	like 'status names what is up' "$(fake status --dir "$T/c")" \
		"$T/c: ready, *nfs * ready in *stubborn runs*"
	fails 1 'runs in *already' fake up nfs --dir "$T/c"
	is 'exec runs inside, in this folder, with the services'"'"' words' \
		"$(fake exec --dir "$T/c" nfs -- sh -c 'echo $A $PWD $IE_DIR
			cat /proc/1/comm')" \
		"from-env $PWD $T/c/nfs
ie-cluster"
	status=0
	fake exec --dir "$T/c" local -- sh -c 'exit 7' || status=$?
	is 'exec passes an exit status on' $status 7
	fake exec --dir "$T/c" local -- sh -c 'kill -TERM $$' || status=$?
	is 'exec passes death by a signal on' $status 143
	"$T/fake/bin/ie-cluster" exec --dir "$T/c" local -- sh -c \
		'trap "echo caught; exit 3" USR1; sleep 10 & wait' >"$T/out" &
	sleep 0.3
	kill -USR1 $!
	wait $! || status=$?
	is 'exec passes signals in' "$status $(cat "$T/out")" '3 caught'
	fails 2 'no node n9' fake exec --dir "$T/c" n9 -- true
	fails 127 such-program fake exec --dir "$T/c" local -- \
		/no/such-program
	echo mine >"$T/c/file"
	fails 1 'files that are not' fake down --dir "$T/c"
	is 'down leaves what is not its own' "$(ls "$T/c")" file
	rm -r "$T/c"
	fake up nfs --dir "$T/c" >/dev/null 2>&1
	s=$(space "$T/c")
	ok 'down succeeds' fake down --dir "$T/c"
	ok 'down leaves no folder and no process, not even one that ignores TERM' \
		gone "$T/c" "$s"
}

endings() {
	fake up nfs --dir "$T/c" >/dev/null 2>&1
	s=$(space "$T/c")
	kill -KILL "$(state_of "$T/c" supervisor)"
	ok 'no process outlives a killed supervisor by 3 s' \
		within 3 space_empty "$s"
	ok 'down removes what a killed supervisor has left' fake down \
		--dir "$T/c"
	not_ok 'and then the folder is gone' test -e "$T/c"

	fake up nfs --dir "$T/c" >/dev/null 2>&1
	s=$(space "$T/c")
	rm -rf "$T/c"
	ok 'a cluster ends when its folder is gone' within 5 space_empty "$s"

	sleep 60 &
	fake up nfs --dir "$T/c" --owner $! >/dev/null 2>&1
	s=$(space "$T/c")
	kill $!
	ok 'a cluster ends with its owner' within 3 gone "$T/c" "$s"

	step up <<'S'
daemon one sleep 100
done_with first
sleep 100
S
	for how in KILL TERM; do
		"$T/fake/bin/ie-cluster" up nfs --dir "$T/c" >/dev/null 2>&1 &
		p=$!
		within 5 test -e "$T/c/nfs/run/one.pid"
		s=$(space "$T/c")
		kill -$how $p
		{ wait $p || :; } 2>/dev/null
		ok "an up ended by $how in the middle leaves nothing" \
			within 3 gone "$T/c" "$s"
	done
}

failures() {
	step up <<'S'
daemon one sleep 100
echo 'the reason' >&2
exit 3
S
	status=0
	out=$(fake up nfs --dir "$T/c" 2>&1) || status=$?
	like 'a failing step ends up with its words' "$status $out" \
		'1 ie-cluster: up: nfs: up: exit status 3*the reason'
	not_ok 'and takes everything away' test -e "$T/c"
	fake up nfs --dir "$T/c" --keep >/dev/null 2>&1 || :
	is '--keep keeps the log' "$(cat "$T/c/log")" 'the reason'
	rm -rf "$T/c"
	mkdir "$T/c"
	fake up local --dir "$T/c"
	fake down --dir "$T/c"
	is 'a folder that was there before stays, empty' \
		"$(find "$T/c")" "$T/c"
	rmdir "$T/c"
}

# A NULL call to program, version at a port (RFC 5531).
rpc_answers() { # PORT PROGRAM VERSION
	perl -MIO::Socket::INET -e '
		$s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$ARGV[0]",
			Timeout => 5) or die "connect: $@";
		print $s pack "N*", 0x80000028, 7, 0, 2, $ARGV[1], $ARGV[2],
			(0) x 5;
		$s->flush; alarm 5; read($s, $r, 28);
		exit(unpack("x24 N", $r) != 0)' "$@"
}

ceph_checks() { # DIR
	head -c 4194304 /dev/urandom >"$T/in"
	ok 'a rados object is written and read back' cluster exec --dir "$1" \
		ceph -- sh -c "timeout 20 rados -p bench put o $T/in &&
		timeout 20 rados -p bench get o $T/out && cmp $T/in $T/out"
	is 'only the owner can read the keys' \
		"$(stat -c %a "$1/ceph/keyring" "$1" | tr '\n' ' ')" '600 700 '
	cluster status --dir "$1" --json >"$T/json"
	ok 'status --json is JSON with the pools' perl -MJSON::PP -e '
		$j = decode_json(<>); $c = $j->{services}{ceph};
		exit !($c->{osds} == 3 && $c->{mds} == 1 &&
			grep { $_->{name} eq "bench" && $_->{size} == 3 &&
				$_->{min_size} == 2 } @{$c->{pools}})' "$T/json"
	cluster site --dir "$1" >"$T/site"
	is 'the site file has every target' \
		"$(sed -n 's/^\[target \(.*\)\]/\1/p' "$T/site" | tr '\n' ' ')" \
		'local uring null tcp rados rbd cephfs nfs nfs-cephfs '
	a=$(cluster exec --dir "$1" ceph -- "$PWD/provision/ceph/disk-reads")
	ok 'the servers'"'"' caches can be dropped' cluster exec --dir "$1" \
		ceph -- "$PWD/provision/ceph/drop"
	cluster exec --dir "$1" ceph -- rados -p bench get o "$T/out"
	b=$(cluster exec --dir "$1" ceph -- "$PWD/provision/ceph/disk-reads")
	ok 'and the next read comes from the disk' test $((b - a)) -ge 4194304
}

nfs_checks() { # DIR
	sed -n 's/^url = .*&nfsport=\(.*\)&mountport=/\1 /p' "$T/site" >"$T/ports"
	while read -r nfs mount; do
		ok "NFS answers at $nfs" rpc_answers "$nfs" 100003 3
		ok "MOUNT answers at $mount" rpc_answers "$mount" 100005 3
	done <"$T/ports"
	ok 'a cold ganesha is a new one' cluster exec --dir "$1" nfs -- \
		"$PWD/provision/nfs/drop-cephfs"
	ok 'that answers as well' rpc_answers \
		"$(tail -n 1 "$T/ports" | cut -d ' ' -f 2)" 100005 3
}

real() {
	cluster up ceph nfs --dir "$T/r1" >"$T/up1" 2>&1 &
	first=$!
	cluster up nfs --dir "$T/r2" >"$T/up2" 2>&1 || diag "$(cat "$T/up2")"
	status=0
	wait $first || status=$?
	like 'two clusters start at the same moment' \
		"$status $(tail -n 2 "$T/up1" | tr '\n' ' ')" '0 *nfs ready in *'
	diag "$(cat "$T/up1")"
	s1=$(space "$T/r1")
	s2=$(space "$T/r2")
	ceph_checks "$T/r1"
	nfs_checks "$T/r1"
	ok 'down of one succeeds' cluster down --dir "$T/r1"
	ok 'and leaves nothing of it' gone "$T/r1" "$s1"
	cluster site --dir "$T/r2" >"$T/site"
	p=$(sed -n 's/^url = .*=//p' "$T/site")
	ok 'the other one still serves' rpc_answers "$p" 100005 3
	kill -KILL "$(state_of "$T/r2" supervisor)"
	ok 'ganesha does not outlive its supervisor' within 3 space_empty "$s2"
}

# No network but loopback, as README.md promises
loopback_alone() {
	printf '[plan]\nname = t\n[storage w]\ntargets = nfs\nop = write\n' \
		>"$T/plan.ini"
	echo 'sizes = 64k' >>"$T/plan.ini"
	unshare -n sh -c 'ip link set lo up
		"$1/ie-cluster" up nfs --dir "$2/lo" || exit
		"$1/ie-cluster" site --dir "$2/lo" >"$2/lo.ini"
		"$1/ie-bench" run "$2/plan.ini" --site "$2/lo.ini" \
			--results "$2/lo.results" --progress none
		"$1/ie-cluster" down --dir "$2/lo"' sh "$build" "$T" \
		>"$T/lo.out" 2>&1 || :
	ok 'with loopback alone NFS comes up, and is written to' \
		grep -qx '1 ok, 0 invalid, 0 failed' "$T/lo.out"
	diag "$(cat "$T/lo.out")"
}

bad_usage
if need namespaces fake up local --dir "$T/c"; then
	fake down --dir "$T/c"
	life
	endings
	failures
	if need root test "$(id -u)" = 0 && need ceph sh -c \
		"command -v ceph-mon ceph-osd ceph-mgr ceph-mds &&
		test -e '$build/ceph-admin'" && need nfs command -v ganesha.nfsd
	then
		real
		loopback_alone
	fi
fi
is 'no mount is left' "$(cat /proc/mounts)" "$mounts"
done_testing
