#!/bin/sh
# The manual pages in man/: without faults, and true to what --help says.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/tap.sh
. tests/tap.sh
build=${BUILD:-build}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

plain() { # PAGE: its text, hyphens as they are typed
	sed 's/\\-/-/g' "man/$1.1"
}
for program in ie-bench ie-stats ie-cluster; do
	page=man/$program.1
	if need groff groff --version; then
		is "$page is a page without faults" \
			"$(groff -man -Tutf8 -ww -z "$page" 2>&1)" ''
	fi
	if need mandoc command -v mandoc; then
		is "$page is one for mandoc, too" \
			"$(mandoc -T lint -W warning "$page" 2>&1)" ''
	fi
	"$build/$program" --help | sed '/^services:/,$d' >"$tmp/help"
	ok "$program --help has options" grep -q -- ' --[a-z]' "$tmp/help"
	is "$page has every command" "$(sed -n "s/^ *$program \([a-z]*\).*/\1/p" \
		"$tmp/help" | while read -r command; do
		plain "$program" | grep -qx "\.B $command" || echo "$command"
	done)" ''
	is "$page has every option" "$(grep -oE -- '(^|[[ ])--?[a-z][a-z-]*' \
		"$tmp/help" | tr -d '[ ' | sort -u | while read -r option; do
		plain "$program" | grep -qE -- "^\.BR? ?I? ?$option( |$)" ||
			echo "$option"
	done)" ''
	is "$page has no other" "$(plain "$program" |
		grep -oE -- '^\.(B|BI|BR) --?[a-z][a-z-]*' | sed 's/.* //' |
		grep -vxE -- '--help|--version' | while read -r option; do
		grep -qF -- "$option" "$tmp/help" || echo "$option"
	done)" ''
done
"$build/ie-cluster" --help | sed '1,/^services:/d' | awk '{ print $1 }' |
	sort >"$tmp/known"
plain ie-cluster | awk '/^\.SH/ { on = $2 == "SERVICES" }
	on && /^\.TP/ { getline; print $2 }' | sort >"$tmp/told"
ok 'man/ie-cluster.1 has the services' diff "$tmp/known" "$tmp/told"
like 'make install installs them' "$(make -n install BUILD="$build")" \
	'*man/\*.1 */share/man/man1*'
done_testing
