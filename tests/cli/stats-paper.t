#!/bin/sh
# The paper: what its tables and macros are made of, byte for byte; that no
# speed is typed in it; and, where LaTeX is, that it can be built.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/stats-lib.sh
. tests/cli/stats-lib.sh

derived x
"$stats" pairs "$root"/results/calibrate-20261125/pairs.tsv >pairs.txt
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
