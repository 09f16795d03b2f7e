#!/bin/sh
# op = powercut on a site whose cuts are made by hand: when they come, what the
# record says of what was left, and that what was cut always comes back.
# shellcheck disable=SC2016,SC2119
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/bench-lib.sh
. tests/cli/bench-lib.sh

cat >plan.ini <<-'P'
	[plan]
	name = t
	seed = 1
	timeout = 5
	[storage cut]
	targets = *
	op = powercut
	sizes = 4M
	block = 64k
P
file=data/ie-bench.r.s0.b0.p0

# site CUT [RESTORE [KEYS]]
site() {
	cat >site.ini <<-P
		[site]
		name = here
		[target local]
		driver = posix
		path = $tmp/data
		fstype = $fstype
		launch = sh -c 'echo \$\$ >worker; exec "\$@"' worker
		cut = echo cut >>seen; $1
		restore = echo back >>seen; ${2:-true}
		cut_kind = process
		$(printf '%b' "${3:-}")
	P
	rm -rf results seen data/*
}

# What the record says: status, acknowledged, intact, control, its intact, kept
said() {
	samples 'my $p = $r->{power_cut} // {};
		join " ", $r->{status}, $r->{op}, (map { $_ // "none" }
			@$p{qw(acknowledged_bytes intact_bytes control_bytes
			control_intact_bytes kind)}), $p->{kept} ? "kept" : "",
			@{$r->{reasons}}'
}

site true
run
is 'a cut that takes nothing leaves all, and that is said' \
	"$status $(said)" \
	'0 ok powercut 4194304 4194304 1048576 1048576 process kept'
is 'it has a throughput and says how long the cut took' "$(samples \
	'$r->{throughput_Bps} > 0 && $r->{verified} && $r->{sync_ns} > 0 &&
	$r->{power_cut}{cut_ns} > 0 && $r->{power_cut}{return_ns} > 0')" 1
is 'what was cut comes back once' "$(tr '\n' ' ' <seen)" 'cut back '
is 'nothing is left' "$(find data -mindepth 1)" ''
ok 'the record is a good record' "$(dirname "$bench")/ie-stats" check results/r

site "rm $file.control"
run
is 'a cut that takes what was not synced is survived' "$status $(said)" \
	'0 ok powercut 4194304 4194304 1048576 0 process kept'

# A size that is no multiple of the block
cp plan.ini whole.ini
sed -i 's/^sizes.*/sizes = 4000001/' plan.ini
site true
run
is 'a short last block is found, too' "$status $(said)" \
	'0 ok powercut 4000001 4000001 1048576 1048576 process kept'
ok 'and its record is a good record' "$(dirname "$bench")/ie-stats" check \
	results/r
site "truncate -s 4000000 $file"
run
is 'and missed' "$status $(said)" \
	'0 invalid powercut 4000001 3997696 1048576 1048576 process  did not keep its word: of 4000001 bytes whose sync had returned 2305 were gone after a power cut'
mv whole.ini plan.ini

site 'test -d "/proc/$(cat worker)/fd" && cat "/proc/$(cat worker)/comm" >comm'
run
is 'the worker is there when it comes, with all files open' \
	"$status $(cat comm)" '0 ie-bench'

site "truncate -s 4000000 $file"
run
is 'bytes that are gone are found' "$status $(said)" \
	'0 invalid powercut 4194304 3997696 1048576 1048576 process  did not keep its word: of 4194304 bytes whose sync had returned 196608 were gone after a power cut'
is 'there is no throughput of a sync that broke its word' \
	"$(samples 'exists $r->{throughput_Bps} ? "yes" : "no"')" no
is 'and nothing is left' "$(find data -mindepth 1)" ''

site "printf x | dd of=$file bs=1 seek=1000000 conv=notrunc status=none"
run
is 'so is one byte that is another' "$(said | cut -d ' ' -f 1-4)" \
	'invalid powercut 4194304 4128768'

site "rm $file"
run
is 'and a file that is not there' "$(said | cut -d ' ' -f 1-4)" \
	'invalid powercut 4194304 0'

site 'echo no switch >&2; exit 3'
run
like 'a cut that fails is said' "$status $(said)" \
	'1 failed powercut none none none none none  cut the power: run *: exit status 3: no switch'
is 'and what may be cut comes back' "$(tr '\n' ' ' <seen)" 'cut back '
is 'nothing is left of it' "$(find data -mindepth 1)" ''

site true 'echo it is dead >&2; exit 4'
run
like 'one that does not come back is said' "$status $(said)" \
	'1 failed powercut *  bring back after a power cut: run *: exit status 4: it is dead'

site 'touch here; sleep 2'
"$bench" run plan.ini --site site.ini --results results --run-id r \
	--progress none >out 2>err </dev/null &
within 10 test -e here
kill -TERM $!
wait $! || :
is 'who is interrupted in a cut brings it back first' \
	"$(tr '\n' ' ' <seen)" 'cut back '
is 'and leaves nothing' "$(find data -mindepth 1)" ''

site true true '[target plain]\ndriver = posix\npath = /tmp\nfstype = tmpfs
[target null]\ndriver = null\ncut = true\nrestore = true\ncut_kind = machine'
run
like 'a target without a cut is left out, and that is said' "$status $(cat err)" \
	'0 *plain: powercut left out: it has no cut*null: powercut left out: it stores nothing*1 ok*'

# --- what is refused
refused() { # NAME KEYS PATTERN
	site true true "[target other]\ndriver = null\n$2"
	run
	like "$1" "$status $(cat err)" "2 ie-bench: run: site.ini:$3"
}
refused 'a cut without a way back' 'cut = true\ncut_kind = guest' \
	'13: cut needs restore and cut_kind (process, guest, device, machine)'
refused 'a kind of cut that nobody knows' \
	'cut = true\nrestore = true\ncut_kind = axe' \
	'15: cut_kind = axe; allowed: process, guest, device, machine'
done_testing
