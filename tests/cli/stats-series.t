#!/bin/sh
# Throughput over time, from the plan that asks for it to the figure.
# shellcheck disable=SC2016
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/stats-lib.sh
. tests/cli/stats-lib.sh
bench=$(dirname "$stats")/ie-bench

cat >plan.ini <<-'P'
	[plan]
	name = over-time
	blocks = 2
	[storage w]
	targets = *
	op = write
	sizes = 1M 2M
	depth = 1 2
	series = yes
	[storage r]
	targets = *
	op = randwrite
	sizes = 1M
P
printf '[site]\nname = x\n[target t]\ndriver = null\n' >site.ini
"$bench" run plan.ini --site site.ini --results r --run-id run \
	--progress none >/dev/null 2>&1
is 'the records are good' "$("$stats" check r/run)" \
	'r/run: 10 ok, 0 failed, 0 invalid'
is 'every byte of the samples that were asked for stands in a step' \
	"$(perl -MJSON::PP -ne 'my $r = decode_json($_); my $s = $r->{series}
		or next; my $all = 0; $all += $_ for @{$s->{bytes}};
		print $all == $r->{bytes} && $s->{step_ns} >= 1e6 ? "y" : "n"' \
		r/run/records.jsonl)" yyyyyyyy
is 'the others have none' \
	"$(grep '"op":"randwrite"' r/run/records.jsonl | grep -c series)" 0
"$stats" export r/run --to x
is 'they are exported: a row for each step' \
	"$(awk -F '\t' 'NR == 1 { for (i = 1; i <= NF; i++) col[$i] = i; next }
		$col["start_ns"] == 0 { n[$col["size_bytes"]]++ }
		$col["value"] < 0 { bad = 1 }
		END { print n[1048576], n[2097152], bad + 0 }' x/series.tsv)" \
	'4 4 0'
sed 's/series = yes/series = maybe/' plan.ini >bad.ini
"$bench" plan bad.ini --site site.ini >out 2>&1 && status=0 || status=$?
is 'series is yes or no' "$status $(cat out)" \
	'2 ie-bench: plan: bad.ini:9: series = maybe: allowed: no, yes'

# broken NAME FILTER EXPECTED: the first sample that has a series, changed
broken() {
	mkdir -p broken
	sed "$2" r/run/records.jsonl >broken/records.jsonl
	"$stats" check broken >out 2>/dev/null || true
	like "$1" "$(head -n 1 out)" "broken/records.jsonl:*: $3"
}
broken 'a step of no length is refused' 's/"step_ns":[0-9]*/"step_ns":0/' \
	'series has no step_ns above 0 or no bytes'
broken 'so is a series without bytes' \
	's/\("step_ns":[0-9]*\),"bytes":[^]]*]/\1/' \
	'series has no step_ns above 0 or no bytes'
broken 'and one with less than none' \
	's/\("step_ns":[0-9]*,"bytes":\)\[/\1[-1,/' \
	'series.bytes is not a list of whole numbers >= 0'

if need gnuplot command -v gnuplot; then
	like 'they are drawn' "$(sh "$root/plots/plot.sh" x f 2>&1)" \
		"*series: $tmp/f/series.svg, .pdf, .png*"
	ok 'with the name of the target' grep -q '>t<' f/series.svg
fi

done_testing
