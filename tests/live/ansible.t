#!/bin/sh
# shellcheck disable=SC2016
# provision/ansible turns three bare hosts into a site, over SSH, and changes
# nothing the second time.
# IE_REQUIRE word: nodes.
set -eu
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/live/cluster-lib.sh
. "$(dirname "$0")/cluster-lib.sh"
here=$(pwd)/provision/ansible
guests_setup
need nodes nodes_usable || done_testing
need nodes command -v ansible-playbook || done_testing

play() { # NAME ARGUMENT...: what it said is in $T/NAME.log
	log=$T/$1.log
	shift
	in_node nodes env "ANSIBLE_CONFIG=$here/ansible.cfg" timeout 280 \
		ansible-playbook -i "$T/inventory.yml" "$@" </dev/null \
		>"$log" 2>&1 || {
		grep -A 3 -E 'FAILED|fatal|ERROR' "$log"
		return 1
	}
}
# What it changed, on how many hosts
changes() { # NAME
	sed -n 's/^n[123] .* changed=\([0-9]*\) .*/\1/p' "$T/$1.log" | xargs
}

cp tests/live/ansible.yml "$T/inventory.yml"
"$build/ie-cluster" up nodes --dir "$T/c" >/dev/null 2>&1
ok 'bare hosts are provisioned' play first "$here/site.yml"

is 'Slurm runs a job on all three' "$(in_node n2 sh -c \
	'cd / && timeout 20 srun -N3 hostname' | sort | xargs)" 'n1 n2 n3'
is 'a job gets the memory that it asked for' "$(in_node n1 sh -c \
	'cd / && timeout 20 srun --mem=100 sh -c '"'"'find /sys/fs/cgroup \
	-path "*/job_$SLURM_JOB_ID/memory.limit_in_bytes" -o \
	-path "*/job_$SLURM_JOB_ID/memory.max" | xargs cat'"'")" $((100 * 1048576))
is 'Ceph is healthy, on three hosts' "$(in_node n3 sh -c 'ceph health
	ceph --format json osd tree | grep -o "host" | wc -l')" 'HEALTH_OK
3'

ok 'a second run succeeds' play second "$here/site.yml"
is 'and changes nothing' "$(changes second)" '0 0 0'
ok 'a check of what is there succeeds' play check "$here/site.yml" --check
is 'and would change nothing' "$(changes check)" '0 0 0'
# shellcheck disable=SC2046 # a list of words
not_ok 'no secret is said' grep -qF $(sed -n \
	's/^ *[a-z_]*: \(.\{16,\}\)$/-e \1/p' "$T/secrets.yml") \
	"$T/first.log" "$T/second.log" "$T/check.log"
done_testing
