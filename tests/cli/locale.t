#!/bin/sh
# Where numbers have a decimal comma (de_DE.UTF-8) awk reads 1.5 as 1, and dd
# and fio print 0,15: what the suite's scripts compute is the same there.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/stats-lib.sh
. tests/cli/stats-lib.sh

for script in $(cd "$root" &&
	grep -rlE '^#!(/usr)?/bin/(env )?(ba)?sh' bench lib plots paper); do
	ok "$script runs in the C locale" \
		grep -qx 'export LC_ALL=C' "$root/$script"
done

# german COMMAND...: with a decimal comma
german() {
	env LOCPATH="$tmp/locales" LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 "$@"
}
mkdir locales
if need localedef localedef -i de_DE -f UTF-8 locales/de_DE.UTF-8; then
	is 'there is such a locale' "$(german locale decimal_point)" ,
	mkdir plain
	derived study
	"$stats" export "$root/results/reference-images" --to images
	for run in study images; do
		if need gnuplot command -v gnuplot; then
			sh "$root/plots/plot.sh" "$run" "plain/$run" >out 2>&1
			german sh "$root/plots/plot.sh" "$run" "german/$run" \
				>out 2>&1 || true
			for figure in "plain/$run"/*.dat "plain/$run"/*.svg; do
				ok "${figure#plain/} is drawn alike" \
					cmp "$figure" "german/${figure#plain/}"
			done
		fi
	done
	german "$stats" summary "$root/results/reference-study" >german.txt
	"$stats" summary "$root/results/reference-study" >expected
	ok 'a summary has points' cmp german.txt expected
fi

done_testing
