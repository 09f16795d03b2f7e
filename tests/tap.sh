# shellcheck shell=sh
# TAP for tests in sh. Sourced; a test's name is a sentence. Says on standard
# error (as comments) what a failed test saw. It cleans nothing up.

# numbers with a point, whoever runs the tests
export LC_ALL=C
tap_count=0
tap_failed=0

tap_result() { # 0|1 NAME
	tap_count=$((tap_count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tap_count - $2"
	else
		tap_failed=$((tap_failed + 1))
		echo "not ok $tap_count - $2"
	fi
}

diag() {
	printf '%s\n' "$*" | sed 's/^/# /' >&2
}

# ok NAME COMMAND...: it succeeds. not_ok: it fails.
ok() {
	tap_name=$1
	shift
	if tap_out=$("$@" 2>&1); then
		tap_result 0 "$tap_name"
	else
		tap_result 1 "$tap_name"
		diag "$* failed: $tap_out"
	fi
}

not_ok() {
	tap_name=$1
	shift
	if tap_out=$("$@" 2>&1); then
		tap_result 1 "$tap_name"
		diag "$* succeeded: $tap_out"
	else
		tap_result 0 "$tap_name"
	fi
}

# is NAME GOT EXPECTED
is() {
	if [ "$2" = "$3" ]; then
		tap_result 0 "$1"
	else
		tap_result 1 "$1"
		diag "got:      $2"
		diag "expected: $3"
	fi
}

# like NAME GOT PATTERN: a pattern of the shell.
like() {
	# shellcheck disable=SC2254
	case $2 in
	$3) tap_result 0 "$1" ;;
	*)
		tap_result 1 "$1"
		diag "got:  $2"
		diag "like: $3"
		;;
	esac
}

# skip NAME WHY
skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

# need WHAT COMMAND...: true when the command succeeds; otherwise one skipped
# test, or a failed one where IE_REQUIRE (comma-separated) names WHAT.
need() {
	tap_what=$1
	shift
	"$@" >/dev/null 2>&1 && return 0
	case ",${IE_REQUIRE:-}," in
	*",$tap_what,"*) tap_result 1 "$tap_what is here, as IE_REQUIRE says" ;;
	*) skip "what needs $tap_what" "$tap_what is not usable here" ;;
	esac
	return 1
}

done_testing() {
	echo "1..$tap_count"
	exit "$((tap_failed > 0))"
}
