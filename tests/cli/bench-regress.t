#!/bin/sh
# A plan again and compared: `make regress`, two targets of one run, and the CI
# examples of bench/ci. The new target writes files, the old one nowhere: that
# it is slower does not depend on the machine. Two blocks decide nothing.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/bench-lib.sh
. tests/cli/bench-lib.sh
export BUILD="${BUILD:-build}"

if ! need gnuplot command -v gnuplot; then
	done_testing
fi
cat >site.ini <<-S
	[site]
	name = two
	[target old]
	driver = null
	[target new]
	driver = posix
	path = $tmp/data
	fstype = $fstype
S
plan() { # BLOCKS
	printf '[plan]\nname = p\nblocks = %s\n[storage w]\n%s\n' "$1" \
		"targets = *
op = write
sizes = 1M" >plan.ini
}

# run_again STATUS_NAME COMMAND...: in the repository; out has what it said
again() {
	code=0
	(cd "$root" && "$@") >out 2>&1 || code=$?
}

plan 6
again env "RESULTS=$tmp/a" VARIANTS=old,new \
	sh bench/bench.sh "$tmp/plan.ini" "$tmp/site.ini"
is 'a target that is slower than another: exit 1' "$code" 1
like 'and it is said' "$(cat out)" '*regression (unconfirmed): 1 regression;*'
for file in compare.txt compare.md compare.xml report.html; do
	ok "$file is kept" test -s a/*/$file
done

plan 2
again env "RESULTS=$tmp/b" sh bench/bench.sh "$tmp/plan.ini" "$tmp/site.ini"
is 'without BASE the status is that of the run' "$code" 0
not_ok 'and nothing is compared' test -e b/*/compare.txt
base=$(echo "$tmp"/b/*)
again env "BASE=$base" "RESULTS=$tmp/c" \
	sh bench/bench.sh "$base/plan.ini" "$tmp/site.ini"
is 'two blocks against two decide nothing: exit 3' "$code" 3
again env BASE=nowhere "RESULTS=$tmp/h" \
	sh bench/bench.sh "$base/plan.ini" "$tmp/site.ini"
is 'a BASE that is no run is refused' "$code $(cat out)" \
	'2 ie-stats: read nowhere/records.jsonl: No such file or directory'
not_ok 'before anything is measured' test -e h
again make --no-print-directory regress
is 'make regress without BASE says what is missing' \
	"$(grep ^regress out)" 'regress: needs BASE=RUN_DIR[,...]'
again make --no-print-directory regress "BASE=$base" "SITE=$tmp/site.ini" \
	"RESULTS=$tmp/d" "BUILD=$BUILD"
like 'make regress runs the plan of BASE' "$(cat d/*/plan.ini)" '*blocks = 2*'
ok 'and compares' test -s d/*/compare.txt

again sh bench/ci/gate.sh "$tmp/plan.ini" "$tmp/site.ini" old new "$tmp/e"
is 'the CI gate lets pass what is not decided' "$code" 0
like 'but says so' "$(tail -n 1 out)" 'gate.sh: not decided*'
again env STRICT=1 sh bench/ci/gate.sh "$tmp/plan.ini" "$tmp/site.ini" old \
	new "$tmp/f"
is 'unless it is told not to' "$code" 3

# the steps of the workflow that are commands, as its runner would run them;
# `make deps programs` was done before this test
plan 6
sed -n 's/^ *run: //p' "$root/bench/ci/workflow.yml" >steps
is 'the workflow has three commands' "$(wc -l <steps)" 3
sed -n "2s,out\$,'$tmp/g',p" steps >gate
again env "PLAN=$tmp/plan.ini" "SITE=$tmp/site.ini" sh -eu "$tmp/gate"
is 'its gate is red for a slower target' "$code" 1
(mkdir -p w && cd w && mv ../g out && sed -n 3p ../steps >say &&
	GITHUB_STEP_SUMMARY=../summary sh -eu say)
like 'and the pull request says it' "$(cat summary)" \
	'### Storage benchmark: regression*'
is 'nothing but the tests own folders was written' "$(ls data)" ''

done_testing
