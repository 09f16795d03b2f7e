# shellcheck shell=sh
# What the tests of ie-stats share: a scratch folder that goes at the end, and
# ways to hold what is printed against what is expected. Sourced in the
# repository's root; the current folder is the scratch folder then.

# shellcheck source=tests/tap.sh
. tests/tap.sh
stats=$(cd "${BUILD:-build}" && pwd)/ie-stats
root=$(pwd)
data=$root/tests/data
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1

# shown NAME EXPECTED_FILE ARGUMENTS...: ie-stats prints exactly that
shown() {
	name=$1 file=$2
	shift 2
	"$stats" "$@" >out 2>&1 || true
	ok "$name" diff -u "$data/$file" out
}

# bad NAME EXPECTED ARGUMENTS...: exit status 2 and one line on standard error
bad() {
	name=$1 want=$2
	shift 2
	"$stats" "$@" >out 2>err && status=0 || status=$?
	is "$name" "$status $(cat err)" "2 ie-stats: $want"
}

# exits NAME STATUS ARGUMENTS...
exits() {
	name=$1 want=$2
	shift 2
	"$stats" "$@" >out 2>err && status=0 || status=$?
	is "$name" "$status" "$want"
}

# made RUN [-v NAME=VALUE...]: a run of the cells on standard input, as
# tests/data/made.awk describes them
made() {
	mkdir -p "$1"
	run=$1
	shift
	awk -v "id=$run" "$@" -f "$data/made.awk" >"$run/records.jsonl"
}

# derived DIR: what is derived from the committed results for figures and paper
derived() {
	reference=$root/results/reference-study
	"$stats" export "$reference" --to "$1"
	"$stats" compare "$reference:nfs" "$reference:cephfs" --format tsv \
		>"$1/compare.tsv" || true
}

# same NAME FOLDER PATTERN: its files whose names end so are byte for byte what
# was derived from the committed results before
same() {
	grep "$3\$" "$data/reference.sha256" >"$tmp/sums"
	ok "$1" env -C "$2" sha256sum --quiet -c "$tmp/sums"
}
