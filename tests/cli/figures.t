#!/bin/sh
# Every figure of every committed run, and of made-up runs that were hard once:
# three marks on each axis, nothing clipped, no sample in another cell's row
# (tests/figures.pl reads the SVG and what gnuplot was given).
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/stats-lib.sh
. tests/cli/stats-lib.sh

# figures NAME: of the exported run
figures() {
	is "what can be drawn of $1 is" "$(sh "$root/plots/plot.sh" "$1" \
		"$1/plots" 2>&1 | grep -v 'svg, .pdf\|: not made: ')" ''
	for figure in "$1"/plots/*.svg; do
		is "$figure can be read" \
			"$(perl "$root/tests/figures.pl" "$figure" 2>&1)" ''
	done
}

# pages NAME: figures of the report of a run whose axes lack numbers
pages() {
	awk '/<svg/ { svg++; n = 0 } { n += gsub(/class="tick"[^>]*>[0-9.]+</, "") }
		/<\/svg>/ { if (n < 3) print "figure " svg ": " n }' "$1"
}

# titles: what a figure is of
title_of() {
	sed -n 's/.*<text><tspan[^>]*>\(Change of .*\)<\/tspan>.*/\1/p;s/.*<text>\(Change of .*\)<\/text>.*/\1/p' \
		"$1" | head -n 1
}

runs='study images homes kernel locks powercut sharing scale'
for run in $runs; do
	"$stats" report "$root/results/reference-$run" -o "$run.html"
	is "every axis in the report of $run has three numbers" \
		"$(pages "$run.html")" ''
done
for speeds in '225 445' '100 104' '1 900' '91 99' '9.6 10.3' '0.21 0.29'; do
	# shellcheck disable=SC2086 # two speeds
	set -- $speeds
	echo "one write 128M $1 $2 $1 $2 $1 $2 $1" | made "narrow-$1"
	"$stats" report "narrow-$1" -o narrow.html
	is "so has that of speeds from $1 to $2 MB/s" "$(pages narrow.html)" ''
done

need gnuplot command -v gnuplot || {
	done_testing
	exit
}
derived study
for run in $runs; do
	[ "$run" = study ] ||
		"$stats" export "$root/results/reference-$run" --to "$run"
	figures "$run"
done
for first in 225 100 1 91 9.6 0.21; do
	"$stats" export "narrow-$first" --to "n$first"
	figures "n$first"
done
# an operation of 65.5 to 72.8 ns: marks below 0.0001 ms
echo 'one write 128M 900000 1000000 950000 920000 910000 930000' | made fast
"$stats" export fast --to nf
figures nf
is 'what several clients do is not a figure of one of their numbers' \
	"$(ls scale/plots/*.svg sharing/plots/*.svg)" \
	'scale/plots/cold-warm.svg
scale/plots/latency.svg
scale/plots/locks.svg
scale/plots/scale.svg
scale/plots/share.svg
scale/plots/throughput.svg
sharing/plots/latency.svg
sharing/plots/locks.svg'
ok 'where there are several numbers of clients a row says its own' \
	grep -q '"cephfs-slurm, 4 nodes, 8 clients"' scale/plots/locks.dat
ok 'where there is one number it does not' \
	grep -q '"gfs2, 2 nodes" ' sharing/plots/locks.dat

# --- a comparison says what it is of
echo 'podman build small/local 4 4.1 4.2 4.3 4.4 4.5' | made a
echo 'podman build small/local 5 5.1 5.2 5.3 5.4 5.5' | made b
"$stats" export a --to builds
"$stats" compare a b --format tsv >builds/compare.tsv || true
figures builds
is 'of builds it is of time' "$(title_of builds/plots/forest.svg)" \
	'Change of time, new against base'
is 'of storage of throughput' "$(title_of study/plots/forest.svg)" \
	'Change of throughput, new against base'

done_testing
