#!/bin/sh
# ie-bench run over the null and posix drivers: what is recorded, what each
# kind of bad target becomes, and that a run leaves nothing and touches nothing
# that is not its own.
# shellcheck disable=SC2016,SC2119,SC2317
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/bench-lib.sh
. tests/cli/bench-lib.sh
cp site.ini site.good

left() {
	find data -mindepth 1
}

# --- what is recorded, over null
"$bench" run "$root/tests/data/bench-null.ini" --run-id null --site \
	"$root/tests/data/bench-null-site.ini" >out 2>err && status=0 ||
	status=$?
is 'a run says where its folder is' "$status $(cat out)" '0 results/null'
is 'and how its cases ended' "$(tail -n 1 err)" '8 ok, 2 invalid, 0 failed'
is 'a log has a line for each case' "$(grep -c '^\[[0-9]*/10\] [nt][^ ]*: ' err)" 10
normal null >records
ok 'its records are as they were, but for times and the host' \
	diff -u "$root/tests/data/bench-null.jsonl" records
ok 'the folder has the plan' cmp results/null/plan.ini \
	"$root/tests/data/bench-null.ini"
ok 'and the site file' cmp results/null/site.ini \
	"$root/tests/data/bench-null-site.ini"
is 'and nothing else' "$(cd results/null && echo *)" \
	'plan.ini records.jsonl site.ini'
"$bench" plan "$root/tests/data/bench-null.ini" --site \
	"$root/tests/data/bench-null-site.ini" | grep -o '"case":"[^"]*"' >planned
grep -o '"case":"[^"]*"' results/null/records.jsonl >ran
ok 'the cases ran in the order of the plan' diff planned ran

arithmetic='
	my $ns = $r->{io_ns} + $r->{sync_ns};
	my $x = $r->{bytes} * 1e9 / $ns;
	my $l = $r->{latency_ns};
	return "$r->{case}: bytes" if $r->{bytes} !=
		$r->{ops} * $r->{block_bytes} * $r->{jobs};
	return "$r->{case}: speed" if defined $r->{throughput_Bps}
		? abs($r->{throughput_Bps} / $x - 1) > 1e-9
		: $r->{status} eq "ok";
	return "$r->{case}: speed of what is $r->{status}"
		if defined $r->{throughput_Bps} && $r->{status} ne "ok";
	return "$r->{case}: sync" if $r->{op} =~ /read/ && $r->{sync_ns};
	return "$r->{case}: latencies" unless $l->{p50} <= $l->{p90} &&
		$l->{p90} <= $l->{p99} && $l->{p99} <= $l->{p999} &&
		$l->{p999} <= $l->{max} && $l->{max} <= $r->{io_ns};
	return undef'
is 'speed is bytes by the time of transfers and sync' \
	"$(samples "$arithmetic" null)" ''

cp results/null/records.jsonl before
"$bench" run plan.ini --site site.ini --run-id null >out 2>err && status=0 ||
	status=$?
is 'a run id that is taken is refused' "$status $(cat err)" \
	'2 ie-bench: run: make the run folder results/null: File exists'
ok 'and its records stay as they are' cmp before results/null/records.jsonl
"$bench" run plan.ini --site site.ini --progress none >out 2>err
like 'without a run id there is one of time, plan and chance' "$(cat out)" \
	'results/20[0-9][0-9][01][0-9][0-3][0-9]T[0-9]*Z-t-[0-9a-f][0-9a-f][0-9a-f][0-9a-f]'
is 'and --progress none leaves the last line only' "$(wc -l <err)" 1

# Memory: a read takes depth x block, whatever the size; a write what it makes
# before the clock starts, at most an eighth of what there is.
printf '[plan]\nname = m\nseed = 1\n[storage r]\ntargets = null\nop = read\ncache = warm\nsizes = 64M 1G\n' >plan.ini
run
samples '"$r->{size_bytes} $r->{rss_peak_bytes}"' | sort -n >rss
ok 'reading 1 GiB takes at most 1 MiB more memory than 64 MiB' \
	awk '{ d = $2 - last; last = $2 } END { exit !(NR == 2 && d < 1048576) }' rss
rm -rf results/r
printf '[plan]\nname = m\nseed = 1\n[storage w]\ntargets = null\nop = write\nsizes = 64M 16G\n' >plan.ini
most=$(awk '/^MemAvailable/ { print int($2 * 1024 / 7) + 33554432 }' \
	/proc/meminfo)
run
samples '"$r->{size_bytes} $r->{rss_peak_bytes}"' | sort -n >>rss
ok 'writing 16 GiB takes at most an eighth of the memory' \
	awk -v most="$most" '{ if ($2 > peak) peak = $2 } END { exit !(NR == 4 && peak < most) }' rss
sed 's|^|# size and peak memory: |' rss
rm -rf results/r

# --- a file system
all_ops() {
	cat <<-'P'
		[plan]
		name = t
		seed = 3
		[storage w]
		targets = local
		op = write
		sizes = 1M 3M
		depth = 1 8
		[storage rw]
		targets = local
		op = randwrite
		sizes = 2M
		block = 4k
		jobs = 1 3
		verify = all
		[storage r]
		targets = local
		op = read
		cache = cold warm
		sizes = 2M
		data = zero
		[storage rr]
		targets = local
		op = randread
		cache = cold warm
		sizes = 4M
		block = 4k
		ops = 64
	P
}
all_ops >plan.ini
rm -rf results/r
run
is 'every operation runs on a file system' "$status $(samples '$r->{status} eq
	"failed" ? "$r->{case} @{$r->{reasons}}" : undef')" '0 '
is 'all data is verified' \
	"$(samples '$r->{verified} ? undef : $r->{case}')" ''
is 'the arithmetic holds' "$(samples "$arithmetic")" ''
is 'a write is synced inside its time' \
	"$(samples '$r->{op} =~ /write/ && !$r->{sync_ns} ? "not" : undef')" ''
is 'a file holds nothing when its run is over' "$(left)" ''
is 'what was found is recorded' \
	"$(samples '"$r->{store}{fstype} $r->{store}{path}"' |
		grep 'p0')" "$fstype $tmp/data/ie-bench.r.s0.b0.p0.j0"
on_disk() {
	awk -v d="$(stat -c %d data)" 'BEGIN { exit int(d / 256) == 0 }'
}
if need disk on_disk; then
	is 'cold reads are proved by what this process read from the disk' \
		"$(samples '($r->{cache} // "") ne "cold" ? undef :
		"$r->{op} $r->{status} $r->{cold}{source} " .
		($r->{cold}{ratio} >= 0.95 ? "cold" : "warm")' | sort)" \
		'randread ok worker cold
read ok worker cold'
	is 'warm reads leave the disk alone' \
		"$(samples '($r->{cache} // "") eq "warm" &&
		$r->{cold}{ratio} > 0.05 ? $r->{case} : undef')" ''
fi

# --- targets that cannot work, beside one that does
touch "$tmp/file"
cat >plan.ini <<-'P'
	[plan]
	name = t
	seed = 1
	timeout = 5
	[storage w]
	targets = *
	op = write
	sizes = 64k
P
reasons='$r->{status} eq "failed" ? $r->{reasons}[0] : undef'
# broken NAME KEYS REASON: the target fails with that reason, and null is ok
broken() {
	printf '[site]\nname = x\n[target null]\ndriver = null\n%b' \
		"[target bad]\ndriver = posix\n$2\n" >site.ini
	rm -rf results/r
	run
	is "$1: the case fails and the other is measured" \
		"$status $(samples '"$r->{target} $r->{status}"' | sort |
			tr '\n' ' ')" '1 bad failed null ok '
	is "$1: the reason says why" "$(samples "$reasons")" "$3"
	is "$1: and there is no speed" "$(samples \
		'exists $r->{throughput_Bps} ? $r->{target} : undef')" null
	is "$1: nothing is left" "$(left)" ''
}

broken 'a folder that is not there' \
	"path = $tmp/absent\nfstype = $fstype" \
	"bad: open folder $tmp/absent: No such file or directory"
broken 'a file in place of the folder' "path = $tmp/file\nfstype = $fstype" \
	"bad: open folder $tmp/file: Not a directory"
broken 'another file system' "path = /proc\nfstype = ext4" \
	'bad: /proc: the site file says fstype ext4, statfs finds 0x9fa0: not mounted?'
broken 'a mount that is not there' "path = $tmp/data\nfstype = nfs" \
	"bad: $tmp/data: the site file says fstype nfs, statfs finds $fstype: not mounted?"
broken 'a folder that takes no files' "path = /proc\nfstype = 0x9fa0" \
	'bad: open /proc/ie-bench.r.s0.b0.p1: No such file or directory'
sed -i 's/= [*]/= null/' plan.ini
printf '[storage big]\ntargets = bad\nop = write\nsizes = 1048576G\n' >>plan.ini
reasons='$r->{status} eq "failed" ? $r->{reasons}[0] =~ s/\d+ free/N free/r
	: undef'
broken 'a disk that is too small' "path = $tmp/data\nfstype = $fstype" \
	'bad ie-bench.r.s0.b0.p1: too little space: 1125899906842624 bytes needed, N free'

# --- what was there before
cp site.good site.ini
cat >plan.ini <<-'P'
	[plan]
	name = t
	seed = 1
	[storage w]
	targets = local
	op = write
	sizes = 64k
	jobs = 1 3
	[storage r]
	targets = local
	op = randread
	cache = cold warm
	sizes = 64k
P
for p in 0 1 2 3; do
	echo mine >"data/ie-bench.r.s0.b0.p$p"
	echo mine >"data/ie-bench.r.s0.b0.p$p.j1"
done
ls data >before
rm -rf results/r
run
is 'an object of the same name makes a case fail' \
	"$status $(samples '$r->{status} . " " .
		($r->{reasons}[0] =~ s/.*: //r)' | sort | uniq -c |
		tr -s ' \n' ' ')" '1  4 failed File exists '
is 'it says no more than that' \
	"$(samples '@{$r->{reasons}} == 1 ? undef : $r->{case}')" ''
is 'the records know nothing of it' \
	"$(samples 'exists $r->{foreign} ? $r->{case} : undef')" ''
ls data >after
ok 'nothing is added and nothing is removed' diff -u before after
is 'and nothing is changed' "$(cat data/* | sort | uniq -c | tr -s ' ')" \
	' 8 mine'
rm -f data/*

# --- a command is the whole rest of its line
cat >plan.ini <<-'P'
	[plan]
	name = t
	[storage r]
	targets = local
	op = read
	cache = cold
	sizes = 64k
P
{
	cat site.good
	echo "drop = echo a >>$tmp/log ; echo b >>$tmp/log # c"
	echo "  ; echo d >>$tmp/log"
	echo "disk_reads = echo 7 ; echo e >>$tmp/log"
} >site.ini
rm -rf results
run
is 'a command with semicolons runs whole' "$(tr '\n' ' ' <log)" 'a b e e e e e '
rm log
sed 's/ # c$//' site.ini >site.new && mv site.new site.ini
rm -rf results
run
is 'and so does one that goes on with a semicolon' "$(tr '\n' ' ' <log)" \
	'a b d e e e e e '

# --- what the site says of itself, and its sessions
describe() {
	sed "2a describe = $1" site.good >site.ini
	rm -rf results
	run
}
describe 'echo reason >&2; exit 3'
is 'a site that cannot be described is not measured' \
	"$status $(cat err)" \
	'2 ie-bench: run: describe the site: run echo reason >&2; exit 3: exit status 3: reason'
not_ok 'and nothing is made' test -e results
describe 'echo 7'
is 'nor is one that says something else' "$status $(cat err)" \
	'2 ie-bench: run: describe the site: echo 7: printed no JSON object'
cat >plan.ini <<-'P'
	[plan]
	name = t
	blocks = 2
	sessions = 3
	[storage w]
	targets = null
	op = write
	sizes = 64k
P
sed "2a renew = echo again >>$tmp/renewed" site.good >site.ini
rm -rf results
run
is 'sessions run one after the other' \
	"$status $(samples '"$r->{session}$r->{block}"' | tr '\n' ' ')" \
	'0 00 01 10 11 20 21 '
is 'the site is renewed before each but the first' "$(wc -l <renewed)" 2
sed '2a renew = echo it broke >&2; false' site.good >site.ini
rm -rf results
run
is 'a session that cannot be made ends the run' \
	"$status $(samples '$r->{session}' | tr '\n' ' ')" '1 0 0 '
like 'with the reason, and how to go on' "$(tail -n 1 err)" \
	'*make a fresh session: *it broke; resume with: ie-bench run plan.ini --site site.ini --resume results/r'
done_testing
