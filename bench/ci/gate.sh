#!/bin/sh
# A gate for any CI: measures two targets of a site interleaved, leaves what
# was found in OUT (compare.md, compare.xml, report.html), and fails when NEW
# is slower. What cannot be decided is said, and lets pass; STRICT=1 does not.
# usage: gate.sh PLAN.ini SITE.ini OLD NEW OUT
set -eu
export LC_ALL=C
if [ $# -ne 5 ]; then
	echo 'usage: gate.sh PLAN.ini SITE.ini OLD NEW OUT' >&2
	exit 2
fi
mkdir -p "$5"
code=0
VARIANTS="$3,$4" RESULTS="$5/results" \
	sh "$(dirname "$0")/../bench.sh" "$1" "$2" || code=$?
for file in "$5"/results/*/compare.* "$5"/results/*/report.html; do
	[ ! -e "$file" ] || cp "$file" "$5/"
done
if [ "$code" -eq 3 ] && [ "${STRICT:-0}" != 1 ]; then
	echo 'gate.sh: not decided with this much data; see compare.md' >&2
	code=0
fi
exit "$code"
