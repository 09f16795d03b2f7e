#!/bin/sh
# ie-stats from records to tables and exported files, against known answers. tests/data/known.jsonl holds nine cells worked by hand:
#   rados write 128M: 80 100 125 128 160 200 250 MB/s: median 128 [80-250]
#   disk write 128M (its limit): median 256 [200-500], so a share of 50 %
#   rbd write 128M: 64 80 100 125 160 200 and one failure: sqrt(100 x 125)
#   = 111.8 [64-200]
#   write 256M: rados failed twice; rbd 40 50 64, too few for an interval
#   reads: rados cold is good; rbd was not cold; rados warm is 200 to 512
#   where its limit, the disk, is 64 to 160: above its limit
# second.jsonl adds rados 256 320 500: of the ten the middle two are 160 and
# 200, the median is their geometric mean 178.9, its interval [100-320].
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/stats-lib.sh
. tests/cli/stats-lib.sh
for run in known second; do
	mkdir $run
	cp "$data/$run.jsonl" $run/records.jsonl
done

shown 'a summary for people' known.text summary known
shown 'a summary as TSV' known.tsv summary known --format tsv
shown 'a summary as JSON' known.json summary --format=json known
shown 'two runs together' both.text summary known second

# How much was read back is said, never just that it was
blocks() { # VERIFIED_BYTES [FROM]: of the disk's writes, in each format
	mkdir -p part
	sed "/\"target\":\"disk\",.*\"op\":\"write\"/s/\"verified\":true/&,\"verified_bytes\":$1${2:+,\"verified_from\":\"$2\"}/" \
		known/records.jsonl >part/records.jsonl
	"$stats" summary part | sed -n 's/^write  *disk .*1.00 ms  *//p'
	"$stats" summary part --format json | grep -o \
		'^{"case":"disk/write/128M.*"verified":.*"verified_from":[^,]*' |
		sed 's/.*"verified":/json: /'
	"$stats" report part -o part.html
	grep -o '<td>disk</td>.*<td>[^<]*([a-z]*)</td>' part.html |
		sed -n '1s/.*<td>\(.*\)<.td>/page: \1/p'
}
is 'a part of what was written is said, and what answered' \
	"$(blocks 1048576 cache)" '16 of 2,048 blocks (cache)
json: 7,"verified_bytes":1048576,"verified_of_bytes":134217728,"verified_from":"cache"
page: 16 of 2,048 blocks (cache)'
is 'and all of it' "$(blocks 134217728 storage)" 'all (storage)
json: 7,"verified_bytes":134217728,"verified_of_bytes":134217728,"verified_from":"storage"
page: all (storage)'

"$stats" export known --to x >out 2>&1
is 'export says nothing' "$(cat out)" ''
ok 'exported cells are the TSV summary' cmp x/cells.tsv "$data/known.tsv"
ok 'exported samples' diff -u "$data/known-samples.tsv" x/samples.tsv
ok 'exported macros' diff -u "$data/known-macros.tex" x/macros.tex
is 'export leaves no other file' "$(cd x && echo *)" \
	'builds.tsv cells.tsv cuts.tsv effects.tsv macros.tex samples.tsv series.tsv'

# the order of lines must not matter
mkdir turned
{
	head -n 1 known/records.jsonl
	tail -n +2 known/records.jsonl | sort -r
} >turned/records.jsonl
"$stats" summary turned --format tsv >out
sed 's/later/rados: write: No space left on device/g' out |
	cmp -s - "$data/known.tsv" && same=yes || same=no
is 'the order of samples does not matter, but for first reasons' "$same" yes

"$stats" check known second >out 2>&1 && status=0 || status=$?
is 'check takes good runs' "$status $(cat out)" \
	'0 known: 44 ok, 3 failed, 7 invalid
second: 6 ok, 0 failed, 0 invalid'
"$stats" check --fields >fields
sed -n '/<!-- fields -->/,/<!-- \/fields -->/p' "$root/results/README.md" |
	sed '1d;$d' >dictionary
ok 'the dictionary in results/README.md is the schema' diff -u dictionary fields

# broken RUN FILTER...: a run whose records went through the filter
broken() {
	mkdir -p "$1"
	name=$1
	shift
	"$@" <known/records.jsonl >"$name/records.jsonl"
}

broken torn head -c -20
broken empty head -n 0
broken none head -n 1
broken headless tail -n +2
broken tomorrow sed '1s#ie-bench/1#ie-bench/2#'
broken nan sed '3s/"throughput_Bps":[0-9.]*/"throughput_Bps":NaN/'
broken negative sed '3s/"io_ns":/"io_ns":-/'
broken type sed '3s/"depth":1/"depth":"one"/'
broken twice sed '3{p;s/"io_ns"/"io_ns"/}'
broken mixed sed '/"case":"rados/s/"block_bytes":65536/"block_bytes":4096/'
broken changed sed '12s/"driver":"[a-z]*"/"driver":"nfs"/'
broken unsaid sed '3s/"op":"write"/"op":"powercut"/;3s#/write/#/powercut/#'
broken lost sed '3s/"bytes"/"power_cut":{"kind":"guest","kept":true,"acknowledged_bytes":2,"intact_bytes":1},"bytes"/'
broken garbage sed '4s/.*/garbage/'
bad 'a torn last line' \
	'read torn/records.jsonl:55: the last line is torn (no newline)' \
	summary torn
bad 'no line at all' \
	'read empty/records.jsonl: no run record: the file is empty' \
	summary empty
bad 'a run without samples' 'read none/records.jsonl: no samples' summary none
bad 'samples without their run' \
	'read headless/records.jsonl:1: the first line is not the run record' \
	summary headless
bad 'another schema' \
	'read tomorrow/records.jsonl:1: schema is "ie-bench/2"; this program knows ie-bench/1' \
	summary tomorrow
bad 'a speed that is no number' \
	'read nan/records.jsonl:3: not a JSON value' summary nan
bad 'a negative time' \
	'read negative/records.jsonl:3: io_ns is not a whole number >= 0' \
	summary negative
bad 'a field of another type' \
	'read type/records.jsonl:3: depth is not a whole number >= 0' summary type
bad 'a power cut that nothing is said of' \
	'read unsaid/records.jsonl:3: op is powercut and status ok, yet nothing says that all was kept' \
	summary unsaid
bad 'a power cut that is said to have taken nothing' \
	'read lost/records.jsonl:3: power_cut.kept is not what its bytes say' \
	summary lost
bad 'a sample twice' \
	'read twice/records.jsonl:4: case disk/write/128M/b64k/d1/j1: block 0 of session 0 is there twice, first on line 3' \
	summary twice
bad 'a case that is not what its fields say' \
	'read mixed/records.jsonl:2: case "rados/write/128M/b64k/d1/j1" is not what its fields say: rados/write/128M/b4k/d1/j1' \
	summary mixed
bad 'a cell that changes its driver' \
	'read changed/records.jsonl:12: driver differs from earlier samples of case disk/write/128M/b64k/d1/j1' \
	summary changed
bad 'a line that is no JSON' \
	'read garbage/records.jsonl:4: not a JSON object' summary garbage
bad 'no such folder' 'read nowhere/records.jsonl: No such file or directory' \
	summary nowhere
bad 'a run given twice' \
	'read known/records.jsonl:1: run known is given twice: it is that of known too' \
	summary known known
bad 'no folder' 'read the command line: no run folder given' summary
bad 'an unknown option' \
	'read the command line: summary has no option --fromat' \
	summary known --fromat tsv
bad 'an unknown format' \
	'read the command line: --format is xml: it can be text, json or tsv' \
	summary known --format xml
bad 'an option without its value' \
	'read the command line: --to needs a value' export known --to
bad 'an export to nowhere' 'read the command line: export needs --to DIR' \
	export known
not_ok 'an unknown command is refused' "$stats" sumary known
"$stats" export torn --to y >out 2>&1 || true
not_ok 'a bad run exports nothing' test -e y

# check tells of every problem
broken three sed '3s/"depth":1/"depth":0/;4s/"status":"ok"/"status":"odd"/;5d'
sed -i '6s/"host"/"ghost"/;6s/"kind"/"new":1,"kind"/' three/records.jsonl
"$stats" check three >out 2>err && status=0 || status=$?
is 'check tells of every problem, and of fields that it does not know' \
	"$status $(cat out err)" \
	'2 three/records.jsonl:3: depth is 0
three/records.jsonl:4: status is "odd": neither ok, failed nor invalid
fields outside the dictionary: new
ie-stats: check: 2 problems'

# A line of 100 MB is refused when its first 4 MiB are read, on either side
mkdir long
head -n 1 known/records.jsonl >long/records.jsonl
{
	printf '{"record":"sample","x":"'
	head -c 100M /dev/zero | tr '\0' x
	printf '"}\n'
} >>long/records.jsonl
"$stats" check long >out 2>err &&
	status=0 || status=$?
is 'a line of 100 MB is refused' "$status $(cat out err)" \
	'2 ie-stats: read long/records.jsonl:2: line is longer than 4 MiB'
rm -r long

# Control characters never reach a terminal raw
broken wild sed '3s/"status":"ok"/"status":"a\x1b[2J\xc2\x9b2J"/;4s/"kind"/"n\xc2\x9bew":1,"kind"/'
"$stats" check wild >out 2>err && status=0 || status=$?
is 'control characters are refused' "$status" 2
is 'and none is printed' "$(cat out err | LC_ALL=C tr -d '\n\t -~' | od -An -c)" ''
# Six runs whose samples are alike, at 100, 200 .. 3200 MB/s: of all 42 samples
# the interval would be 400 to 800, outside of which most new sessions would lie
for i in 0 1 2 3 4 5; do
	v=$((100 << i))
	echo "one write 128M $v $v $v $v $v $v $v" | made "one$i"
done
"$stats" summary one0 one1 one2 one3 one4 >out
is 'of fewer than six sessions the table says what the interval does not hold' \
	"$(grep -E '^write:|another' out)" \
	'write: MB/s (10^6 bytes/s), median [95 % interval within sessions], n = 35, 64k blocks, depth 1, 1 job
  several sessions, but fewer than 6: the interval is of all their samples, and does not hold what another session would differ by: 1 of 1 cells'
session_values() {
	"$stats" summary "$@" --format json | grep -oE \
		'"(median|lo|hi|coverage|sessions|values)":[^,]*' | tr '\n' ' '
}
is 'and no coverage is given' "$(session_values one0 one1 one2 one3 one4)" \
	'"median":400000000 "lo":200000000 "hi":800000000 "coverage":null "sessions":5 "values":"pooled samples" '
"$stats" summary one0 one1 one2 one3 one4 one5 >out
is 'from six sessions on median and interval are of their medians' \
	"$(grep -E '^(write:|128M)' out)" \
	'write: MB/s (10^6 bytes/s), median [95 % interval], n = 6 sessions, 64k blocks, depth 1, 1 job
128M  566 [100-3200]'
is 'with their coverage' "$(session_values one0 one1 one2 one3 one4 one5)" \
	'"median":565685424.9492381 "lo":100000000 "hi":3200000000 "coverage":0.96875 "sessions":6 "values":"session medians" '
is 'sessions of one run are no different' \
	"$(echo 'one write 128M 1 1 / 2 2 / 3 3 / 4 4 / 5 5 / 6 6' | made sessions
	session_values sessions)" \
	'"median":3464101.6151377545 "lo":1000000 "hi":6000000 "coverage":0.96875 "sessions":6 "values":"session medians" '
"$stats" report one0 one1 -o pooled.html
ok 'a report says it, too' grep -q \
	'does not hold what another session would differ by' pooled.html

# operations N: a run of a sample of N operations, and what percentiles it has
operations() {
	mkdir -p "ops$1"
	awk -v n=1 -v cells=1 -f "$data/many.awk" |
		sed "s/\"ops\":16/\"ops\":$1/
			s,/1M/b64k,/$(($1 * 64))k/b64k,
			s/\"size_bytes\":[0-9]*/\"size_bytes\":$(($1 * 65536))/
			s/\"bytes\":[0-9]*/\"bytes\":$(($1 * 65536))/
			s/\"io_ns\":[0-9]*/\"io_ns\":$(($1 * 655360))/
			s/\"max\":7401/\"max\":7402/
			s/7401,\"p999\":7401/7401,\"p999\":7402/" \
			>"ops$1/records.jsonl"
	"$stats" summary "ops$1" --format tsv | awk -F '\t' 'NR == 1 {
		for (i = 1; i <= NF; i++)
			col[$i] = i
	}
	NR > 1 {
		print $col["p50_ns"], $col["p90_ns"], $col["p99_ns"], $col["p999_ns"]
	}'
}
is 'of 19 operations there is no percentile' "$(operations 19)" 'NA NA NA NA'
is 'of 63 there is a median, and nothing that is their slowest' \
	"$(operations 63)" '3071 NA NA NA'
is 'of 999 there are two percentiles' "$(operations 999)" '3071 3519 NA NA'
is 'of 1000 three: ten took longer than the 99 %' "$(operations 1000)" \
	'3071 3519 7401 NA'
is 'of 10001 all' "$(operations 10001)" '3071 3519 7401 7402'
mkdir mixed2
{
	cat ops1000/records.jsonl
	tail -n 1 ops1000/records.jsonl |
		sed 's/"block":0/"block":1/;s/,"p99":7401,"p999":7402//'
} >mixed2/records.jsonl
is 'a cell has those that all of its samples have' \
	"$("$stats" summary mixed2 --format json | grep -o '"p50_ns".*p99_ns":[^,]*')" \
	'"p50_ns":3071,"p90_ns":3519,"p99_ns":null'
"$stats" export ops63 --to ops
ok 'nor does a sample of 63 have more' grep -q '	3071	NA	NA	NA$' \
	ops/samples.tsv
"$stats" report ops63 -o ops.html
not_ok 'nor a report' grep -q '7.40 us' ops.html
ok 'which says when there is one' \
	grep -q 'at least 10 operations took longer' ops.html

# a cell of 100 samples 100, 101 .. 199 MB/s, 60 times
mkdir many
awk -v n=6000 -f "$data/many.awk" >many/records.jsonl
is 'the median of 100 samples is between the 50th and 51st, bounded by the 40th and 61st' \
	"$("$stats" summary many --format tsv |
		awk -F '\t' 'NR > 1 { printf "%.3f %.2f %.2f\n", $17 / 1e6, $18 / 1e6, $19 / 1e6 }' |
		sort -u)" \
	"$(awk 'BEGIN { printf "%.3f 139.00 160.00", sqrt(149 * 150) }')"
is 'no line of the widest summary is longer than 100 columns' \
	"$("$stats" summary many | awk 'length > 100' | head -n 1)" ''

done_testing
