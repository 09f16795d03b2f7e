#!/bin/sh
# Rootless containers in jobs of a real Slurm: a container is part of its job,
# with the job's memory and GPUs, and ends with it, detached or not; an image
# becomes a SIF file that a job runs. IE_REQUIRE words: podman, slurm.
# shellcheck disable=SC2016
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/live/podman-lib.sh
. tests/live/podman-lib.sh
podman_enter tests/live/podman-slurm.t
# shellcheck source=tests/live/slurm-lib.sh
. tests/live/slurm-lib.sh
need slurm slurm_usable || done_testing
build=$(realpath "$build")
T=$home

# Slurm asks for an address besides loopback
ip addr add 192.0.2.1 dev lo

submitted() { # COMMAND...: of Slurm, as alice
	in_slurm setpriv --reuid alice --regid alice --init-groups env -i \
		-C "$home/alice" HOME="$home/alice" USER=alice \
		PATH=/usr/local/bin:/usr/bin:/bin \
		SLURM_CONF=/mnt/slurm/etc/slurm.conf "$@"
}
eventually() { # COMMAND...: it succeeds within a minute
	limit=$(($(date +%s) + 60))
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -lt "$limit" ] || return 1
		sleep 0.2
	done
}
# The first process of a container, which sleeps, as the cluster numbers it
first() {
	in_slurm pgrep -u alice -x sleep
}
ended() {
	! in_slurm pgrep -u alice 'sleep|conmon'
}
# All on one node: a user's Podman keeps to the mounts that it began with, and
# these nodes have one /run
on_n1() {
	submitted srun -w n1 "$@"
}
# Podman takes what was killed with its job for running until it is told
tell() {
	on_n1 podman system migrate >/dev/null 2>&1
}
no_group() { # JOB
	[ -z "$(find /sys/fs/cgroup -name "job_$1")" ]
}
constrained() {
	"$build/ie-cluster" status --dir "$T/c" --json |
		grep -q '"devices_constrained": *true'
}
trap '"$build/ie-cluster" down --dir "$T/c" >/dev/null 2>&1 || :' EXIT
"$build/ie-cluster" up slurm --dir "$T/c" >/dev/null 2>&1
is 'a job runs a container' "$(on_n1 "$pod" run --rm base echo in)" in

if constrained; then
	job=$(submitted sbatch --parsable -w n1 --mem=100M -o job.log --wrap \
		"exec $pod run --rm --name web base sleep 1000")
	ok 'a container starts in a job' eventually first
	for hierarchy in memory freezer devices; do
		like "it is in its job's group: $hierarchy" \
			"$(in_slurm grep ":$hierarchy:" "/proc/$(first)/cgroup")" \
			"*/job_$job/*"
	done
	ok 'its job is cancelled' submitted scancel "$job"
	ok 'it ends with the job' eventually ended
	ok 'which leaves no group' eventually no_group "$job"

	tell
	job=$(submitted sbatch --parsable -w n1 -o job.log --wrap \
		"$pod run -d --name bg base sleep 1000; sleep 2")
	ok 'a container is detached in a job' eventually first
	ok 'it ends with the job, too' eventually ended
	ok 'and leaves no group' eventually no_group "$job"
	tell
	ok 'its user can remove it' on_n1 podman rm -f -t 0 bg

	is 'it has no more memory than its job' "$(
		for mem in 150M 800M; do
			on_n1 --mem=$mem "$pod" run --rm base \
				busybox dd if=/dev/zero of=/dev/null \
				bs=300000000 count=1 >/dev/null 2>&1 &&
				echo "$mem: lives" || echo "$mem: dies"
			tell
		done)" '150M: dies
800M: lives'
	like 'nor GPUs, whatever it is told to open' "$(on_n1 --gpus=1 \
		"$pod" run --rm --device /mnt/gpu/n1-0 \
		--device /mnt/gpu/n1-1 base sh -c \
		'cat /mnt/gpu/n1-0; cat /mnt/gpu/n1-1' 2>&1)" \
		'*n1-0*No such device*n1-1*Operation not permitted*'
else
	skip 'containers are held to their job' \
		'this machine has no control groups 1 for Slurm'
fi

# --- the study's job
mkdir "$home/alice/web"
printf 'FROM base\nENTRYPOINT ["sh", "-c", "%s"]\n' \
	'id -un; echo $0 $CUDA_VISIBLE_DEVICES >~/result' \
	>"$home/alice/web/Containerfile"
alice "$pod" build -t web web >/dev/null 2>&1
alice "$pod" sif web >/dev/null
cp provision/slurm/examples/* "$home/alice"
ok 'an image is a job: sif, sbatch' submitted sbatch --wait train.sbatch \
	web.sif hello
is 'which ran it, with a GPU' "$(cat "$home/alice/result")" 'hello 0'
like 'and has logs' "$(cat "$home"/alice/train-*.out)" \
	'job * on n1, GPU 0*alice*'
is 'and no complaint' "$(cat "$home"/alice/train-*.err)" ''
"$build/ie-cluster" down --dir "$T/c"
is 'no control group is left' \
	"$(find /sys/fs/cgroup -maxdepth 3 -name '*ie-podman-test+c*')" ''
done_testing
