#!/bin/sh
# ie-podman check: the policy, answered without privilege and without Podman.
# tests/data/podman-policy.tsv is the table of cases.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/tap.sh
. tests/tap.sh
data=tests/data
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cp "${BUILD:-build}/ie-podman" "$dir/"
cp "$data/podman.conf" "$dir/conf"
table=$PWD/$data/podman-policy.tsv
cd "$dir"

# Root may do what others may not (reap): ask as somebody else.
if [ "$(id -u)" = 0 ]; then
	as_user() {
		setpriv --reuid daemon --regid daemon --clear-groups "$@"
	}
else
	as_user() {
		"$@"
	}
fi
check() { # OPTIONS-OF-CHECK... -- WORDS...
	as_user ./ie-podman check --conf conf "$@"
}

tab=$(printf '\t')
while IFS=$tab read -r verdict words reason; do
	case $verdict in '' | '#'*) continue ;; esac
	status=0
	set -f
	# shellcheck disable=SC2086 # a list of words
	out=$(check -- $words 2>&1) || status=$?
	set +f
	case $verdict in
	permit) like "permitted: $words" "$status $out" "0 permit:*" ;;
	*) like "refused: $words" "$status $out" "1 deny: *$reason*" ;;
	esac
done <"$table"

# Every option of the Podman that is here has its row
if need podman command -v podman; then
	missing=''
	for command in run build exec ps logs start stop restart rm inspect \
		images rmi tag pull cp; do
		for option in $(podman "$command" --help |
			sed -n 's/^ .* \(--[a-z0-9-]*\) .*/\1/p'); do
			grep -Eq "$tab$command $option( |=|$tab|\$)" "$table" ||
				missing="$missing $command $option"
		done
	done
	is "the table has every option of the Podman that is installed" \
		"$missing" ""
fi

like "the podman command is rebuilt, with fixed isolation" \
	"$(check -- run -it --rm -v data:/d base sh)" \
	"permit: /usr/bin/podman *--pull=never *--security-opt=no-new-privileges*\
--cap-drop=all *--pid=private*--network=podman*--volume=daemon-data:/d*\
--interactive --tty --rm -- *localhost/daemon-base*sh"
like "words of the command inside are data" \
	"$(check -- run base 'a;b' "\`c\`" --privileged)" \
	"permit:* -- '<ID of *>' 'a;b' '\`c\`' --privileged"
like "the answer can be JSON" "$(check --json -- ps)" \
	'{"verdict": "permit", "argv": \["/usr/bin/podman", *'
like "a denial in JSON has its reason" \
	"$(check --json -- run --privileged x || true)" \
	'{"verdict": "deny", "reason": "run: --privileged: refused: *'

printf 'nonsense = 1\n' >bad
status=0
out=$(as_user ./ie-podman check --conf bad -- ps 2>&1) || status=$?
is "a configuration that is wrong is named with its line" "$status $out" \
	"2 ie-podman: bad:1: nonsense: no such key"
status=0
out=$(as_user ./ie-podman ps 2>&1) || status=$?
like "without setuid nothing is done" "$status $out" \
	"2 ie-podman: is not installed setuid root"
done_testing
