#!/bin/sh
# ie-podman check: from a user's command line to podman's, and what the site's
# settings may not say. Options are held against the podman that is installed:
# the program must know which of them take no value, and nothing else of them.
# shellcheck disable=SC2016
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/tap.sh
. tests/tap.sh
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
pod=$PWD/${BUILD:-build}/ie-podman
case ${BUILD:-} in /*) pod=$BUILD/ie-podman ;; esac
unset SLURM_JOB_GPUS SLURM_STEP_GPUS
printf '[podman]\nresolv_conf = /resolv\n' >"$dir/conf"
export IE_PODMAN_CONF="$dir/conf"

status_of() { # COMMAND...: its status and output in one word list
	code=0
	said=$("$@" 2>&1) || code=$?
	echo "$code $said"
}
check() { # ARGUMENTS
	status_of "$pod" check -- "$@"
}

# --- command lines -----------------------------------------------------------
ours="podman --hooks-dir=* run --network=none --annotation=ie-podman.ip"
mount=--volume=/resolv:/etc/resolv.conf:ro
while IFS='|' read -r words wanted; do
	# shellcheck disable=SC2086 # a list of words
	like "$words" "$(check $words)" "$wanted"
done <<EOF2
ps -a|0 podman ps -a
run base id --ip|0 podman --hooks-dir=* run base id --ip
run --ip base id|0 $ours=any@* $mount base id
run -ite A=b --ip=10.1.0.9 base|0 $ours=10.1.0.9@* $mount -ite A=b base
container create --ip base|0 podman --hooks-dir=* container create --network=*
create --ip=10.1 base|2 ie-podman: create: --ip=10.1: expected an IPv4 address*
run --ip --network=host base|2 ie-podman: run: --ip and --network: *
container --log-level=debug run --ip base|0 podman --hooks-dir=* container --log-level=debug run --network=none *
run --ip --publish-all=false base|0 $ours=any@* $mount --publish-all=false base
pod create --ip|2 ie-podman: --ip: a pod gets no address*
pod create --infra --ip|2 ie-podman: --ip: a pod gets no address*
EOF2
like "words stay as they are, quoted for a shell" \
	"$(check run base sh -c "echo 'a  b'" '' '$HOME')" \
	"0 podman --hooks-dir=* run base sh -c *a  b* '' *"
like "check needs a command line" "$(status_of "$pod" check --)" \
	"2 ie-podman: check: which command line?*"

for command in check ip reap sif; do
	like "$command --help is ours" "$(status_of "$pod" $command --help)" \
		"0 usage: ie-podman *"
done
if need podman podman --version; then
	like "info --help is Podman's" "$(status_of "$pod" info --help)" \
		"0 Display podman*"
fi

# --- which of podman's options take a value ----------------------------------
# NAME of each option of COMMAND that takes none, or with `value` one.
options_of() { # none|value COMMAND...
	kind=$1
	shift
	"$@" --help | awk -v kind="$kind" '
		!options { options = /^Options:/; next }
		match($0, /^ +(-., )?--[a-z0-9-]+/) {
			rest = substr($0, RLENGTH + 1)
			name = substr($0, 1, RLENGTH)
			sub(/.*--/, "", name)
			# --name TYPE, not --name, nor --name TYPE[="default"]
			has = rest ~ /^ [^ ]/ && rest !~ /^ [^ ]+\[=/
			if (has == (kind == "value"))
				print name
		}'
}
# Whether --ip right after the option is an option of its own.
seen() { # LINE-BEFORE LINE-AFTER OPTION
	# shellcheck disable=SC2086 # lists of words
	case $(check $1 "--$3" $2) in
	*--network=none* | *"--ip and --"* | *"--ip: a pod"*) ;;
	*) return 1 ;;
	esac
}
table() { # LINE-BEFORE LINE-AFTER COMMAND...: those that it gets wrong
	before=$1 after=$2
	shift 2
	for option in $(options_of none "$@"); do
		seen "$before" "$after" "$option" || echo "--$option takes none"
	done
	for option in $(options_of value "$@"); do
		[ "$option" != ip ] || continue # ours
		! seen "$before" "$after" "$option" ||
			echo "--$option takes one"
	done
}
if need podman podman --version; then
	for command in run create; do
		ok "podman $command has options of either kind" test \
			"$(options_of none podman $command | wc -l)" -gt 15 -a \
			"$(options_of value podman $command | wc -l)" -gt 60
		is "it is known which of them take a value" \
			"$(table "$command" '--ip base' podman $command)" ''
	done
	is "and of pods'" "$(table 'pod create' --ip podman pod create)" ''
	is "and which of podman's own" "$(table '' 'run --ip base' podman)" ''
fi

# --- settings ----------------------------------------------------------------
settings() { # LINE...: what is said about such a file, without its folder
	printf '%s\n' "$@" >"$dir/conf"
	check ps | sed "s,$dir/,,"
}
is "all settings are known" "$(settings '[podman]' 'storage = /ssd' \
	'resolv_conf = /x' 'gpu = amd.com/gpu' 'socket = /x' '[reap]' \
	'stopped = 0s' 'notice = 12h' 'limit = 5m')" "0 podman ps"
is "an unknown key is told, with its line" \
	"$(settings '[podman]' '' 'uplink = eth0')" \
	"2 ie-podman: conf:3: [podman] uplink: unknown key"
is "also in a section that is unknown" "$(settings '[site]' 'gpu = x')" \
	"2 ie-podman: conf:2: [site] gpu: unknown key"
for time in 5w 5 d -1d 1.5d 200000d '1d 2h'; do
	is "$time is not a time" "$(settings '[reap]' "stopped = $time")" \
		"2 ie-podman: conf:2: stopped = $time: expected a time, such as 12h or 30d"
done
like "nor is a line without a key one" "$(settings '[reap]' 'stopped')" \
	"2 ie-podman: conf:2: *"
like "a file that is named must be there" \
	"$(IE_PODMAN_CONF=$dir/none check ps)" "1 *read */none: No such file*"
is "settings that are wrong do not keep --help from" \
	"$(settings '[' >/dev/null; "$pod" --help >/dev/null && echo 0)" 0
like "nor --version" "$(status_of "$pod" --version)" "0 ie-podman [0-9]*"
like "without a command there is the usage" "$(status_of "$pod")" "2 usage: *"

# --- ie-netd -----------------------------------------------------------------
netd() { # LINE...
	printf '%s\n' "$@" >"$dir/netd"
	status_of "${pod%/*}/ie-netd" --check --conf "$dir/netd" | sed "s,$dir/,,"
}
is "ie-netd checks its settings" "$(netd 'pools = 10.1.0.0/24 10.2.0.0/30' \
	'uplink = eth0' 'per_user = 1' 'rest_days = 1')" "0 "
while IFS='|' read -r line wanted; do
	like "not: $line" "$(netd 'pools = 10.1.0.0/24' "$line")" \
		"2 ie-netd: netd:2: $wanted"
done <<'EOF2'
pools = 10.1.0.128/25|pools = 10.1.0.128/25: expected subnets *
uplink = a-name-of-16-chr|uplink = *: expected the name of an interface
per_user = 65537|per_user = 65537: expected a number of addresses
rest_days = 0|rest_days = 0: expected a number of days
rest_days = 30d|rest_days = 30d: *
share = 8|share: unknown; expected pools, uplink, per_user, rest_days or uid_max
EOF2
like "nor a file without pools" "$(netd 'rest_days = 1')" "2 *needs pools = *"
like "its usage names each option" "$(status_of "${pod%/*}/ie-netd" --help)" \
	"0 *--conf*--state*--socket*--check*--help*--version*"
like "it is not run as root, nor without its capability" \
	"$(status_of "${pod%/*}/ie-netd" --conf "$dir/netd" --socket "$dir/s")" \
	"1 ie-netd: *"
done_testing
