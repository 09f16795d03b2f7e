#!/bin/sh
# Clients that are ranks of MPI: one launch starts them, the first speaks for
# all. What works with clients that the runner starts works with them; one that
# fails, is killed, stops, or is of another build ends the case with its reason;
# clocks that differ are measured.
# shellcheck disable=SC2016,SC2119,SC2317
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/bench-lib.sh
. tests/cli/bench-lib.sh

# As root, more ranks than processors, no network but loopback.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_btl=self,vader,tcp
export OMPI_MCA_btl_tcp_if_include=lo
need mpi mpirun -n 2 test -x "$bench-mpi" || done_testing

none_runs() {
	! grep -qsz "^IE_MARK=$tmp\$" /proc/[0-9]*/environ
}
script() { # NAME: from standard input
	{
		echo '#!/bin/sh'
		cat
	} >"$1"
	chmod +x "$1"
}
# site LAUNCH [KEYS]: the folder, reached by that
site() {
	cat >site.ini <<-P
		[site]
		name = here
		[target shared]
		driver = posix
		path = $tmp/data
		fstype = $fstype
		launch = $1
		$(printf '%b' "${2:-}")
		[target null]
		driver = null
		launch = $1
	P
	rm -rf results data seen pid.*
	mkdir data
}
plan() { # KEYS of the section
	printf '[plan]\nname = t\nseed = 1\ntimeout = 1\n[storage x]\n%b\n' \
		"targets = shared\nsizes = 64k\nop = write\n$1" >plan.ini
}
reasons() {
	samples 'join "; ", $r->{status}, @{$r->{reasons}}'
}
# What a rank of that number does before it becomes a worker.
rank() {
	script odd <<-S
		if [ "\$OMPI_COMM_WORLD_RANK" = $1 ]; then
			$2
		fi
		exec "${3:-$bench-mpi}" "\$@"
	S
}

# --- what works
cat >plan.ini <<-'P'
	[plan]
	name = t
	seed = 1
	timeout = 20
	[storage write]
	targets = *
	op = write
	sizes = 64k
	clients = 1 3
	[storage write-one]
	targets = *
	op = write
	file = shared
	sizes = 64k
	jobs = 2
	clients = 3
	verify = all
	[storage read]
	targets = shared
	op = read
	cache = cold warm
	reads = next
	sizes = 64k
	clients = 3
	verify = all
	[storage read-one]
	targets = shared
	op = read
	cache = cold
	file = shared
	reads = next
	sizes = 64k
	block = 4k
	clients = 2
	[storage append]
	targets = shared
	op = append
	sizes = 64k
	block = 4k
	[storage create]
	targets = shared
	op = create
	folder = shared
	sizes = 64k
	block = 4k
P
site 'mpirun -n {clients}'
run
is 'ranks do what clients do' "$status $(samples \
	'fine($r) && $r->{verified} == ($r->{driver} ne "null")
	? undef : "$r->{case}: @{$r->{reasons}}"')" '0 '
is 'each has its say in the record' "$(samples \
	'my $n = $r->{clients} // 1;
	my $e = $r->{each};
	$n == 1 ? ($e ? $r->{case} : undef) :
		$r->{bytes} == $n * $r->{jobs} * $r->{size_bytes} &&
		$r->{io_ns} + $r->{sync_ns} == $r->{last_done_ns} &&
		$r->{clock_error_ns} == 0 && @{$e->{hosts}} == 1 &&
		!(grep { $n != @{$e->{$_}} } grep { $_ ne "hosts" } keys %$e) &&
		(grep { $_ == $r->{start_skew_ns} } @{$e->{start_ns}}) &&
		(grep { $_ == $r->{first_done_ns} } @{$e->{end_ns}})
		? undef : $r->{case}')" ''
is 'nothing is left' "$(find data -mindepth 1)" ''
"${bench%bench}stats" check results/r >out 2>&1
like 'and the records are what the dictionary says' "$(cat out)" \
	'results/r: * ok, 0 failed, *'
is 'valid, but for jobs of a moment that did not begin together' \
	"$(samples 'fine($r) ? undef : "@{$r->{reasons}}"')" ''

plan 'clients = 1'
site 'mpirun -n 3' "worker = $bench-mpi"
run
is 'a launch of so many ranks is a target of so many clients' \
	"$status $(samples 'join " ", $r->{status}, $r->{clients},
		$r->{bytes}, scalar @{$r->{each}{bytes}}')" \
	'0 ok 3 196608 3'

rank 0 'grep Cpus_allowed_list /proc/self/status >seen'
plan 'clients = 2'
site 'mpirun -n {clients}' "worker = $tmp/odd"
run
is 'a rank is not held to one processor' "$status $(cat seen)" \
	"0 $(grep Cpus_allowed_list /proc/self/status)"

if unshare -T --monotonic 1000 true 2>/dev/null; then
	plan 'clients = 2\ndata = zero'
	sed -i 's/= 64k/= 16M/' plan.ini
	rank 1 "exec unshare -T --monotonic 1000 $bench-mpi worker"
	site 'mpirun -n {clients}' "worker = $tmp/odd"
	run
	is 'a clock that is 1000 s ahead is found out, and its error told' \
		"$status $(samples 'my $e = $r->{each};
		my $off = $e->{clock_offset_ns}[1] - 1000e9;
		my $err = $e->{clock_error_ns}[1];
		$r->{status} eq "ok" && $e->{clock_offset_ns}[0] == 0 &&
		abs($off) <= $err && $err > 0 && $r->{clock_error_ns} == $err &&
		$r->{last_done_ns} < 30e9 ? undef
		: "@{$r->{reasons}} offset $off error $err"')" '0 '
else
	skip 'a clock that is ahead is found out' 'no time namespaces here'
fi

# --- ranks that fail
plan 'clients = 3'
rank 1 "trap '' XFSZ; ulimit -f 8"
site 'mpirun -n {clients}' "worker = $tmp/odd"
run
like 'a rank that fails ends the case with its reason' \
	"$status $(reasons)" \
	'1 failed; client 1: shared ie-bench.*.c1: write 64k at byte 0: *'
is 'and nothing is left by any' "$(find data -mindepth 1)" ''

site 'mpirun -n {clients}'
echo mine >data/ie-bench.r.s0.b0.p0.c2
run
like 'a file that was there is a reason' "$status $(reasons)" \
	'1 failed; client 2: *File exists'
is 'and it alone stays' "$(ls data) $(cat data/*)" \
	'ie-bench.r.s0.b0.p0.c2 mine'

source=$("$bench" plan plan.ini --site site.ini >/dev/null &&
	sed -n 's/.*IE_SOURCE "\(.*\)"/\1/p' "$(dirname "$bench")/source.h")
perl -pe "s/\\Q$source\\E/000000000000/g" "$bench-mpi" >other
chmod +x other
rank 2 "exec $tmp/other worker"
site 'mpirun -n {clients}' "worker = $tmp/odd"
run
like 'a rank of another build is refused' "$status $(reasons)" \
	"1 failed; client 2: this worker is ie-bench *+000000000000, the case is from *+$source: install the same build everywhere*"

# --- ranks that are gone. While all are ready, the runner reads a counter.
plan 'op = read\ncache = warm\nclients = 3'
sed -i '0,/op = write/{/op = write/d}' plan.ini
rank 1 'echo $$ >pid.1'
# gone SIGNAL
gone() {
	site 'mpirun -n {clients}' \
		"worker = $tmp/odd\ndisk_reads = kill -$1 \$(cat pid.1); echo 1"
	export IE_MARK="$tmp"
	run
	unset IE_MARK
}
gone KILL
like 'a rank that is killed ends the case with that' "$status $(reasons)" \
	'1 failed; the worker ended without a record: *rank 1 *signal 9*'
is 'what they had made is gone' "$(find data -mindepth 1)" ''
ok 'and so are the others' within 10 none_runs
gone STOP
like 'one that does not answer ends the case with its number' \
	"$status $(reasons)" '1 failed; client 1 was not heard of for [67] s*'
is 'what they had made is gone, too' "$(find data -mindepth 1)" ''
ok 'and no process is left' within 20 none_runs

# --- nobody is there to take the record
plan 'clients = 3'
sed -i 's/= shared/= null/; s/= 64k/= 4096G/' plan.ini
site 'mpirun -n {clients}' "worker = $tmp/odd"
sed -i "/= null/a worker = $tmp/odd" site.ini
env IE_MARK="$tmp" "$bench" run plan.ini --site site.ini --results results \
	--run-id r --progress none >out 2>err </dev/null &
ok 'ranks work' within 20 test -s pid.1
kill -KILL $!
wait $! 2>/dev/null || true
ok 'they end with the runner' within 20 none_runs

# --- launches that are none
plan 'clients = 2'
site 'env X={clients}'
run
like 'a process that MPI has not started says so' "$status $(reasons)" \
	'1 failed; one process was started alone for a case of 2 clients: the launch needs MPI*'
site 'mpirun -n 3 env X={clients}'
run
like 'ranks of another number say so' "$status $(reasons)" \
	'1 failed; *the launch started 3 ranks for 2: write -n {clients} in it*'
site 'mpirun -n {clients}' 'worker = /nonexistent/ie-bench-mpi'
run
like 'a worker that is not there: what mpirun says' "$status $(reasons)" \
	'1 failed; the worker *: mpirun was unable to launch the specified application*'
site 'mpirun -n 3' "worker = $bench-mpi"
run
like 'as many ranks for each of several clients are refused' \
	"$status $(reasons)" \
	'1 failed; *the launch started 3 ranks for 1: write -n {clients} in it*'
done_testing
