#!/bin/sh
# ie-podman in jobs of a real Slurm: a container stays in its job, with the
# job's memory, and ends with it; GPUs are for jobs where the site says so; an
# image becomes a SIF file that a job runs. IE_REQUIRE words: podman, slurm.
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

# Slurm asks for an address besides loopback; CDI is looked for in /etc
ip addr add 192.0.2.1 dev lo
mkdir /etc/cdi
cat >/etc/cdi/gpu.json <<-'J'
	{"cdiVersion": "0.3.0", "kind": "ie.test/gpu", "devices": [{"name": "0",
	"containerEdits": {"deviceNodes": [{"path": "/dev/full"}]}}]}
J
podman_conf 'gpu = ie.test/gpu
slurm = gpu-needs-job'

submitted() { # COMMAND...: of Slurm, as alice
	in_slurm setpriv --reuid alice --regid alice --init-groups env -i \
		-C "$home/alice" HOME="$home/alice" PATH="/usr/bin:/bin" \
		SLURM_CONF=/mnt/slurm/etc/slurm.conf "$@"
}
within() { # SECONDS COMMAND...
	left=$(($1 * 10))
	shift
	until "$@"; do
		left=$((left - 1))
		[ $left -gt 0 ] || return 1
		sleep 0.1
	done
}
# The groups of a job's containers in one hierarchy
groups() { # JOB HIERARCHY
	find "/sys/fs/cgroup/$2" -path "*/job_$1/*" -name 'libpod-*'
}
has_container() {
	[ -n "$(groups "$1" memory)" ]
}
nothing_left() {
	[ -z "$(find /sys/fs/cgroup -name "job_$1")" ]
}

without_gpus() {
	IE_SLURM_GPUS=0 "$build/ie-cluster" up slurm --dir "$T/c" 2>/dev/null
	like 'a GPU is refused outside of a job' \
		"$(status_of alice "$pod" run --rm --gpu base id)" \
		'2 *here GPUs are for Slurm jobs*'
	like 'even to one who says that he is in one' "$(status_of alice env \
		SLURM_JOB_ID=1 "$pod" run --rm --gpu base id)" \
		'2 *here GPUs are for Slurm jobs*'
	like 'in a job it is given' "$(status_of submitted srun "$pod" run \
		--rm --gpu=0 base ls /dev/full)" '0 /dev/full'
	job=$(submitted sbatch --parsable -w n1 --mem=100M -o job.log --wrap \
		"$pod run --rm --name web base sleep 1000")
	ok 'a container starts in a job' within 20 has_container "$job"
	for hierarchy in memory freezer devices pids; do
		like "it is in the job's group: $hierarchy" \
			"$(cat "$(groups "$job" $hierarchy)/cgroup.procs")" \
			'[1-9]*'
	done
	ok 'its job is cancelled' submitted scancel "$job"
	ok 'it ends with the job, and leaves no group' \
		within 20 nothing_left "$job"
	is 'nor a container' "$(alice "$pod" ps -aq)" ''
	job=$(submitted sbatch --parsable -o job.log --wrap \
		"$pod run -d --name web base sleep 1000; sleep 2")
	within 20 has_container "$job"
	ok 'one that is detached ends with its job, too' \
		within 20 nothing_left "$job"
	like 'and is there, stopped' "$(alice "$pod" ps -a)" \
		'*Exited*alice-web*'
	alice "$pod" rm -f web >/dev/null
	is 'it has no more memory than its job, whatever it asks for' "$(
		for mem in 40M 400M; do
			submitted srun --mem=$mem "$pod" run --rm -m 200m base \
				busybox dd if=/dev/zero of=/dev/null \
				bs=100000000 count=1 >/dev/null 2>&1 &&
				echo "$mem: lives" || echo "$mem: dies"
		done)" '40M: dies
400M: lives'
	"$build/ie-cluster" down --dir "$T/c"
}

with_gpus() {
	"$build/ie-cluster" up slurm --dir "$T/c" 2>/dev/null
	like 'where devices are held by control groups 1 it says what to do' \
		"$(status_of submitted srun "$pod" run --rm base id)" \
		'126 *devices.allow*ie-podman: run: *run a SIF file*'
	mkdir "$home/alice/web"
	printf 'FROM base\nENTRYPOINT ["sh", "-c", "%s"]\n' \
		'id -un; echo $0 $CUDA_VISIBLE_DEVICES >~/result' \
		>"$home/alice/web/Containerfile"
	alice "$pod" build -t web web >/dev/null 2>&1
	alice "$pod" sif web >/dev/null
	cp provision/slurm/examples/* "$home/alice"
	ok 'an image is a job: sif, sbatch' submitted sbatch --wait \
		train.sbatch web.sif hello
	is 'which ran it, with a GPU' "$(cat "$home/alice/result")" 'hello 0'
	like 'and has logs' "$(cat "$home"/alice/train-*.out)" \
		'job * on n1, GPU 0*alice*'
	is 'and no complaint' "$(cat "$home"/alice/train-*.err)" ''
	"$build/ie-cluster" down --dir "$T/c"
}

trap '"$build/ie-cluster" down --dir "$T/c" >/dev/null 2>&1 || :' EXIT
without_gpus
with_gpus
is 'no control group is left' \
	"$(find /sys/fs/cgroup -maxdepth 3 -name '*ie-podman-test+c*')" ''
done_testing
