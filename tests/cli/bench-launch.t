#!/bin/sh
# The commands of a site file: `launch` puts the worker elsewhere, `drop` empties
# the servers' caches, `disk_reads` counts what they read. Here each is a small
# script, that works or fails in one of the ways in which such things fail.
# shellcheck disable=SC2016,SC2119,SC2317
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/bench-lib.sh
. tests/cli/bench-lib.sh

# script NAME: from standard input
script() {
	{
		echo '#!/bin/sh'
		cat
	} >"$1"
	chmod +x "$1"
}

# site KEYS: the null target with these, and one without
site() {
	printf '[site]\nname = x\n[target t]\ndriver = null\n%b\n%b' "$1" \
		'[target other]\ndriver = null\n' >site.ini
	rm -rf results seen
	export IE_MARK="$tmp"
	run
	unset IE_MARK
}

reasons() {
	samples '$r->{target} ne "t" ? undef : join "; ", $r->{status},
		@{$r->{reasons}}'
}

# Processes that a run started carry this in their environment.
none_runs() {
	! grep -qsz "^IE_MARK=$tmp\$" /proc/[0-9]*/environ
}

cat >plan.ini <<-'P'
	[plan]
	name = t
	seed = 1
	timeout = 1
	[storage w]
	targets = *
	op = write
	sizes = 64k
P

# --- launches that work
script wrap <<'S'
echo "$#" "${1##*/}" "$2" >>seen
echo 'a banner' >&2
exec "$@"
S
site "launch = $tmp/wrap"
is 'a launch runs the worker' "$status $(reasons) $(cat seen)" \
	'0 ok 2 ie-bench worker'
script pipe <<'S'
cat | "$@" | cat
S
site "launch = $tmp/pipe"
is 'it may stand between the worker and us' "$status $(reasons)" '0 ok'
ln -s "$bench" "there"
site "launch = $tmp/wrap\nworker = $tmp/there"
is 'the worker may be another program there' \
	"$status $(reasons) $(cat seen)" '0 ok 2 there worker'
site "worker = $tmp/there"
is 'and also without a launch' "$status $(reasons)" '0 ok'

# --- launches that do not. The worker that removes what is left works.
# broken NAME REASONS: the script in `broken` is a failed sample
broken() {
	site "launch = $tmp/broken"
	is "$1: a failed sample with the reason" "$status $(reasons)" \
		"1 failed; $2"
	is "$1: the other target is measured" \
		"$(samples '$r->{target} eq "t" ? undef : $r->{status}')" ok
	ok "$1: no process is left" within 10 none_runs
}
# lost FOR-REMOVE: a launch that reads the case; `remove` goes to a real worker
lost() {
	{
		echo 'read -r line'
		echo 'case $line in *'\''"phases":["remove"]'\''*)'
		echo '	echo "$line" | "$@"; exit ;; esac'
		cat
	} | script broken
}
ended='the worker ended without a record'

lost <<'S'
exit 3
S
broken 'a worker that ends' "$ended: exit status 3"
lost <<'S'
echo 'a banner' >&2
echo 'no route to host' >&2
exit 255
S
broken 'a worker that cannot be reached' \
	"$ended: exit status 255: no route to host"
lost <<'S'
echo ready
read -r go
echo 'slurmstepd: out of memory' >&2
kill -KILL $$
S
broken 'a worker that is killed' \
	"$ended: killed by signal 9 (Killed): slurmstepd: out of memory"
lost <<'S'
echo Welcome to host7
sleep 1000
S
broken 'a worker that says something else' 'the worker said: Welcome to host7'
lost <<'S'
printf 'caf\351\001\n'
sleep 1000
S
broken 'a worker that says no text' 'the worker said: caf??'
lost <<'S'
echo '{"record":"sample","status":"ok"}'
sleep 1000
S
broken 'a worker with a record of something else' \
	'the worker said: {"record":"sample","status":"ok"}'
lost <<'S'
printf 'torn'
S
broken 'a worker that ends in a line' "$ended: exit status 0"
lost <<'S'
cat /dev/zero
S
broken 'a worker that never ends its line' \
	'the worker said more than 4 MiB without a newline'
lost <<'S'
sleep 1000 &
sleep 1000
S
broken 'a worker that hangs' 'the worker said nothing for 11 s'

site 'launch = /nonexistent/srun -n 1'
like 'a launch that is not there: a failed sample with the reason' \
	"$status $(reasons)" \
	"1 failed; $ended: exit status 127: *not found; may have left ie-bench.r.s0.b0.p[01]: $ended: exit status 127: *not found"
site 'launch = false'
like 'a launch that fails at once: a failed sample with the reason' \
	"$status $(reasons)" "1 failed; $ended: exit status 1; may have left *"

# --- commands around cold reads
cat >plan.ini <<-'P'
	[plan]
	name = t
	blocks = 2
	[storage r]
	targets = t
	op = read
	cache = cold warm
	sizes = 1M
P
# The data is read while the worker is between `ready` and `timed`
script watch <<'S'
mkfifo "in.$$"
exec 3<&0
cat <&3 >"in.$$" &
"$@" <"in.$$" | while read -r line; do
	[ "$line" != timed ] || touch timed
	echo "$line"
done
kill $!
S
script count <<'S' # BYTES [OTHERS]: so much more since, and at each call
n=$(cat n 2>/dev/null || echo 5000000)
[ ! -e timed ] || n=$((n + $1))
rm -f timed
echo $((n + ${2:-0})) | tee n
S
# cold KEYS: the distinct results of the cold reads
cold() {
	rm -f n timed in.*
	site "launch = $tmp/watch\n$1"
	samples '$r->{cache} ne "cold" ? undef : join " ", $r->{status},
		$r->{cold}{source}, $r->{cold}{read_bytes} // "-",
		@{$r->{reasons}}' | sort -u
}

is 'a counter that grew by all bytes proves a cold read' \
	"$(cold "disk_reads = $tmp/count 1048576")" 'ok command 1048576'
is 'also when it grew by more' \
	"$(cold "disk_reads = $tmp/count 2000000")" 'ok command 2000000'
is 'or by 95 %' "$(cold "disk_reads = $tmp/count 996148")" \
	'ok command 996148'
is 'one byte less is not cold' "$(cold "disk_reads = $tmp/count 996147")" \
	'invalid command 996147 cache was not cold: 95.0 % of the bytes came from disk'
is 'nor is it when it grew by far more: those were others' \
	"$(cold "disk_reads = $tmp/count 19000000")" \
	'invalid command 19000000 others were reading: 19000000 bytes came from disk, so it is not shown that the cache was cold'
like 'nor when it grows as fast without the read' \
	"$(cold "disk_reads = $tmp/count 0 1048576" | head -n 1)" \
	'invalid command 1048576 others were reading: * bytes in the same time, at the rate before or after, so it is not shown that the cache was cold'
cold "disk_reads = $tmp/count 0" >got
is 'nor is a counter that stands still' "$(cat got)" \
	'invalid command 0 cache was not cold: 0.0 % of the bytes came from disk'
is 'an invalid sample has no speed' "$(samples '$r->{status} eq "invalid" &&
	exists $r->{throughput_Bps} ? $r->{case} : undef')" ''
is 'and is no failure' "$status $(tail -n 1 err)" \
	'0 2 ok, 2 invalid, 0 failed'
shown='cache was not shown to be cold: nothing counts what the servers read from disk'
is 'without a counter nothing is proved' "$(cold '')" "invalid none - $shown"
is 'a counter that goes back proves nothing' \
	"$(cold "disk_reads = $tmp/count -100000" | sed 's/[0-9]\{6,\}/N/g' |
		sort -u)" \
	"invalid none - $tmp/count -N: went back from N to N"
rm -f watch
script watch <<'S'
exec "$@"
S
script count <<'S'
echo "$1 bytes"
S
is 'nor does one that is no number' "$(cold "disk_reads = $tmp/count 7")" \
	"invalid none - $tmp/count 7: printed no number"
is 'nor one that prints nothing' "$(cold 'disk_reads = true')" \
	'invalid none - true: printed no number'
is 'nor one that is negative' "$(cold 'disk_reads = echo -5')" \
	'invalid none - echo -5: printed no number'
is 'nor one that fails' \
	"$(cold 'disk_reads = echo the server is gone >&2; exit 2')" \
	'invalid none - run echo the server is gone >&2; exit 2: exit status 2: the server is gone'
script count <<'S'
[ ! -e n ] || { echo lost >&2; exit 1; }
echo 7 | tee n
S
rm -f n
like 'nor one that fails the second time' \
	"$(cold "disk_reads = $tmp/count" | head -n 1)" \
	"invalid none - run $tmp/count: exit status 1: lost"

script drop <<'S'
echo drop >>seen
S
cold "drop = $tmp/drop" >/dev/null
is 'caches are dropped once for every cold read, and for no other' \
	"$(grep -c drop seen)" 2
cold 'drop = echo one >&2; echo disk on fire >&2; exit 4' >got
is 'a drop that fails is a failed sample with its last words' \
	"$(cut -d' ' -f 1,4- got)" \
	'failed empty the servers'"'"' caches: run echo one >&2; echo disk on fire >&2; exit 4: exit status 4: disk on fire'
is 'and the other cases go on' "$status $(samples '$r->{status}' | sort |
	uniq -c | tr -s ' \n' ' ')" '1  2 failed 2 ok '

# The data is on the servers when their caches are dropped, and nobody has it.
script drop <<'S'
echo "$(stat -c %s data/*)" >>seen
S
sed -i 's/targets = t/targets = local/' plan.ini
printf '[site]\nname = x\n[target local]\ndriver = posix\npath = %s\nfstype = %s\ndrop = %s\n' \
	"$tmp/data" "$fstype" "$tmp/drop" >site.ini
rm -rf results seen
run
is 'the data is written before caches are dropped' "$(sort -u seen)" 1048576
is 'and is gone after the run' "$(find data -type f)" ''

# Memory is never cold, whatever the disks have read meanwhile
if [ "$(stat -f -c %T /dev/shm)" = tmpfs ]; then
	shm=$(mktemp -d /dev/shm/ie-t.XXXXXX)
	trap 'rm -rf "$tmp" "$shm"' EXIT
	printf '[site]\nname = x\n[target local]\ndriver = posix\npath = %s\nfstype = tmpfs\ndisk_reads = %s\n' \
		"$shm" "n=\$(cat n 2>/dev/null || echo 0); echo \$((n + 1048576)) | tee n" \
		>site.ini
	rm -rf results n
	run
	is 'the kernel tells pages that were in memory before a read' \
		"$(samples '$r->{cache} eq "cold" ?
			"$r->{cold}{resident_bytes} $r->{reasons}[0]" : undef' |
			sort -u)" \
		'1048576 cache was not cold: 100.0 % of the data was in the page cache before the read'
else
	skip 'the kernel tells pages that were in memory before a read' \
		'/dev/shm is not a tmpfs'
fi
done_testing
