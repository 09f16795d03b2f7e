#!/bin/sh
# shellcheck disable=SC2016,SC2317
# Guests of a cluster and GFS2 on two of them: a command in a guest is like one
# here, a guest changes nothing of the host, one that hangs or dies ends with
# its reason and the other goes on, and nothing outlives the supervisor.
# IE_REQUIRE words: gfs2, guest-worker (absent under a sanitizer).
set -eu
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/live/cluster-lib.sh
. "$(dirname "$0")/cluster-lib.sh"

guests_setup

# ended STATUS NODE COMMAND...: it ends so, within a minute.
ended() {
	want=$1
	shift
	got=0
	timeout 60 "$build/ie-cluster" exec --dir "$T/c" "$1" -- \
		"${2:-true}" "${3:--c}" "${4:-:}" >"$T/out" 2>"$T/err" ||
		got=$?
	[ "$got" = "$want" ]
}

usable() {
	command -v linux.uml mkfs.gfs2 corosync dlm_controld ip modprobe &&
		[ -w /dev/net/tun ] && [ "$(id -u)" = 0 ]
}

like_here() {
	is 'the output of a command in a guest comes back' \
		"$(in_node node1 sh -c 'echo out; echo err >&2' 2>&1 |
			sort | tr '\n' ' ')" 'err out '
	is 'it runs in this folder' "$(in_node node1 pwd)" "$PWD"
	ok 'its exit status is passed on' ended 7 node1 sh -c 'exit 7'
	ok 'so is its death by a signal' ended 143 node1 sh -c 'kill -TERM $$'
	ok 'a program that is not there is exit 127' ended 127 node1 /no/such
	like 'and says so' "$(cat "$T/err")" \
		'ie-cluster: exec /no/such: No such file or directory'
	head -c 5000000 /dev/urandom >"$T/in"
	in_node node1 cat <"$T/in" >"$T/copy"
	ok 'any bytes go in and come out' cmp "$T/in" "$T/copy"
	ok 'input that nobody reads holds nothing up' timeout 60 \
		"$build/ie-cluster" exec --dir "$T/c" node1 -- true <"$T/in"
	# It reads nothing, and is told to end while its input waits.
	"$build/ie-cluster" exec --dir "$T/c" node1 -- sh -c \
		'trap "echo caught; exit 3" TERM; echo started
		while :; do sleep 0.1; done' <"$T/in" >"$T/out" &
	within 30 test -s "$T/out"
	kill -TERM $!
	status=0
	wait $! || status=$?
	is 'signals are passed in, past the input' \
		"$status $(tr '\n' ' ' <"$T/out")" '3 started caught '
}

sleeper_gone() {
	! in_node node1 pgrep -f 'sleep 54321' >/dev/null
}

stays_away() {
	"$build/ie-cluster" exec --dir "$T/c" node1 -- sh -c \
		'echo started; exec sleep 54321' >"$T/out" &
	within 30 test -s "$T/out"
	kill -KILL $!
	{ wait $! || :; } 2>/dev/null
	ok 'a command in a guest ends with a killed caller' \
		within 30 sleeper_gone
	in_node node1 sh -c 'mount -o remount,rw /; echo x >"$0"' \
		"$T/written" 2>/dev/null || :
	not_ok 'the root of a guest cannot write to the host' \
		test -e "$T/written"
	in_node node1 sh -c 'echo x >"$0"; exit 0' /dev/shm/ie-guest
	not_ok 'what it writes to memory is its own' test -e /dev/shm/ie-guest
}

shared() {
	is 'every mount is what it is called' "$(for n in node1 node2; do
		in_node $n stat -f -c '%n %T' /run/ie/gfs2
	done; in_node node1 stat -f -c '%n %T' /run/ie/gfs2-nolock \
		/run/ie/ext4)" '/run/ie/gfs2 gfs/gfs2
/run/ie/gfs2 gfs/gfs2
/run/ie/gfs2-nolock gfs/gfs2
/run/ie/ext4 ext2/ext3'
	in_node node1 sh -c 'cat >/run/ie/gfs2/f' <"$T/in"
	in_node node2 cat /run/ie/gfs2/f >"$T/copy"
	ok 'what one node writes the other one reads' cmp "$T/in" "$T/copy"
	is 'it is DLM that lets them' "$(in_node node2 dlm_tool ls |
		sed -n 's/^members  *//p')" '1 2 '
	a=$(in_node gfs2 "$PWD/provision/gfs2/disk-reads")
	in_node gfs2 "$PWD/provision/gfs2/drop"
	in_node node2 cat /run/ie/gfs2/f >"$T/copy"
	b=$(in_node gfs2 "$PWD/provision/gfs2/disk-reads")
	ok 'after drop, the host reads its disk again' \
		test $((b - a)) -ge 5000000
	"$build/ie-cluster" status --dir "$T/c" --json >"$T/json"
	ok 'status --json says what the guests are' perl -MJSON::PP -e '
		$g = decode_json(<>)->{services}{gfs2};
		exit !($g->{nodes} == 2 && $g->{kernel} =~ /^\d+\.\d+/ &&
			$g->{daemons}{node1} && $g->{daemons}{node2})' "$T/json"
}

two='block = 4k\nnodes = 2'
bench() {
	"$build/ie-cluster" site --dir "$T/c" >"$T/site.ini"
	plan "$(section '*' write 'sizes = 1M\nverify = all'
		section 'gfs2 gfs2-nolock ext4-guest' read \
			'cache = cold warm\nsizes = 4M\nverify = all'
		section gfs2 handoff "sizes = 128k\n$two"
		section gfs2 append "sizes = 128k\nlock = flock\n$two"
		section gfs2 readwrite "sizes = 1M\n$two"
		section gfs2 create "sizes = 128k\nfolder = shared\n$two")"
	is 'every target is measured, cold down to the disk of the host' \
		"$(measured all)" ''
	is 'those are all cases of the plan' "$(tail -n 1 "$T/err")" \
		'15 ok, 0 invalid, 0 failed'
	ok 'the records are good records' "$build/ie-stats" check "$T/r/all"
	is 'nothing is left but on what is thrown away' "$(in_node node1 \
		find /run/ie/ext4 /run/ie/memory -name 'ie-bench*')" ''
	plan "$(section gfs2 powercut 'sizes = 4M')"
	is 'what was synced is there after a power cut of both nodes' \
		"$(measured cut)" ''
	is 'and what was not is gone: it was a power cut' "$(sed -n \
		's/.*"control_intact_bytes":\([0-9]*\).*/\1/p' \
		"$T/r/cut/records.jsonl")" 0
	in_node node2 umount /run/ie/gfs2
	plan "$(section gfs2 handoff "sizes = 128k\n$two"
		section ext4-guest write 'sizes = 1M')"
	like 'a node that has not mounted it is not measured' \
		"$(measured unmounted)" \
		'gfs2 handoff failed: client 1: gfs2: /run/ie/gfs2: the site file says fstype gfs2, statfs finds tmpfs: not mounted?'
	is 'and the rest of the plan is' "$(tail -n 1 "$T/err")" \
		'1 ok, 0 invalid, 1 failed'
	in_node node2 mount -t gfs2 /dev/ubda /run/ie/gfs2
}

node1_writes() {
	timeout 10 "$build/ie-cluster" exec --dir "$T/c" node1 -- sh -c \
		'echo more >>/run/ie/gfs2/f && sync /run/ie/gfs2/f'
}

dies_in_a_case() {
	plan "$(section gfs2 handoff "sizes = 64M\n$two")"
	sed -i 's/^timeout.*/timeout = 10/' "$T/plan.ini"
	measured dies >"$T/said" &
	within 100 in_node node2 pgrep -f 'ie-bench worker' >/dev/null
	in_node gfs2 sh -c 'kill -KILL "-$(cat "$IE_DIR/run/node2.pid")"'
	wait $!
	like 'a guest that dies in a case ends it with its console' \
		"$(cat "$T/said")" 'gfs2 handoff failed: client 1: the worker ended without a record: exit status 1: ie-cluster: exec: guest node2: has ended; its console: ?*'
}

# Both run in one session each; the second is a fresh one.
sessions() {
	plan "$(section 'gfs2 ext4-guest' write 'sizes = 1M')"
	sed -i 's/^timeout.*/&\nsessions = 2/' "$T/plan.ini"
	is 'a session begins with new nodes and file systems, whatever the last one left' \
		"$(measured sessions) $(tail -n 1 "$T/err")" \
		' 4 ok, 0 invalid, 0 failed'
}

leaves_dlm() {
	plan "$(section gfs2 handoff "sizes = 64M\n$two"
		section ext4-guest write 'sizes = 1M')"
	sed -i 's/^timeout.*/timeout = 3/' "$T/plan.ini"
	measured leaves >"$T/said" &
	within 100 in_node node2 pgrep -f 'ie-bench worker' >/dev/null
	in_node node2 pkill -KILL corosync
	wait $!
	like 'a node that leaves DLM in a case ends it in the time limit' \
		"$(cat "$T/said")" 'gfs2 handoff failed: client ?: *'
	is 'and the rest of the plan is measured' "$(tail -n 1 "$T/err")" \
		'1 ok, 0 invalid, 1 failed'
}

# A guest of another one's making, with the disk that node1 has mounted
thief() {
	in_node gfs2 sh -c '. "$IE_STEPS/../step.sh"
		. "$IE_STEPS/../guest/guest.sh"
		guest_start thief 13 128M "ubd0t=$IE_DIR/ext4.img"
		guest thief mount -t ext4 /dev/ubda /mnt || echo refused
		grep -o "Failed to lock" log/thief.out | head -n 1
		stop 0 thief' 2>"$T/err" | tr '\n' ' '
}

no_kernel() {
	fails 1 'linux.uml: not installed' unshare -m sh -c '
		mount --bind /dev/null "$(command -v linux.uml)"
		exec "$@"' sh "$build/ie-cluster" up gfs2 --dir "$T/none"
	not_ok 'and nothing of it is left' test -e "$T/none"
}

bad_days() {
	in_node gfs2 sh -c 'kill -KILL "-$(cat "$IE_DIR/run/node2.pid")"' \
		2>/dev/null || :
	ok 'a guest that was killed has ended' ended 1 node2
	like 'and that is said at once' "$(cat "$T/err")" \
		'*guest node2: has ended; its console: *'
	ok 'the other node goes on when DLM has noticed' within 120 node1_writes
	in_node gfs2 sh -c 'kill -STOP "$(cat "$IE_DIR/run/node1.pid")"'
	IE_GUEST_LIMIT_S=3 ended 1 node1
	like 'a guest that hangs ends in its time limit, with its console' \
		"$(cat "$T/err")" \
		'ie-cluster: exec: guest node1: no sign of life for 3 s, so it was ended; its console: ?*'
}

if need gfs2 usable; then
	ok 'gfs2 comes up' timeout 200 \
		"$build/ie-cluster" up gfs2 --dir "$T/c"
	fails 2 'no node node9' "$build/ie-cluster" exec --dir "$T/c" node9 \
		-- true
	fails 2 'IE_GUEST_LIMIT_S = x: not a whole number' env \
		IE_GUEST_LIMIT_S=x "$build/ie-cluster" exec --dir "$T/c" node1 \
		-- true
	like_here
	stays_away
	shared
	if need guest-worker runs_in_guest node1; then
		bench
		dies_in_a_case
		sessions
		leaves_dlm
	fi
	is 'a disk that one guest has no other one gets' "$(thief)" \
		'refused Failed to lock '
	no_kernel
	bad_days
	guests_gone
fi
done_testing
