#!/bin/sh
# shellcheck disable=SC2016,SC2317
# Slurm on this machine: nodes that are processes run jobs of several users,
# each with what it was given and out of the others' reach; gaps are filled as
# the configuration says; what does not work says why; nothing stays.
# IE_REQUIRE words: slurm, slurm-devices (control groups that hold devices).
set -eu
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/live/cluster-lib.sh
. "$(dirname "$0")/cluster-lib.sh"
# shellcheck source=tests/live/slurm-lib.sh
. "$(dirname "$0")/slurm-lib.sh"

slurm_setup
groups() {
	ls -d /sys/fs/cgroup/*"$1"* /sys/fs/cgroup/*/*"$1"* 2>/dev/null || :
}
mounts=$(cat /proc/mounts)

# job OPTIONS...: a batch job of `games`; prints its number
job() {
	by games sbatch --parsable -o /dev/null "$@"
}
state() { # JOB
	in_slurm scontrol show job "$1" 2>/dev/null | tr ' ' '\n' |
		sed -n 's/^JobState=//p'
}
is_in() { # JOB STATE
	[ "$(state "$1")" = "$2" ]
}
runs() { # JOB
	within 20 is_in "$1" RUNNING || diag "$(in_slurm scontrol show job "$1")"
}
idle() {
	[ "$(in_slurm sinfo -h -t idle -o %D)" = 4 ]
}
all_end() {
	in_slurm scancel -u games
	in_slurm scancel -u nobody
	ok 'jobs that are cancelled leave their nodes' within 20 idle
}

comes_up() {
	for bad in NODES=0 NODES=31 GPUS=x; do
		like "IE_SLURM_$bad is refused" "$(status_of env "IE_SLURM_$bad" \
			"$build/ie-cluster" up slurm --dir "$T/c")" \
			'1 *must be a number from*'
	done
	ok 'Slurm comes up' "$build/ie-cluster" up slurm --dir "$T/c"
	is 'a command runs on four nodes, each with a name of its own' \
		"$(in_slurm srun -N4 hostname | sort | tr '\n' ' ')" \
		'n1 n2 n3 n4 '
	ok 'it says of itself what it is' sh -c '"$0" status --dir "$1" --json |
		perl -MJSON::PP -e '"'"'$s = decode_json(<>)->{services}{slurm};
		exit !($s->{nodes} == 4 && $s->{scheduler} =~ /bf_/)'"'"'' \
		"$build/ie-cluster" "$T/c"
	is 'the ranks of a step know each other by PMIx' "$(in_slurm srun -N4 \
		-n8 --mpi=pmix sh -c 'echo $PMIX_RANK' | sort | tr '\n' ' ')" \
		'0 1 2 3 4 5 6 7 '
}

many_users() {
	cat >"$T/w/job.sh" <<-'J'
		#!/bin/sh
		#SBATCH --job-name=who
		#SBATCH --output=%x-%j.log
		#SBATCH --nodes=2
		id -un
		srun hostname
	J
	ok 'an ordinary user submits a job' by games sbatch --wait job.sh
	is 'its log is his and has what it said' "$(stat -c %U "$T"/w/who-*.log
		sort "$T"/w/who-*.log | tr '\n' ' ')" "games
games n1 n2 "
	j=$(job --wrap 'sleep 60')
	runs "$j"
	like 'another user cannot cancel it' "$(status_of by nobody scancel "$j")" \
		'[1-9]* *Access/permission denied'
	like 'nor hold, change or signal it' "$(
		status_of by nobody scontrol hold "$j"
		status_of by nobody scontrol update "job=$j" timelimit=1
		status_of by nobody scancel -s USR1 "$j")" \
		'1 *Invalid user id*1 *Invalid user id*[1-9]* *denied*'
	not_ok 'nor enter it' by nobody srun "--jobid=$j" id
	is 'it goes on' "$(state "$j")" RUNNING
	ok 'its owner cancels it' by games scancel "$j"
	ok 'and it ends' within 10 is_in "$j" CANCELLED
	not_ok 'no user reads the key that credentials are made with' \
		by games cat /mnt/slurm/munge/key
}

# What a step on n1 can do with both GPUs there: y, or n; and what it is told
gpus_of() { # OPTION...
	by games srun -w n1 -n1 "$@" sh -c 'for g in 0 1; do
			case $(cat "/mnt/gpu/n1-$g" 2>&1) in
			*"Operation not permitted") printf n ;;
			*) printf y ;;
			esac
		done; echo " $CUDA_VISIBLE_DEVICES"'
}

devices() {
	is 'a job without a GPU opens none' "$(gpus_of)" 'nn '
	is 'one that was given one opens it and no other' \
		"$(gpus_of --gpus=1)" 'yn 0'
	j=$(job -w n1 --gpus=1 --wrap 'sleep 60')
	runs "$j"
	is 'the next one gets another' "$(gpus_of --gpus=1 |
		cut -d ' ' -f 1)" ny
	like 'a third has to wait' "$(status_of by games srun --immediate=2 \
		-w n1 -N1 --gpus=2 true)" '1 *Unable to allocate resources*'
	by games scancel "$j"
	within 10 is_in "$j" CANCELLED
	is 'and gets both when they are free' "$(gpus_of --gpus=2)" 'yy 0,1'
	ok 'tasks of root may wake with real-time priority' \
		in_slurm srun -N4 chrt -f 1 true
	like 'a job that takes more memory than it asked for is ended' \
		"$(status_of by games srun --mem=32M perl -e \
			'$x = "x" x 100e6; print length $x')" \
		'[1-9]* *[Oo]ut [Oo]f [Mm]emory*'
}

# Of four nodes `first` has two for ten minutes, `second` waits for three, and
# `third` for four; a job behind them may start while it delays only the third.
gaps() {
	first=$(job -N2 -t 10 --exclusive --wrap 'sleep 600')
	runs "$first"
	second=$(job -N3 -t 10 --exclusive --wrap 'sleep 600')
	third=$(job -N4 -t 1 --exclusive --wrap true)
	short=$(job -N2 -t 5 --exclusive --wrap true)
	ok 'a short job goes ahead of those that wait for nodes' \
		within 15 is_in "$short" COMPLETED
	late=$(job -N2 -t 20 --exclusive --wrap 'sleep 600')
	long=$(job -N1 -t 60 --exclusive --wrap 'sleep 600')
	ok 'so does a long one that delays only the third' \
		within 15 is_in "$long" RUNNING
	is 'but none that would delay the next' "$(state "$late")" PENDING
	is 'and those wait their turn' "$(state "$second") $(state "$third")" \
		'PENDING PENDING'
	all_end
}

# what ie-bench says of a case that this launch runs
bench() { # LAUNCH
	cat >"$T/plan.ini" <<-P
		[plan]
		name = t
		timeout = 10
		[storage w]
		targets = node
		op = write
		sizes = 1M
		block = 64k
		depth = 1
	P
	cat >"$T/site.ini" <<-S
		[site]
		name = t
		[target node]
		driver = null
		launch = $build/ie-cluster exec --dir $T/c slurm -- $1
	S
	rm -rf "$T/r"
	timeout 60 "$build/ie-bench" run "$T/plan.ini" --site "$T/site.ini" \
		--results "$T/r" --run-id r --progress none >/dev/null 2>&1 || :
	perl -MJSON::PP -ne '$r = decode_json($_);
		print "$r->{status}", (map { ": $_" } @{$r->{reasons}}), "\n"
		if $r->{record} eq "sample"' "$T/r/r/records.jsonl"
}

refusals() {
	is 'the suite measures in a job' "$(bench 'srun -N1 -n1')" ok
	like 'more nodes than there are: the reason is said at once' \
		"$(bench 'srun -N5 -n5')" \
		'failed: *Node count specification invalid'
	j=$(job -N4 --exclusive --wrap 'sleep 600')
	runs "$j"
	like 'a full partition: so it is where one does not wait for it' \
		"$(bench 'srun --immediate=2 -N1 -n1')" \
		'failed: *srun: error: Unable to allocate resources*'
	all_end
}

dead_node() {
	j=$(job -w n4 --wrap 'sleep 600')
	runs "$j"
	in_slurm sh -c 'kill -KILL $(cat "$IE_DIR/run/n4.pid")'
	like 'a node that has just died is named' "$(status_of timeout -k 2 30 \
		"$build/ie-cluster" exec --dir "$T/c" slurm -- \
		srun -N4 -n4 hostname)" '[1-9]* *n4*'
	in_slurm scontrol update nodename=n4 state=down reason=died
	like 'what needs it waits, and says for what' "$(
		k=$(job -w n4 --wrap true)
		sleep 1
		in_slurm squeue -h -j "$k" -o %r)" '*[Nn]odes*'
	ok 'its job is in the queue again' within 10 is_in "$j" PENDING
	is 'the others go on' "$(in_slurm srun -N3 -n3 hostname | wc -l)" 3
	in_slurm sh -c '. "$IE_STEPS/../step.sh"; daemon n4 "$IE_STEPS/node" n4'
	in_slurm scontrol update nodename=n4 state=resume
	ok 'it comes back and takes jobs' within 20 in_slurm srun -w n4 hostname
	all_end
}

dead_controller() {
	j=$(by games sbatch --parsable -o "$T/w/long" --wrap \
		'echo starts; sleep 3; echo ends')
	within 10 grep -qs starts "$T/w/long"
	in_slurm sh -c '. "$IE_STEPS/../step.sh"; stop 50 slurmctld'
	like 'without its controller Slurm says so within ten seconds' \
		"$(status_of in_slurm timeout 15 squeue)" \
		'[1-9]* *slurm_load_jobs error: Unable to contact*'
	ok 'a job goes on without it' within 10 grep -q ends "$T/w/long"
	in_slurm sh -c '. "$IE_STEPS/../step.sh"; daemon slurmctld slurmctld -D'
	ok 'one that is started again knows how it ended' \
		within 20 is_in "$j" COMPLETED
}

all_goes() {
	by games sbatch -N4 -o /dev/null --wrap "srun sleep 98765.$$" >/dev/null
	ok 'a job of four nodes runs' within 20 \
		sh -c 'pgrep -f "[b]in/sleep 98765.$0"' $$
	s=$(space "$T/c")
	kill -KILL "$(state_of "$T/c" supervisor)"
	ok 'no daemon and no job outlives a killed supervisor by 3 s' \
		within 3 space_empty "$s"
	is 'nor does a mount' "$(cat /proc/mounts)" "$mounts"
	ok 'down removes the rest' "$build/ie-cluster" down --dir "$T/c"
	is 'the folder and the control groups are gone' \
		"$(ls "$T/c" 2>/dev/null)$(groups "$(basename "$T")")" ''
	ok 'it comes up once more' "$build/ie-cluster" up slurm --dir "$T/c" \
		--keep
	in_slurm srun true
	ok 'and is taken down' "$build/ie-cluster" down --dir "$T/c"
	is 'no control group stays, not even with --keep' \
		"$(groups "$(basename "$T")")" ''
}

comes_up
many_users
if need slurm-devices sh -c '"$0" status --dir "$1" --json |
	grep "\"devices_constrained\": *true"' "$build/ie-cluster" "$T/c"
then
	devices
fi
gaps
refusals
dead_node
dead_controller
all_goes
done_testing
