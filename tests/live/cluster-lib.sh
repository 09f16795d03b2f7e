# shellcheck shell=sh
# Questions that tests of ie-cluster ask of a cluster. Sourced after tap.sh.

# fails STATUS PATTERN COMMAND...: how it fails, in one line of its own.
fails() {
	status=0
	want=$1
	pattern=$2
	shift 2
	out=$("$@" 2>&1 >/dev/null) || status=$?
	like "$* fails with $want and says $pattern" "$status $out" \
		"$want ie-cluster: *$pattern*"
}

# The number of a cluster's PID namespace, and whether anything is left in it.
space() {
	readlink "/proc/$(state_of "$1" init)/ns/pid" | tr -dc 0-9
}
state_of() {
	sed "s/.*\"$2\":\([0-9]*\).*/\1/" "$1/state.json"
}
space_empty() {
	! find /proc -maxdepth 3 -path '*/ns/pid' -lname "*$1*" 2>/dev/null |
		grep -q .
}

# within SECONDS COMMAND...
within() {
	left=$(($1 * 20))
	shift
	until "$@"; do
		left=$((left - 1))
		[ $left -gt 0 ] || return 1
		sleep 0.05
	done
}

gone() { # DIR: the folder and, with SPACE, the processes
	[ ! -e "$1" ] && space_empty "$2"
}
