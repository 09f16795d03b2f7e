#!/bin/sh
# Sizes that are no multiple of the block, blocks that are no multiple of 4 KiB:
# measured right, or refused with the reason.
# shellcheck disable=SC2016,SC2119
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/bench-lib.sh
. tests/cli/bench-lib.sh
cat >>site.ini <<-P
	keep = yes
P
cat >plan.ini <<-'P'
	[plan]
	name = t
	seed = 1
	[storage w]
	targets = *
	op = write
	sizes = 1000000 47008 100
	block = 47008 64k 513
	depth = 1 4
	[storage rw]
	targets = local
	op = randwrite
	sizes = 1000000
	block = 47008
	ops = 10
	[storage r]
	targets = local
	op = read
	cache = warm cold
	sizes = 1000000
	block = 47008
	depth = 4
P
run
is 'all of them are measured' "$status $(samples '$r->{status} eq "failed" ?
	"$r->{case}: @{$r->{reasons}}" : undef')" '0 '
is 'they move the bytes of the file' "$(samples '$r->{ops} == 10 ||
	$r->{bytes} == $r->{size_bytes} ? undef : "$r->{case}: $r->{bytes}"')" ''
is 'in as many operations as there are blocks' "$(samples 'use POSIX;
	$r->{ops} == 10 || $r->{ops} == ceil($r->{size_bytes} /
	$r->{block_bytes}) ? undef : "$r->{case}: $r->{ops}"')" ''
is 'of a part of the blocks those that they have' "$(samples '
	$r->{ops} == 10 && $r->{op} eq "randwrite" ?
	$r->{bytes} == 470080 || $r->{bytes} == 470080 - 47008 + 12832 ?
	"right" : $r->{bytes} : undef')" right
is 'all of it is read back' "$(samples '$r->{driver} eq "null" ||
	$r->{verified_bytes} == $r->{bytes} ? undef : $r->{case}')" ''
is 'the files are as long as they should be' \
	"$(stat -c %s data/* | sort -n | uniq -c | tr -s ' \n' ' ')" \
	' 6 100 6 47008 9 1000000 '
ok 'the records are good' "$(dirname "$bench")/ie-stats" check results/r
rm -f data/*
cat >plan.ini <<-'P'
	[plan]
	name = t
	[storage w]
	targets = local
	op = write
	sizes = 1M
	block = 47008
P
sed -i 's/^keep.*/direct = yes/' site.ini
rm -rf results
run
is 'direct I/O says why not' "$status $(cat err)" \
	'2 ie-bench: run: plan.ini:3: [storage w]: local/write/1M/b47008/d1/j1: direct I/O (direct = yes) moves whole sectors: block and size must be multiples of 512'
done_testing
