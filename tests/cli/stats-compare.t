#!/bin/sh
# ie-stats compare: verdicts, exit codes, formats, sessions, targets, and what
# must not be compared. tests/data/compare-base.txt and -new.txt, by hand:
#   slower  100..109 against 80..89: none of 10 x 10 pairs is the other way, so
#           p = 2 / C(20, 10) = 2 / 184756 = 0.0000108, times 6 cells 0.0000650;
#           the middle of the ratios is about 84.5 / 104.5 = 0.809
#   few     3 and 3: p = 2 / C(6, 3) = 0.1, and no interval
#   noisy   60..150 against 65..155: nothing can be said
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/stats-lib.sh
. tests/cli/stats-lib.sh

for side in base new; do
	made $side -v sum=$side -v host=$side <"$data/compare-$side.txt"
done
for format in text json tsv markdown junit; do
	shown "a comparison as $format" compare.$format \
		compare base new --format $format
done
is 'p of the slower cell is 2 / C(20, 10), and Holm multiplies it by 6' \
	"$("$stats" compare base new --format tsv | awk -F '\t' '
		NR == 1 { for (i = 1; i <= NF; i++) col[$i] = i }
		$1 ~ /^slower/ { printf "%.9f %.9f", $col["p"], $col["p_holm"] }')" \
	"$(awk 'BEGIN { printf "%.9f %.9f", 2 / 184756, 12 / 184756 }')"
if need xmllint command -v xmllint; then
	ok 'JUnit is well-formed XML' xmllint --noout "$data/compare.junit"
fi

exits 'a regression: exit 1' 1 compare base new
exits 'turned round another cell is the regression' 1 compare new base
is 'change and interval turn round, too' \
	"$("$stats" compare new base | grep -o '^slower.*improvement')" \
	'slower/write/128M/b64k/d1/j1           84.5  104  +23.7 %  +19.5 to +28.0 %    0.0001  < 0.0001  10, 10  improvement'
echo 'a write 1M 100 101 102 103 104 105 106 107 108 109' | made one
echo 'a write 1M 100.5 101.5 102.5 103.5 104.5 105.5 106.5 107.5 108 108.5' |
	made two
exits 'equivalent: exit 0' 0 compare one two
exits 'not within a smaller delta: exit 3' 3 compare one two --delta 1%
exits 'delta can be a share' 0 compare one two --delta=0.05
echo 'a write 1M 90 91 92 93 94 95 96 97 98 99' | made down
exits 'a drop within delta is no regression' 0 compare one down --delta 20%
exits 'one beyond it is' 1 compare one down --delta 5%
exits 'unless alpha asks for more' 3 compare one down --alpha 0.00001
echo 'b write 1M 1 2 3' | made other
exits 'nothing in common: nothing is decided' 3 compare one other

# eight sessions a side, of two samples each: medians 100..107 and 80..87
{
	printf 'a write 1M 99.9 100.1'
	for i in 1 2 3 4 5 6 7; do printf ' / 10%d.1 10%d.1' $i $i; done
	echo
} | made s1
{
	printf 'a write 1M 80 80'
	for i in 1 2 3 4 5 6 7; do printf ' / 8%d.1 8%d.1' $i $i; done
	echo
} | made s2
is 'with several sessions a side their medians are compared, and confirm' \
	"$("$stats" compare s1 s2 | sed -n 's/^a.*  8,/8,/p; s/;.*//; /^regr/p')" \
	'8, 8 sessions  regression
regression: 1 regression'
for i in 1 2 3 4; do
	echo "a write 1M 10$i 10$i.5" | made m$i
	echo "a write 1M 8$i 8$i.5" | made n$i
done
is 'sessions can be runs, separated by commas' \
	"$("$stats" compare m1,m2,m3,m4 n1,n2,n3,n4 | grep -o '4, 4 sessions .*')" \
	'4, 4 sessions  regression'

# two variants, measured interleaved: targets of one run
{
	echo 'old write 1M 100 101 102 103 104 105 106 107 108 109'
	echo 'new write 1M 80 81 82 83 84 85 86 87 88 89'
} | made both
is 'two targets of one run' \
	"$("$stats" compare both:old both:new | grep -o '^write.*')" \
	'write/1M/b64k/d1/j1   104  84.5  -19.1 %  -21.9 to -16.3 %  < 0.0001  < 0.0001  10, 10  regression (unconfirmed)'
mkdir 'odd:name'
sed 's/"both"/"odd"/' both/records.jsonl >'odd:name/records.jsonl'
exits 'a folder with a colon in its name is a folder' 0 \
	compare 'odd:name:old' both:old

sed 's/"driver":"posix"/"driver":"uring"/; s/"one"/"three"/' one/records.jsonl \
	>two/records.jsonl
like 'another driver is told of' "$("$stats" compare one two)" \
	'*: driver posix in BASE, uring in NEW*'

bad 'one side' 'read the command line: compare needs BASE and NEW, and got 1; several sessions of a side are separated by commas' compare base
bad 'a run against itself' 'compare: run base is on both sides' \
	compare base base
bad 'a target against itself' 'compare: run both is on both sides' \
	compare both:old both:old
bad 'no such target' 'read both:odd: there is no target odd' \
	compare both:old both:odd
bad 'folders with different targets' \
	'read both:old,base: its folders do not name the same target' \
	compare both:old,base new
bad 'an empty name' \
	'read the command line: "base,,one" has an empty name of a run folder' \
	compare base,,one new
bad 'no such folder' 'read nowhere/records.jsonl: No such file or directory' \
	compare base nowhere
for delta in 0 1 5 -1% 5x '' nan; do
	bad "delta \"$delta\"" \
		"read the command line: --delta is $delta: it can be a share between 0 and 1, like 0.05 or 5%" \
		compare base new "--delta=$delta"
done
bad 'an alpha above 1' \
	'read the command line: --alpha is 5: it can be a share between 0 and 1, like 0.05 or 5%' \
	compare base new --alpha 5
bad 'an unknown format' \
	'read the command line: --format is html: it can be text, json, tsv, markdown or junit' \
	compare base new --format html

done_testing
