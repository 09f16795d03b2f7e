# shellcheck shell=sh disable=SC2034
# Names and numbers that the steps of this service share. Sourced after
# step.sh.

# The service's folder, where users of the cluster can reach it
home=/mnt/slurm
count=${IE_SLURM_NODES:-4}
gpus=${IE_SLURM_GPUS:-2}
cpus=2 # of each node, whatever there are
export SLURM_CONF="$home/etc/slurm.conf"

whole() { # NAME VALUE LEAST MOST
	case $2 in
	*[!0-9]* | '' | ????*) ;;
	*) [ "$2" -lt "$3" ] || [ "$2" -gt "$4" ] || return 0 ;;
	esac
	echo "$1=$2: must be a number from $3 to $4" >&2
	exit 1
}

nodes() {
	seq -f 'n%.0f' "$count"
}

# Whether control groups can hold a job to what it was given: version 1 of
# them, with these controllers.
constrains() {
	for c in freezer devices memory; do
		[ -e "/sys/fs/cgroup/$c/cgroup.procs" ] || return 1
	done
}
