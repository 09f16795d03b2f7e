#!/bin/sh
# The paper: what its tables and macros are made of, byte for byte; that no
# speed is typed in it; and, where LaTeX is, that it can be built.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/stats-lib.sh
. tests/cli/stats-lib.sh

derived x
"$stats" pairs "$root"/results/calibrate-20261125/pairs.tsv --format tsv \
	>pairs.txt
made_of() { # WHAT FILE
	awk -v what="$1" -f "$root/paper/tables.awk" "$2" >"$1.tex"
}
made_of speeds x/cells.tsv
made_of compare x/compare.tsv
made_of calibrate pairs.txt
made_of promises "$root/results/simulation/promises.txt"
"$stats" export "$root/results/reference-locks" --to l
made_of sharing l/cells.tsv
"$stats" export "$root/results/reference-powercut" --to p
made_of cuts p/cuts.tsv
same 'its tables and macros are what they were' . \
	'\(speeds\|compare\|calibrate\|promises\|sharing\|cuts\).tex'
made builds <"$data/builds.txt"
"$stats" export builds --to b
"$stats" summary builds >summary.txt
made_of builds b/builds.tsv
made_of effects b/effects.tsv
made_of answers summary.txt
for table in builds effects answers; do
	ok "what it says of image builds: $table" diff -u \
		"$data/builds-$table.tex" "$table.tex"
done
ok 'it says what the median of an even number is' grep -q \
	'median of an even number of .* is the geometric mean of the middle two' \
	"$root/paper/paper.tex"
for run in study images homes kernel locks powercut scale; do
	"$stats" export "$root/results/reference-$run" --to "made-$run"
done
awk -v what=totals -f "$root/paper/runs.awk" made-*/macros.tex >totals.tex
is 'its abstract counts the samples of all its runs' \
	"$(sed -n 's/.*{.all\([A-Za-z]*\)}{\(.*\)}/\1 \2/p' totals.tex | tr '\n' ' ')" \
	'Samples 1392 SamplesOk 1359 SamplesFailed 18 SamplesInvalid 15 Cells 229 Runs 7 '
abstract=$(sed -n '/begin{abstract}/,/end{abstract}/p' "$root/paper/paper.tex")
for macro in allSamples allSamplesFailed allSamplesInvalid allRuns; do
	like "by \\$macro" "$abstract" "*\\\\$macro{}*"
done
awk -v what=rows -f "$root/paper/runs.awk" made-kernel/macros.tex >rows.tex
# shellcheck disable=SC1003 # for LaTeX
is 'a run is told with its machine' "$(cat rows.tex)" \
	'\run{kernel-quick} & 2026-11-25 & 204 & 0 & 0 & 2 x AMD EPYC, 23.5 GiB of memory; 6.18.44-fc-v669 \\'
ok 'the table of kernel mounts says what client and guest are' grep -q \
	'texttt{client} and .texttt{guest}: the memory' "$root/paper/paper.tex"
not_ok 'a simulation that lacks a figure is refused' \
	awk -v what=promises -f "$root/paper/tables.awk" pairs.txt
not_ok 'no speed is typed in it' \
	grep -nE '[0-9](\\,|~| )*(MB/s|\\ieRunUnit)' "$root/paper/paper.tex"

if need latex command -v latexmk && need gnuplot command -v gnuplot; then
	for run in reference-study reference-images reference-homes \
		reference-kernel reference-locks reference-powercut \
		reference-scale; do
		mkdir -p "figures/$run"
		"$stats" export "$root/results/$run" --to "figures/$run/data"
	done
	cp x/compare.tsv figures/reference-study/data/
	for run in figures/*; do
		sh "$root/plots/plot.sh" "$run/data" "$run" >/dev/null
	done
	(cd "$root" && sh paper/paper.sh "$tmp/figures" \
		results/calibrate-20261125 results/simulation/promises.txt \
		"$tmp/paper") >out 2>&1 || true
	is 'it is built' "$(cat out)" "paper: $tmp/paper/paper.pdf"
	is 'as a PDF' "$(head -c 4 paper/paper.pdf)" %PDF
fi

done_testing
