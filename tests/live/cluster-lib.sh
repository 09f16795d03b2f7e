# shellcheck shell=sh disable=SC2016,SC2154,SC2317
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

# --- for tests of clusters with guests: in $T/c, by the programs in $build ---

guests_setup() {
	build=$(realpath "${BUILD:-build}")
	T=$(mktemp -d /var/tmp/ie-t.XXXXXX)
	trap guests_cleanup EXIT
	trap 'exit 1' INT TERM
	before=$(memory_files)
}

guests_cleanup() {
	"$build/ie-cluster" down --dir "$T/c" >/dev/null 2>&1 || :
	rm -rf "$T"
}

# A kernel of a guest keeps its memory in a file, where it finds room.
memory_files() {
	ls -d /dev/shm/vm_file* /tmp/vm_file* /tmp/uml* ~/.uml 2>/dev/null || :
}

nodes_usable() {
	[ "$(id -u)" = 0 ] && [ -e "$build/nodes/packages" ] &&
		command -v systemd-nspawn ssh ssh-keygen nsenter setpriv
}

hosts_usable() {
	[ "$(id -u)" = 0 ] && [ -e "$build/hosts/packages" ] &&
		[ -w /dev/net/tun ] && command -v linux.uml modprobe ip
}

in_node() { # NODE COMMAND...
	node=$1
	shift
	"$build/ie-cluster" exec --dir "$T/c" "$node" -- "$@"
}

# A program with a sanitizer does not: a guest has no room for shadow memory.
runs_in_guest() { # NODE
	in_node "$1" "$build/ie-bench" list
}

measured() { # what ie-bench says of each case
	timeout 200 "$build/ie-bench" run "$T/plan.ini" --site "$T/site.ini" \
		--results "$T/r" --run-id "$1" --progress none \
		>"$T/out" 2>"$T/err" || :
	perl -MJSON::PP -ne '$r = decode_json($_);
		print "$r->{target} $r->{op} $r->{status}",
			(map { ": $_" } @{$r->{reasons}}), "\n"
			if $r->{record} eq "sample" &&
				!($r->{status} eq "ok" && $r->{verified} &&
				(($r->{cache} // "") ne "cold" ||
					$r->{cold}{ratio} >= 0.95))' \
		"$T/r/$1/records.jsonl"
}

section() { # TARGETS OP KEYS
	printf '[storage %s]\ntargets = %s\nop = %s\n%b\n' "$2" "$@"
}

plan() { # SECTIONS
	printf '[plan]\nname = t\ntimeout = 30\n%s\n' "$1" >"$T/plan.ini"
}

guests_gone() {
	s=$(space "$T/c")
	kill -KILL "$(state_of "$T/c" supervisor)"
	ok 'no guest outlives a killed supervisor by 3 s' \
		within 3 space_empty "$s"
	ok 'down removes the disks' "$build/ie-cluster" down --dir "$T/c"
	not_ok 'and then the folder is gone' test -e "$T/c"
	is 'no mount is left' "$(grep -F "$T" /proc/mounts)" ''
	is 'no file in memory is left' "$(memory_files)" "$before"
}
