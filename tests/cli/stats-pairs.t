#!/bin/sh
# ie-stats pairs: medians of ratios round by round, what each side costs, and
# what the peer does less; files of older calibrations have speeds alone.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/stats-lib.sh
. tests/cli/stats-lib.sh

# rounds of 100, 110 .. 150 MB/s against half of it and twice of it; 1 s of
# processor time for each GB against 2 s, and 3 us an operation against 6 us
{
	printf 'target\tpeer\top\tmib\tkib\tdepth\tround\tours_Bps\ttheirs_Bps\tours_cpu_ns\ttheirs_cpu_ns\tbytes\tless\n'
	for round in 1 2 3 4 5 6; do
		ours=$((90 + 10 * round))
		printf 'local\tdd\twrite\t64\t64\t1\t%s\t%s000000\t%s000000\t1000000000\t2000000000\t1000000000\tzeros only\n' \
			$round $ours $((ours / 2))
		printf 'mem\tfio_psync\trandread\t64\t4\t16\t%s\t%s000000\t%s000000\t3000000\t6000000\t4096000\tone buffer\n' \
			$round $ours $((ours * 2))
		printf 'mem\tfio_psync\trandwrite\t64\t4\t16\t%s\t%s000000\t%s000000\t0\tNA\t4096000\tone buffer\n' \
			$round $ours $((ours * 2))
	done
} >pairs.tsv
"$stats" pairs pairs.tsv >out
is 'a table for people has speed, cost, and what the peer does less' \
	"$(tail -n +2 out)" \
	'target  peer       op         size  block  depth  n  ours  theirs  ratio  95 % interval  cost  theirs  ratio  95 % interval
local   dd         write       64M    64k      1  6   125    62.4   2.00  2.00-2.00      1.00    2.00  0.500  0.50-0.50
mem     fio_psync  randread    64M     4k     16  6   125     250   0.50  0.50-0.50      3.00    6.00  0.500  0.50-0.50
mem     fio_psync  randwrite   64M     4k     16  6   125     250   0.50  0.50-0.50         -       -      -  -
  dd: zeros only
  fio_psync: one buffer'
is 'a table for programs names its units' "$("$stats" pairs pairs.tsv \
	--format tsv | cut -f 3,10-17 | tr '\t' ' ')" \
	'op ratio lo hi cost_unit ours_cost theirs_cost cost_ratio cost_lo
write 2 2 2 s/GB 1 2 0.5 0.5
randread 0.5 0.5 0.5 s/10^6 operations 3 6 0.5 0.5
randwrite 0.5 0.5 0.5 s/10^6 operations NA NA NA NA'
cut -f 1-9 pairs.tsv >old.tsv
"$stats" pairs old.tsv >out
is 'without processor times there is no cost' "$(sed -n 2,3p out)" \
	'target  peer       op         size  block  depth  n  ours  theirs  ratio  95 % interval
local   dd         write       64M    64k      1  6   125    62.4   2.00  2.00-2.00'
"$stats" pairs "$root"/results/calibrate-20261125/pairs.tsv >out
is 'the committed calibration is read' "$(grep -c '^[a-z]* .* 10 ' out)" 16
head -n 3 pairs.tsv >few.tsv
like 'of one round there is no interval' "$("$stats" pairs few.tsv)" \
	'*2.00  too few*'
printf 'head\nlocal dd write 64 64 1 1 0 5\n' >bad.tsv
bad 'a speed of nothing' \
	'read bad.tsv:2: not a pair: target, peer, op, MiB, KiB, depth, round, ours, theirs' \
	pairs bad.tsv
bad 'no file' 'read nowhere: No such file or directory' pairs nowhere
bad 'an unknown format' \
	'read the command line: --format is xml: it can be text or tsv' \
	pairs pairs.tsv --format xml
done_testing
