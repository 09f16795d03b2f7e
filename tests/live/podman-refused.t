#!/bin/sh
# Every way to the host or to another user that we know
# (tests/data/podman-policy.tsv; tests/cli/podman-check.t asks `check` about
# it), tried for real: alice asks the setuid program, and bob has something to
# lose. And what is bob's is to her as what is nobody's.
# shellcheck disable=SC2016
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/live/podman-lib.sh
. tests/live/podman-lib.sh
podman_enter tests/live/podman-refused.t
table=$PWD/tests/data/podman-policy.tsv
settings=$(grep -v '^image_stores' tests/data/podman.conf)
tab=$(printf '\t')

# All that bob has
everything() {
	bob "$pod" ps --all --format json | grep -v ' ago"\|"Up '
	bob "$pod" images --format json
	bob "$pod" volume ls --format json
	bob "$pod" exec web cat /data/secret /proc/1/cmdline | tr '\0' ' '
}
bob "$pod" run -d --name web -v data:/data base sh -c \
	'echo secret >/data/secret; while :; do sleep 1; done' >/dev/null
bob "$pod" tag localhost/base web
bob "$pod" volume create web >/dev/null
id=$(bob "$pod" ps -q)
before=$(everything)

# --- the table ---------------------------------------------------------------
printf '#!/bin/sh\necho "$*" >>%s\n' "$home/ran" >"$home/bin/canary"
chmod 755 "$home/bin/canary"
podman_conf "podman = $home/bin/canary
	$settings"
alice "$pod" ps
like "what is permitted reaches Podman" "$(cat "$home/ran")" "*ps --"
rm "$home/ran"
# One shell of alice's for all of them
alice sh -c '
	set -f
	while IFS=$2 read -r verdict words reason; do
		[ "$verdict" = deny ] || continue
		status=0
		out=$("$1" $words 2>&1) || status=$?
		case "$status $out" in
		"2 ie-podman: "*"$reason"*) echo "0$2$words" ;;
		*) echo "1$2$words$2$status $out" ;;
		esac
	done' sh "$pod" "$tab" <"$table" >"$home/answers"
while IFS=$tab read -r failed words out; do
	tap_result "$failed" "refused: $words"
	[ "$failed" = 0 ] || diag "$out"
done <"$home/answers"
is "that was all of the table" "$(wc -l <"$home/answers")" \
	"$(grep -c ^deny "$table")"
not_ok "none of it reached Podman" test -e "$home/ran"
podman_conf ""
is "what bob has is as it was" "$(everything)" "$before"

# --- somebody else's, and nobody's -------------------------------------------
# How it ends and what it says, with X for the name that was asked for
answer() { # NAME COMMAND...
	name=$1
	shift
	code=0
	said=$(alice "$pod" "$@" 2>&1) || code=$?
	echo "$code $said" | sed "s/$name/X/g"
}
nobodys=$(echo "$id" | tr 0-9a-f 1-9a-f0)
same() { # COMMAND...: X stands for the name
	for pair in bob-web:bob-wed "$id:$nobodys"; do
		theirs=${pair%:*} none=${pair#*:}
		# shellcheck disable=SC2046 # lists of words
		is "bob's is as nobody's: $* ($theirs)" \
			"$(answer "$theirs" $(echo "$*" | sed "s/X/$theirs/"))" \
			"$(answer "$none" $(echo "$*" | sed "s/X/$none/"))"
	done
}
same logs X
same start X
same stop X
same restart X
same rm X
same rm -f X
same inspect X
same exec X id
same cp X:/data/secret got
same cp /etc/hostname X:/x
same inspect --type image X
same rmi X
same tag X x
same run --rm X id
same sif X
same volume rm X
same volume inspect X
is "and bob has all of it still" "$(everything)" "$before"
done_testing
