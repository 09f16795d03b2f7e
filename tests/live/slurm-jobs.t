#!/bin/sh
# shellcheck disable=SC2016
# The examples of batch jobs do what they say, as an ordinary user, on the
# throwaway Slurm. (train.sbatch, which needs a SIF: podman-slurm.t.)
# IE_REQUIRE word: slurm.
set -eu
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/live/slurm-lib.sh
. "$(dirname "$0")/slurm-lib.sh"

slurm_setup
cp "$build/ie-bench" "$build/ie-stats" "$T"
cp provision/slurm/examples/* "$T/w"
cat >"$T/w/plan.ini" <<-'P'
	[plan]
	name = t
	blocks = 7
	[storage w]
	targets = x
	op = write
	sizes = 1M
	block = 64k
	depth = 1
P
printf '[site]\nname = t\n[target x]\ndriver = null\n' >"$T/w/site.ini"
fstype=$(stat -f -c %T "$T/w")
case $fstype in
ext2/ext3) fstype=ext4 ;;
overlayfs) fstype=overlay ;;
esac
printf '[site]\nname = t\n[target x]\ndriver = posix\npath = %s\nfstype = %s\n' \
	"$T/w" "$fstype" >"$T/w/slow.ini"
"$build/ie-cluster" up slurm --dir "$T/c" >/dev/null 2>&1

# submit OPTION... SCRIPT WORD...: waits for its end, which is its own. last:
# its number.
submit() {
	by games env PATH="$T:$PATH" sbatch --parsable --wait "$@" >"$T/last"
}
last() {
	cat "$T/last"
}

ok 'a benchmark is a job' submit bench.sbatch plan.ini site.ini
like 'its table is in its log' "$(cat "$T/w/bench-$(last).log")" '*write: MB/s*'
for file in records.jsonl summary.txt report.html; do
	ok "and it leaves $file" test -s "$T/w/results/job-$(last)/$file"
done
base=results/job-$(last)
like 'bad input ends it with its reason' "$(status_of submit bench.sbatch \
	none.ini site.ini; cat "$T"/w/bench-*.log)" '2 *none.ini*No such file*'

ok 'sessions are an array of jobs' submit --array=1-2%1 sessions.sbatch \
	plan.ini site.ini
sessions=results/sessions-$(last)
ok 'of which each leaves a run' \
	"$build/ie-stats" check "$T/w/$sessions/1" "$T/w/$sessions/2"

# The same numbers, by another name: equivalent, or too few to tell
mkdir "$T/w/twin"
sed "s,${base#results/},twin,g" "$T/w/$base/records.jsonl" \
	>"$T/w/twin/records.jsonl"
like 'a run that is no slower does not fail with 1' \
	"$(status_of submit regress.sbatch "$base" twin)" '[03] '
like 'and the comparison is written down' "$(cat "$T/w/compare-$(last).md")" \
	'*x/write/1M*'
like 'a slower one fails the job with 1' "$(status_of submit regress.sbatch \
	"$base" slow.ini; cat "$T/w/compare-$(last).md")" '1 *regression*'
like 'as Slurm knows, too' "$(in_slurm scontrol show job "$(last)")" \
	'*JobState=FAILED *ExitCode=1:0*'
done_testing
