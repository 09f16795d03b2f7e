#!/bin/sh
# Data that is read back: all of a small file, past the caches that the suite
# can drop, and a byte that somebody flips behind its back.
# shellcheck disable=SC2016,SC2119
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/bench-lib.sh
. tests/cli/bench-lib.sh

# Hands the worker's lines on, and flips byte $at once all was timed
cat >flip.sh <<-'S'
	#!/bin/sh
	at=$1
	shift
	mkfifo in.$$
	exec 3<&0
	cat <&3 >in.$$ &
	"$@" <in.$$ | while read -r line; do
		if [ "$line" = timed ]; then
			for f in data/*; do
				perl -e 'open my $f, "+<", $ARGV[0] or die;
					seek $f, $ARGV[1], 0; read $f, my $b, 1;
					seek $f, $ARGV[1], 0; print $f $b ^ "\1"' \
					"$f" "$at"
			done
		fi
		echo "$line"
	done
	kill $!
S
chmod +x flip.sh
site() { # KEYS...
	{
		cat <<-P
			[site]
			name = here
			[target local]
			driver = posix
			path = $tmp/data
			fstype = $fstype
		P
		printf '%s\n' "$@"
	} >site.ini
	rm -rf results in.*
}
write_plan() { # OP SIZE [KEY...]
	op=$1 size=$2
	shift 2
	{
		printf '[plan]\nname = t\n[storage w]\ntargets = local\n'
		printf '%s\n' "op = $op" "sizes = $size" "$@"
	} >plan.ini
}
share='"$r->{status} " . ($r->{verified} ? "yes" : "no") .
	" $r->{verified_bytes} of $r->{bytes}"'

write_plan write '64k 4M'
site ''
run
is 'all bytes of small files are verified' \
	"$(samples "$share" | sort | tr '\n' ' ')" \
	'ok yes 4194304 of 4194304 ok yes 65536 of 65536 '
write_plan randwrite 4M 'ops = 100' 'block = 4k' 'depth = 4'
rm -rf results
run
is 'of random writes those that were written' "$(samples "$share")" \
	'ok yes 409600 of 409600'

write_plan write 16M
caught=0
for at in 0 65537 9999999 16777215; do
	site "launch = $tmp/flip.sh $at"
	run
	case $(samples '"$r->{status} $r->{reasons}[0]"') in
	"failed verify: local ie-bench.r."*"(first bad sector at byte $((at / 512 * 512)))")
		caught=$((caught + 1)) ;;
	*) diag "at $at: $(samples '"$r->{status} @{$r->{reasons}}"')" ;;
	esac
done
is 'one flipped byte is caught wherever it is, with its sector' $caught 4
is 'and no file is left' "$(find data -type f)" ''

# --- the servers' caches
write_plan write 4M
site "drop = echo dropped >>$tmp/log"
run
is 'what was written is read back after the caches of servers are empty' \
	"$(samples '$r->{status}') $(cat log)" 'ok dropped'
rm log
site "drop = echo dropped >>$tmp/log; sleep 1"
sed -i 's/^name = t/&\nblocks = 2/' plan.ini
run
is 'where that takes longer than the case, only the first time' \
	"$(samples '$r->{status}' | uniq -c | tr -s ' ') $(cat log)" \
	' 2 ok dropped'
rm -f log
write_plan read 4M 'cache = warm'
site "drop = echo dropped >>$tmp/log"
run
not_ok 'what a warm read has read stays in the caches' test -e log
done_testing
