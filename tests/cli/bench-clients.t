#!/bin/sh
# Several clients of a target: each goes to its node, they go together, what
# they do to one file or folder is checked and removed, and one that fails ends
# the case with its reason.
# shellcheck disable=SC2016,SC2119,SC2317
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/bench-lib.sh
. tests/cli/bench-lib.sh

script() { # NAME: from standard input
	{
		echo '#!/bin/sh'
		cat
	} >"$1"
	chmod +x "$1"
}
script node <<'S'
echo "$1" >>seen
shift
exec "$@"
S

site() { # KEYS of the target
	cat >site.ini <<-P
		[site]
		name = here
		[target shared]
		driver = posix
		path = $tmp/data
		fstype = $fstype
		$(printf '%b' "$1")
		[target null]
		driver = null
	P
	rm -rf results seen
}
nodes="launch.1 = $tmp/node one\nlaunch.2 = $tmp/node two"

plan() { # SECTION KEYS
	printf '[plan]\nname = t\nseed = 1\ntimeout = 5\n[storage x]\n%b\n' \
		"targets = shared\nsizes = 64k\nblock = 4k\n$1" >plan.ini
}

reasons() {
	samples 'join "; ", $r->{status}, @{$r->{reasons}}'
}

# --- what works
cat >plan.ini <<-'P'
	[plan]
	name = t
	seed = 1
	timeout = 20
	[storage handoff]
	targets = *
	op = handoff
	sizes = 64k
	block = 4k
	clients = 1 2 3
	nodes = 1 2
	[storage append]
	targets = shared
	op = append
	sizes = 64k
	block = 4k
	nodes = 2
	[storage locked]
	targets = shared
	op = append
	lock = flock
	sizes = 64k
	block = 4k
	nodes = 2
	[storage handoff-locked]
	targets = shared
	op = handoff
	lock = flock
	sizes = 64k
	block = 4k
	nodes = 2
	[storage readwrite-locked]
	targets = shared
	op = readwrite
	lock = flock
	sizes = 64k
	block = 4k
	nodes = 2
	[storage readwrite]
	targets = shared
	op = readwrite
	sizes = 64k
	block = 4k
	nodes = 2
	[storage own]
	targets = shared
	op = create
	sizes = 64k
	block = 4k
	nodes = 2
	[storage one]
	targets = shared
	op = create
	folder = shared
	sizes = 64k
	block = 4k
	nodes = 2
	[storage write]
	targets = shared
	op = write
	sizes = 64k
	clients = 2
	nodes = 2
	[storage read]
	targets = shared
	op = read
	cache = cold warm
	sizes = 64k
	clients = 2
	nodes = 2
	[storage write-one]
	targets = *
	op = write
	file = shared
	sizes = 64k
	jobs = 2
	clients = 1 3
	verify = all
	[storage randwrite-one]
	targets = shared
	op = randwrite
	file = shared
	sizes = 64k
	block = 4k
	ops = 5
	clients = 3
	[storage read-one]
	targets = shared
	op = read
	cache = cold warm
	file = shared
	reads = next
	sizes = 64k
	block = 4k
	clients = 2
	nodes = 2
	verify = all
	[storage read-next]
	targets = shared
	op = randread
	cache = cold warm
	reads = next
	sizes = 64k
	block = 4k
	jobs = 2
	clients = 1 3
	nodes = 2
	verify = all
P
site "$nodes"
run
is 'clients do everything that they can do together' "$status $(samples \
	'fine($r) && $r->{verified} == ($r->{driver} ne "null")
	? undef
	: "$r->{case}: @{$r->{reasons}}"')" '0 '
like 'a target that cannot be shared is left out, and that is said' \
	"$(cat err)" '*null: handoff left out: driver null does not share*'
ok 'what a driver has no place for in one file counts all the same' \
	grep -q null/write/64k/b64k/d1/j2/c3n1/shared results/r/records.jsonl
is 'there is no node without a client' "$(samples \
	'$r->{op} eq "handoff" ? $r->{case} =~ s,.*/j1,,r : undef' | sort |
	tr '\n' ' ')" ' /c2n1 /c2n2 /c2n2/flock /c3n1 /c3n2 '
is 'each client has its say in the record' "$(samples \
	'my $n = $r->{clients} // 1;
	my $e = $r->{each};
	$n == 1 ||
		($r->{bytes} == $n * $r->{jobs} * $r->{ops} * $r->{block_bytes} &&
		!(grep { $n != @{$e->{$_}} } grep { $_ ne "hosts" } keys %$e) &&
		!(grep { $_ > $r->{latency_ns}{max} } @{$e->{latency_max_ns}}) &&
		!(grep { $_ > $r->{last_done_ns} } @{$e->{end_ns}}) &&
		!(grep { $_ < $r->{first_done_ns} } @{$e->{end_ns}}) &&
		!(grep { $_ > $r->{start_skew_ns} } @{$e->{start_ns}}) &&
		$r->{io_ns} + $r->{sync_ns} == $r->{last_done_ns} &&
		$r->{clock_error_ns} == 0)
		? undef : $r->{case}')" ''
is 'nothing is left' "$(find data -mindepth 1)" ''

plan 'op = handoff\nnodes = 1 2\nlock = none'
site "$nodes"
sed -i 's/^fstype = .*/fstype = nfs/' site.ini
like 'what one node writes NFS shows another only under a lock' \
	"$("$bench" plan plan.ini --site site.ini 2>&1 | sed 's/"kind".*//')" \
	'*shared: handoff on nodes left out: *(lock = flock)*{"case":"shared/handoff/64k/b4k/d1/j1/c2n1",'

plan 'op = handoff\nnodes = 2'
site "$nodes"
run
is 'each node gets a client; what they share is the first one'"'"'s' \
	"$status $(sort seen | uniq -c | tr -s ' \n' ' ')" '0  3 one 1 two '

plan 'op = handoff\nclients = 1'
site 'keep = yes'
run
ok 'what a target keeps stays' test -e "$(echo data/ie-bench.*)"
is 'and the case is measured as any other' "$(reasons)" ok
rm data/ie-bench.*

# --- one whose clock is another
if unshare -T --monotonic 1000 true 2>/dev/null; then
	script later <<-'S'
	exec unshare -T --monotonic 1000 "$@"
	S
	plan 'op = write\nclients = 2\nnodes = 2\ndata = zero'
	sed -i 's/= 64k/= 16M/' plan.ini
	site "launch.1 = $tmp/node one\nlaunch.2 = $tmp/later"
	run
	is 'a clock that is 1000 s ahead is found out, and its error told' \
		"$status $(samples 'my $e = $r->{each};
		my $off = $e->{clock_offset_ns}[1] - 1000e9;
		my $err = $e->{clock_error_ns}[1];
		$r->{status} eq "ok" && $e->{clock_offset_ns}[0] == 0 &&
		$e->{clock_error_ns}[0] == 0 && abs($off) <= $err &&
		$err > 0 && $r->{clock_error_ns} == $err &&
		$r->{last_done_ns} < 30e9 ? undef
		: "@{$r->{reasons}} offset $off error $err"')" '0 '
else
	skip 'a clock that is ahead is found out' 'no time namespaces here'
fi

# --- what does not
plan 'op = create\nnodes = 2'
script fails <<'S'
read -r line
case $line in
*measure*)
	echo 'no way' >&2
	exit 3
	;;
esac
{ echo "$line"; cat; } | "$@"
S
site "launch.1 = $tmp/node one\nlaunch.2 = $tmp/fails"
run
is 'a client that dies ends the case with its reason' "$status $(reasons)" \
	'1 failed; client 1: the worker ended without a record: exit status 3: no way'
is 'and nothing is left by the other' "$(find data -mindepth 1)" ''

# Leaves one block when all have written, before they look.
script spoils <<'S'
{
	read -r line && echo "$line"
	read -r line && echo "$line"
	read -r line
	truncate -s 4096 data/ie-bench.*
	echo "$line"
	cat
} | "$@"
S
plan 'op = append\nnodes = 2'
site "launch.1 = $tmp/node one\nlaunch.2 = $tmp/spoils"
run
like 'an append that is lost is found' "$status $(reasons)" \
	'1 failed; client [01]: verify: shared ie-bench.*: only the first * of 16 blocks are what was written*'

# The second client goes, but its turn is over.
script leaves <<'S'
read -r line
case $line in
*measure*) line=$(echo "$line" | sed 's/"size_bytes":65536/"size_bytes":4096/
	s/"ops":16/"ops":1/') ;;
esac
{ echo "$line"; cat; } | "$@"
S
plan 'op = handoff\nnodes = 2'
site "launch.1 = $tmp/node one\nlaunch.2 = $tmp/leaves"
run
like 'a turn that does not come ends in the time limit' \
	"$status $(reasons)" '1 failed; client 0: *: turn 4 did not come in 5 s*'
is 'nothing is left of these' "$(find data -mindepth 1)" ''

script old <<'S'
{ sed -u 's/"suite":"[^"]*"/"suite":"0.0.9+0"/'; } | "$@"
S
plan 'op = write\nclients = 2\nnodes = 2'
site "launch.1 = $tmp/node one\nlaunch.2 = $tmp/old"
run
like 'a worker of another build is refused' "$status $(reasons)" \
	'1 failed; client 1: this worker is ie-bench 0.1.0+*, the case is from 0.0.9+0: install the same build everywhere'
is 'and the other leaves nothing' "$(find data -mindepth 1)" ''

# --- what is refused
refused() { # NAME KEYS PATTERN
	site "$2"
	run
	like "$1" "$status $(cat err)" "2 ie-bench: run: site.ini:$3"
}
refused 'launch beside launch.1' "launch = x\nlaunch.1 = y" \
	'8: target shared has launch and launch.1'
refused 'a gap in the numbers' "launch.1 = x\nlaunch.3 = y" \
	'8: unknown key launch.3 *'
refused 'a keep that is neither yes nor no' 'keep = perhaps' \
	'7: keep = perhaps; allowed: yes, no'
done_testing
