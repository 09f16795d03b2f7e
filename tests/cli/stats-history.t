#!/bin/sh
# ie-stats history: a change is found where it was made, and only there.
# tests/data/history.awk makes 24 runs; one cell loses a fifth from the 13th on.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/stats-lib.sh
. tests/cli/stats-lib.sh

for k in $(seq 1 24); do
	awk -v "k=$k" -f "$data/history.awk" |
		made "r$k" -v "started=$(printf '2026-01-%02dT00:00:00Z' "$k")"
done
shown 'a change for people' history.text history r*
shown 'a change as JSON' history.json history r* --format json
"$stats" history r9 r8 r7 r6 r5 r4 r3 r2 r1 >out
is 'nine runs: nothing, and it is said why' "$(tail -n 2 out)" \
	'0 changes (at 0.05 over all cells: p <= 0.025 in each)
2 cells have fewer than 10 sessions, too few for any change to be found'
# shellcheck disable=SC2046 # words
"$stats" history $(seq -f 'r%g' 24 -1 1) --format json >turned
ok 'the order of the folders does not matter' diff "$data/history.json" turned
# another folder with the id of the first of many
mkdir again
cp r1/records.jsonl again/
# shellcheck disable=SC2046 # words
bad 'among many runs one that is given twice is found' \
	'read again/records.jsonl:1: run r1 is given twice: it is that of r1 too' \
	summary $(seq -f 'r%g' 24) again
bad 'an unknown format' \
	'read the command line: --format is xml: it can be text or json' \
	history r1 --format xml
bad 'no folder' 'read the command line: no run folder given' history

done_testing
