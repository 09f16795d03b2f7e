#!/bin/sh
# shellcheck disable=SC2016,SC2317
# Clients that are ranks on the nodes of the throwaway Slurm, started by srun and
# by mpirun in an allocation: they measure together, each on the node where it is
# to be; what goes wrong with a rank, a node or the launch is the case's reason,
# and nothing that they made is left.
# IE_REQUIRE words: slurm, mpi.
set -eu
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/live/cluster-lib.sh
. "$(dirname "$0")/cluster-lib.sh"
# shellcheck source=tests/live/slurm-lib.sh
. "$(dirname "$0")/slurm-lib.sh"

slurm_setup
need mpi test -x "$build/ie-bench-mpi" || done_testing
plans=$(realpath "$(dirname "$0")/../../bench/plans")
T4="-N {nodes} -n {clients} --distribution=cyclic --mpi=pmix"

# sample EXPRESSION: of $r, the records of the run
sample() {
	perl -MJSON::PP -ne '$r = decode_json($_); next
		if $r->{record} ne "sample"; $v = '"$1"';
		print "$v\n"' "$T/r/r/records.jsonl"
}
reasons() {
	sample 'join "; ", $r->{status}, @{$r->{reasons}}'
}
# Of a case that went well, how many clients, and on which of the nodes that it
# had each of them was
places() {
	sample '$r->{status} ne "ok" ? join "; ", @{$r->{reasons}} :
		($r->{clients} // 1) . " on " .
		join " ", $r->{each} ? @{$r->{each}{host}} : 0' |
		sort | tr '\n' ','
}
run() {
	rm -rf "$T/r"
	timeout 120 "$build/ie-bench" run "$T/plan.ini" --site "$T/site.ini" \
		--results "$T/r" --run-id r --progress none >"$T/out" 2>&1 || :
}
# plan CLIENTS [KEYS]
plan() {
	cat >"$T/plan.ini" <<-P
		[plan]
		name = t
		timeout = 2
		[storage x]
		targets = t
		sizes = 64k
		nodes = 4
		clients = $1
		$(printf '%b' "${2:-op = write}")
	P
}
# site LAUNCH [KEYS]: a folder, reached by an ordinary user's job
site() {
	rm -rf "$T/w/data"
	mkdir -m 777 "$T/w/data"
	cat >"$T/site.ini" <<-S
		[site]
		name = t
		[target t]
		driver = posix
		path = $T/w/data
		fstype = $(df --output=fstype "$T" | tail -n 1)
		worker = $T/w/odd
		launch = $T/in $1
		$(printf '%b' "${2:-}")
	S
}
# What a job of an ordinary user is submitted with
cat >"$T/in" <<-I
	#!/bin/sh
	exec "$build/ie-cluster" exec --dir "$T/c" slurm -- setpriv --reuid games \
		--regid nogroup --clear-groups env -C "$T/w" HOME="$T/w" "\$@"
I
chmod +x "$T/in"
# worker [COMMAND]: what the second rank does before it becomes a worker
worker() {
	printf '#!/bin/sh\n[ "$PMIX_RANK" != 1 ] || {\n%s\n}\nexec %s "$@"\n' \
		"${1:-:}" "$build/ie-bench-mpi" >"$T/w/odd"
	chmod 755 "$T/w/odd"
}
left() {
	find "$T/w/data" -mindepth 1
}

works() {
	worker
	plan '1 2 4' 'op = write\nverify = all'
	for launch in "srun --mem=0 $T4 -K" \
		'salloc -Q --mem=0 -N {nodes} -n {clients} mpirun -n {clients}'
	do
		site "$launch"
		run
		is "${launch%% *}: one, two and four clients, a node for each" \
			"$(places)" \
			'1 on 0,2 on 0 1,4 on 0 1 2 3,'
	done
	"$build/ie-stats" check "$T/r/r" >"$T/out" 2>&1
	is 'the records are what the dictionary says' "$(cat "$T/out")" \
		"$T/r/r: 3 ok, 0 failed, 0 invalid"
	"$build/ie-cluster" site --dir "$T/c" >"$T/site.ini"
	plan 8 'op = read\ncache = warm\nreads = next\nverify = all'
	sed -i 's/= t$/= local-slurm/' "$T/plan.ini"
	run
	is "the cluster's own site: who reads what the next one wrote is on another node" \
		"$(places)" '8 on 0 1 2 3 0 1 2 3,'
	is 'scale.ini is for targets that have nodes, and no others' \
		"$("$build/ie-bench" plan "$plans/scale.ini" --site \
			"$T/site.ini" 2>/dev/null |
		perl -MJSON::PP -ne '$c = decode_json($_);
		$n{"$c->{target} " . ($c->{clients} // 1)} = 1;
		END { print map { "$_," } sort keys %n }')" \
		"$(for t in local null; do for c in 1 2 4 8; do
			printf '%s-slurm %s,' $t $c; done; done)"
}

# While all are ready, the runner reads a counter: then the rank dies.
ranks_die() {
	worker "(while [ ! -e $T/w/data/go ]; do sleep 0.1; done
		rm -f $T/w/data/go; kill -KILL \$\$) &"
	plan 4 'op = read\ncache = warm'
	for k in -K ''; do
		site "srun --mem=0 $T4 $k" \
			"disk_reads = touch $T/w/data/go; sleep 1; echo 1"
		run
		[ "$k" ] && words='the worker *: srun: error: n2: task 1: Killed' ||
			words='client 1 cannot be reached'
		like "a rank that is killed ends the case (${k:-without -K})" \
			"$(reasons)" "failed; $words"
		is 'what they made is gone' "$(left)" ''
	done
	worker
	plan 4
	site "srun --mem=0 $T4 -K"
	run
	is 'the next case finds nothing of it' "$(places)" \
		'4 on 0 1 2 3,'
}

launches() {
	site "srun --mem=0 $(echo "$T4" | sed s/pmix/none/)"
	run
	like 'srun without PMIx is told to use it' "$(reasons)" \
		'failed; *: srun has not started it by PMIx: write --mpi=pmix in the launch; *'
	plan 9
	site "srun --mem=0 $T4"
	run
	like 'more ranks than fit: the reason' "$(reasons)" \
		'failed; *: More processors requested than permitted; *'
}

holds_all() {
	in_slurm squeue -h -t R | grep -q .
}
one_drained() {
	[ "$(in_slurm sinfo -h -t drained -o %D)" = 1 ]
}

full() {
	plan 4
	sed -i 's/= 2$/= 1/' "$T/plan.ini"
	j=$(by games sbatch --parsable -o /dev/null -N4 --exclusive \
		--wrap 'sleep 600')
	ok 'a job has the whole partition' within 20 holds_all
	site "srun --mem=0 $T4"
	run
	like 'who waits in vain says what for' "$(reasons)" \
		'failed; the worker said nothing for 11 s; *: srun: job * queued and waiting for resources; *'
	site "srun --mem=0 --immediate=2 $T4"
	run
	like 'who does not want to wait is told at once' "$(reasons)" \
		'failed; *: Requested nodes are busy; *'
	by games scancel "$j"
	in_slurm scontrol update nodename=n4 state=drain reason=test
	ok 'a node is taken away' within 20 one_drained
	run
	like 'a node that is not there is a reason' "$(reasons)" \
		'failed; *srun: error: *; *'
	in_slurm scontrol update nodename=n4 state=resume
	site "srun --mem=0 $T4"
	run
	is 'it comes back, and all goes on' "$(places)" '4 on 0 1 2 3,'
	is 'no job is left' "$(in_slurm squeue -h -t R,PD)" ''
}

ok 'Slurm comes up' "$build/ie-cluster" up slurm --dir "$T/c"
works
ranks_die
launches
full
done_testing
