#!/bin/sh
# Figures: from the committed reference run, byte for byte up to what gnuplot
# is given; and from made-up runs that lack something.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/stats-lib.sh
. tests/cli/stats-lib.sh

derived x
same 'what is derived from the reference run is what it was' x '\(tsv\|macros.tex\)'

if need gnuplot command -v gnuplot; then
	figures='throughput cold-warm latency share forest'
	sh "$root/plots/plot.sh" x figures >out 2>&1 || true
	is 'every figure is drawn, without a complaint' "$(cat out)" \
		"$(for f in $figures; do
			echo "$f: $tmp/figures/$f.svg, .pdf, .png"
		done)"
	same 'what gnuplot is given is what it was' figures dat
	for figure in $figures; do
		is "$figure is SVG, PDF and PNG" \
			"$(head -c 4 "figures/$figure.pdf")$(head -c 4 \
			"figures/$figure.png" | tail -c 3)$(tail -n 2 \
			"figures/$figure.svg" | grep -o '</svg>')" \
			'%PDFPNG</svg>'
		ok "$figure names what it shows" \
			grep -qE '>(cephfs|write/128M/b64k/d1/j1)<' \
			"figures/$figure.svg"
	done
	sh "$root/plots/plot.sh" x again >/dev/null 2>&1 || true
	ok 'the same data gives the same SVG' \
		cmp figures/latency.svg again/latency.svg

	svg=$root/docs/study.svg
	if grep -qF "$(grep '^<desc>' figures/throughput.svg)" "$svg"; then
		ok 'the picture of README.md is that figure' \
			cmp "$svg" figures/throughput.svg
	else
		skip 'the picture of README.md is that figure' \
			'it was drawn by another gnuplot'
	fi

	mkdir linked
	ln -s ../elsewhere.dat linked/share.dat
	sh "$root/plots/plot.sh" x linked >/dev/null 2>&1 || true
	ok 'a figure goes where a link of its name leads' \
		cmp elsewhere.dat figures/share.dat

	mkdir writes
	grep -v '"op":"read"' "$data/known.jsonl" >writes/records.jsonl
	"$stats" export writes --to w
	is 'a figure without data is left out, and it is said' \
		"$(sh "$root/plots/plot.sh" w wf 2>&1 | grep 'not made')" \
		'cold-warm: not made: no cell of read/cold read/warm has a median
latency: not made: no cell has a latency'
	not_ok 'then it is not there' test -e wf/cold-warm.svg
	echo 'one write 128M 100' | made few
	"$stats" export few --to f
	echo 'one write 128M 200' | made other
	"$stats" compare few other --format tsv >f/compare.tsv || true
	is 'single samples are drawn as well, without intervals' \
		"$(sh "$root/plots/plot.sh" f ff 2>&1 | grep -v 'not made')" \
		"$(for f in throughput latency forest; do
			echo "$f: $tmp/ff/$f.svg, .pdf, .png"
		done)"

	for n in 1 2 4; do
		echo "one write 1M $((100 + n)) $((100 + n))" | made "own$n"
		sed -i "s,/j1\",/j1/c${n}n1\"," "own$n/records.jsonl"
		echo "one write 1M $((50 * n))" | made "one$n"
		sed -i "s,/j1\",/j1/c${n}n1/shared\"," "one$n/records.jsonl"
	done
	"$stats" export own1 own2 one1 one2 --to two
	sh "$root/plots/plot.sh" two twof >/dev/null 2>&1 || true
	not_ok 'two numbers of clients are no figure of them' \
		test -e twof/scale.svg
	"$stats" export own1 own2 own4 one1 one2 one4 --to clients
	is 'throughput by clients is drawn' \
		"$(sh "$root/plots/plot.sh" clients cf 2>&1 | grep scale)" \
		"scale: $tmp/cf/scale.svg, .pdf, .png"
	is 'a line for a file each, one for one file of all' \
		"$(grep . cf/scale.dat | tr '\n' ';')" \
		'1 101 NaN NaN;2 102 NaN NaN;4 104 NaN NaN;1 101;1 101;2 102;2 102;4 104;4 104;1 50 NaN NaN;2 100 NaN NaN;4 200 NaN NaN;1 50;2 100;4 200;'
	ok 'which is said' grep -q '>one, one file<' cf/scale.svg

	sh "$root/plots/plot.sh" nowhere ff >out 2>&1 && code=0 || code=$?
	is 'a folder that is not there' "$code $(cat out)" \
		'2 plot.sh: read nowhere/samples.tsv: not there (ie-stats export makes it)'
fi

done_testing
