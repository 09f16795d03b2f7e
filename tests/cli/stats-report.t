#!/bin/sh
# ie-stats report: one file with everything in it, and nothing from elsewhere;
# then what a browser makes of it, at the width of a desk and of a phone.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/stats-lib.sh
. tests/cli/stats-lib.sh

mkdir known
cp "$data/known.jsonl" known/records.jsonl
printf '[plan]\nname = <b>&\n' >known/plan.ini
exits 'a report is written' 0 report known -o report.html
is 'without a word' "$(cat out err)" ''
for text in '<h1>known on hand-made</h1>' \
	'<h2>read, cold</h2>' \
	'<b>80.0</b> [40.0 to 160.0]' \
	'<td class="n">80 to 250</td>' \
	'50 % of disk' \
	'rbd bench-17: write 64 KiB at 1 MiB: Connection timed out' \
	'cache was not cold: 12.0 % of the bytes came from disk' \
	'above its limit disk' \
	'name = &lt;b&gt;&amp;' \
	'&quot;run_id&quot;: &quot;known&quot;' \
	'The median of an even number of samples is the geometric mean of the middle' \
	'ie-bench run plan.ini --site site.ini --seed 1'; do
	ok "it says: $text" grep -qF "$text" report.html
done
not_ok 'what must not be believed has no number' \
	grep -q 'rados/read-warm.*</td><td class="n">[0-9]* to' report.html
not_ok 'nothing is loaded from elsewhere' \
	grep -qE '(src|href)=|url\(|@import|<script|<link' report.html
is 'a figure for each of three operations; none of latencies that are not there' \
	"$(grep -c '<svg' report.html)" 3
"$stats" report known -o again.html
ok 'the same records give the same bytes' cmp report.html again.html
exits 'the committed reference run has a report' 0 \
	report "$root/results/reference-study" -o reference.html
is 'with figures of speed and of latency' "$(grep -c '<svg' reference.html)" 6

bad 'no file to write' 'read the command line: report needs -o FILE' \
	report known
bad 'no run' 'read nowhere/records.jsonl: No such file or directory' \
	report nowhere -o x.html
not_ok 'then there is no file' test -e x.html
"$stats" report known -o no/x.html >out 2>&1 && status=0 || status=$?
is 'a folder that is not there' "$status $(cat out)" \
	'1 ie-stats: write no/x.html.tmp: No such file or directory'

# looks WIDTH [CHROMIUM_OPTION]: what the browser makes of the reference
# report in a page of that width (a window is never below 500), as one line.
# The page forbids scripts: the copy does not.
looks() {
	cat >look.js <<-END
		<style>html{width:$1px}</style>
		<script>addEventListener("load", () => {
		  document.title = "LOOKS " + [
		    document.body.scrollWidth <= $1 ? "fits" : "overflows",
		    [...document.querySelectorAll("svg")].every(
		      s => s.getBoundingClientRect().height > 50)
		      ? "drawn" : "not drawn",
		    performance.getEntriesByType("resource").length + " loaded",
		    getComputedStyle(document.body).backgroundColor].join(", ");
		})</script>
	END
	sed -e 's/<meta http-equiv[^>]*>//' -e '/<\/body>/{
		r look.js
	}' reference.html >look.html
	timeout 120 chromium --headless --no-sandbox --disable-gpu \
		--no-first-run --disable-background-networking \
		--disable-component-update --disable-sync \
		--user-data-dir="$tmp/browser" --window-size="1280,1000" \
		${2:+"$2"} --dump-dom "file://$tmp/look.html" 2>chromium.log |
		sed -n 's/.*<title>LOOKS \(.*\)<\/title>.*/\1/p'
}

if need chromium command -v chromium; then
	is 'at the width of a desk it fits, is drawn, and loads nothing' \
		"$(looks 1200)" 'fits, drawn, 0 loaded, rgb(255, 255, 255)'
	is 'at the width of a phone, too, and in the dark' \
		"$(looks 360 --blink-settings=preferredColorScheme=0)" \
		'fits, drawn, 0 loaded, rgb(21, 23, 26)'
fi

done_testing
