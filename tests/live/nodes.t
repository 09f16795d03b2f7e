#!/bin/sh
# shellcheck disable=SC2016
# Bare hosts of the throwaway kind: they are hosts of their own, reached by SSH
# and by exec, and nothing of them is left however they end.
# IE_REQUIRE word: nodes.
set -eu
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/live/cluster-lib.sh
. "$(dirname "$0")/cluster-lib.sh"
guests_setup
need nodes nodes_usable || done_testing

groups_left() {
	find /sys/fs/cgroup -maxdepth 2 -name "ie-cluster*${T##*/}*" 2>/dev/null
}

ok 'three nodes come up' timeout 60 "$build/ie-cluster" up nodes --dir "$T/c"
is 'each is a host of its own, with its own systemd' "$(for n in n1 n2 n3; do
	in_node $n sh -c 'hostname; cat /proc/1/comm'
done | tr '\n' ' ')" 'n1 systemd n2 systemd n3 systemd '
is 'no two have the same identity' "$(for n in n1 n2 n3; do
	in_node $n sh -c 'cat /etc/machine-id /etc/ssh/*ed25519_key.pub'
done | sort | uniq -d)" ''
is 'they have no network but that of the cluster' \
	"$(in_node n1 sh -c 'ip -o route' | cut -d ' ' -f 1)" 10.77.0.0/24
is 'SSH knows them' "$(in_node nodes sh -c \
	'ssh -F "$IE_SSH_CONFIG" n2 "ssh-keyscan n3 2>/dev/null | wc -l"')" 1
status=0
in_node n3 sh -c 'exit 7' || status=$?
is 'exec passes an exit status on' $status 7
timeout 1 "$build/ie-cluster" exec --dir "$T/c" n3 -- sleep 12345 || :
is 'what ends exec ends the command' "$(in_node n3 sh -c \
	'left=50; while pgrep -x sleep >&2 && [ $left -gt 0 ]; do
		left=$((left - 1)); sleep 0.1; done; pgrep -cx sleep')" 0
in_node n3 systemctl poweroff >/dev/null 2>&1 || :
down() {
	! in_node n3 true 2>/dev/null
}
ok 'a node that is switched off is no longer entered' within 10 down
ok 'and the others are' in_node n1 true
guests_gone
is 'no control group is left' "$(groups_left)" ''
done_testing
