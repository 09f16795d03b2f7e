#!/bin/sh
# `make bench RESUME=RUN`: by the run's own plan and on its own site, and
# nothing is brought up for a run that cannot go on.
# shellcheck disable=SC2016,SC2119
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/bench-lib.sh
. tests/cli/bench-lib.sh
if ! command -v gnuplot >/dev/null; then
	skip 'make bench RESUME' 'gnuplot is not installed'
	done_testing
	exit
fi

# bench_sh RUN [SITE]: what make bench does, as $status, out and err
bench_sh() {
	status=0
	(cd "$root" && BUILD=${bench%/*} RESUME=$tmp/$1 \
		RESULTS=$tmp/results sh bench/bench.sh bench/plans/quick.ini \
		"${2:-}") >out 2>err </dev/null || status=$?
}

sed '/^blocks/d' plan.ini >plan.new && mv plan.new plan.ini
run
sed -i '3,$d' results/r/records.jsonl
mv site.ini plan.ini data.away 2>/dev/null || rm site.ini plan.ini
bench_sh results/r
is 'a run of any plan is finished on its own site' \
	"$status $(samples '$r->{case}' | wc -l)" '0 4'
like 'and it is said how much was left' "$(cat err)" \
	"*$tmp/results/r: 3 of 4 cases to measure*"
ok 'with its table' grep -q local results/r/summary.txt
bench_sh results/r
is 'what is finished is told again' "$status $(samples 1 | wc -l)" '0 4'

# A run on a throwaway cluster whose setup is another now
sed "s,^name = here,&\\ndescribe = '/x/ie-cluster' status --dir $tmp/ie-bench.abc123/c --json," \
	results/r/site.ini >site.new
mv site.new results/r/site.ini
sed -i '3,$d' results/r/records.jsonl
sed -i '1s/"kernel":"[^"]*/"kernel":"6.0/' results/r/records.jsonl
bench_sh results/r
is 'a run that cannot go on is refused' "$status $(cat err)" \
	"2 ie-bench: run: resume $tmp/results/r: it began on another setup: host.kernel was 6.0, is $(uname -r)"
not_ok 'before anything is brought up' test -e "$tmp/ie-bench.abc123"
sed -i "1s/\"kernel\":\"[^\"]*/\"kernel\":\"$(uname -r)/" \
	results/r/records.jsonl
mkdir "$tmp/ie-bench.abc123"
bench_sh results/r
like 'a cluster in its folder is not touched' "$status $(tail -n 1 err)" \
	"2 bench: resume $tmp/results/r: make its cluster again: $tmp/ie-bench.abc123 exists; *"
ok 'and the folder stays' test -d "$tmp/ie-bench.abc123"
bench_sh results/none
is 'a folder that is not a run is refused' "$status $(cat err)" \
	"2 bench: resume $tmp/results/none: no plan.ini in it"
done_testing
