#!/bin/sh
# The other committed reference runs: good records, and what is derived from
# them, up to what gnuplot is given, is byte for byte what it was.
# tests/data/references.sha256 is of the files below a folder of each run's
# name; `sh tests/cli/stats-references.t new` prints it anew.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/stats-lib.sh
. tests/cli/stats-lib.sh

runs='locks powercut kernel sharing images homes scale'
for run in $runs; do
	"$stats" export "$root/results/reference-$run" --to "$run"
	! command -v gnuplot >/dev/null ||
		sh "$root/plots/plot.sh" "$run" "$run/plots" >"$run/out" 2>&1
done
if [ "${1:-}" = new ]; then
	for run in $runs; do
		find "$run" -name '*.tsv' -size +0 -o -name '*.dat'
	done | LC_ALL=C sort | xargs sha256sum
	exit
fi
for run in $runs; do
	ok "reference-$run is of good records" \
		"$stats" check "$root/results/reference-$run"
	grep " $run/[^/]*\$" "$data/references.sha256" >sums
	ok "what is derived from reference-$run is what it was" \
		sha256sum --quiet -c sums
done
is 'the power cuts: only the planted liars broke their word' "$("$stats" \
	summary "$root/results/reference-powercut" |
	sed -n 's/^\([a-z0-9-]*\)  *32M .*\(BROKE\|kept\) its word.*/\1 \2/p' |
	grep -v '^disk-' | tr '\n' ' ')" \
	'cephfs kept ext4-guest kept gfs2 kept gfs2-nolock kept liar-disk BROKE liar-nfs BROKE liar-nobarrier BROKE nfs kept nfs-cephfs kept rados kept rbd kept '
"$stats" report "$root/results/reference-powercut" -o report.html
ok 'a report says it beside the speeds' grep -q \
	'<th>liar-disk</th>.*BROKE its word, kept 0 of 3' report.html
if need gnuplot command -v gnuplot; then
	for run in $runs; do
		grep " $run/plots/" "$data/references.sha256" >sums
		ok "what gnuplot is given of reference-$run is what it was" \
			sha256sum --quiet -c sums
	done
	ok 'the ladder of locks is drawn' test -s locks/plots/locks.svg
fi
done_testing
