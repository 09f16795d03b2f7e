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
	'1 ie-stats: write no/x.html: No such file or directory'

# --- what is not a regular file is written into, and a link is followed
"$stats" report known -o - >standard.html
ok '-o - is standard output' cmp report.html standard.html
not_ok 'and no file of that name' test -e ./-
mkfifo fifo
timeout 60 cat fifo >through.html &
"$stats" report known -o fifo
wait $!
ok 'a FIFO is written into' cmp report.html through.html
ok 'and is left a FIFO' test -p fifo
# never those in /dev: a program that replaces them would take them from all
ln -s /proc/self/fd/1 stdout
"$stats" report known -o stdout >device.html
ok 'a link to a descriptor is written into' cmp report.html device.html
ln -s target.html link.html
"$stats" report known -o link.html
ok 'a link makes what it names' cmp report.html target.html
echo old >target.html
"$stats" report known -o link.html
ok 'or is written into what it names' cmp report.html target.html
ok 'and is left a link' test -L link.html
mkdir x elsewhere
mkfifo x/macros.tex
ln -s ../elsewhere/cells.tsv x/cells.tsv
timeout 60 cat x/macros.tex >macros &
"$stats" export known --to x
wait $!
ok 'files of an export, too' diff macros "$data/known-macros.tex"
ok 'wherever links lead' cmp elsewhere/cells.tsv "$data/known.tsv"
is 'and nothing else is left' "$(cd x && echo *)" \
	'builds.tsv cells.tsv cuts.tsv effects.tsv macros.tex samples.tsv series.tsv'
mkdir folder
"$stats" report known -o folder >out 2>&1 && status=0 || status=$?
is 'a folder is refused' "$status $(cat out)" \
	'1 ie-stats: write folder: Is a directory'
if need root mknod full c 1 7 && : 2>/dev/null <full; then
	"$stats" report known -o full >out 2>&1 && status=0 || status=$?
	is 'a full device is told of' "$status $(cat out)" \
		'1 ie-stats: write full: No space left on device'
	ok 'and is left a device' test -c full
fi

# --- control characters, C1 too, reach neither page nor terminal
esc=$(printf '\033') csi=$(printf '\302\233')
mkdir evil
cp "$data/known.jsonl" evil/records.jsonl
printf '[plan]\r\nname = %s[31m%s[2J\r\n' "$esc" "$csi" >evil/plan.ini
printf '; \233 \377\n' >evil/site.ini
for command in 'summary evil' 'summary evil --format tsv' \
	'summary evil --format json' 'report evil -o -' 'compare evil known' \
	'compare evil known --format tsv' 'compare evil known --format junit' \
	'compare evil known --format markdown' 'history evil known'; do
	# shellcheck disable=SC2086 # words
	"$stats" $command >out 2>&1 || true
	LC_ALL=C tr -d '\n\t -~' <out >beyond
	not_ok "no control character is written by $command" \
		env LC_ALL=C grep -qP '[\x00-\x1f\x7f]|\xc2[\x80-\x9f]' beyond
done
"$stats" report evil -o evil.html
ok 'a page shows what was there' grep -qF 'name = \u001b[31m\u009b[2J' evil.html
ok 'and bytes that are not UTF-8' grep -qF '; \x9b \xff' evil.html
mkdir "${esc}[31m"
"$stats" summary "${esc}[31m" 2>err || true
is 'nor does a message hold them' "$(cat err)" \
	'ie-stats: read \u001b[31m/records.jsonl: No such file or directory'

# --- how to reproduce: commands for another machine
# commands FILE.html: what its last section says, as a shell reads it
commands() {
	sed -n '/How to reproduce/,$p' "$1" | sed -n '/<pre>/,/<\/pre>/p' |
		sed 's/<[/]*pre>//g;s/&lt;/</g;s/&gt;/>/g;s/&quot;/"/g;s/&amp;/\&/g'
}
mkdir again bin
for program in ie-bench ie-cluster make; do
	# shellcheck disable=SC2016 # for the script
	printf '#!/bin/sh\necho "%s $*" >>"$LOG"\n' $program >bin/$program
	chmod +x bin/$program
done
for run in study images; do
	reference=$root/results/reference-$run
	"$stats" report "$reference" -o $run.html
	commands $run.html >$run.sh
	not_ok "no folder that is gone is in those of $run" \
		grep -q '/var/tmp\|/usr/local' $run.sh
	(cd again && LOG=$tmp/$run.log PATH=$tmp/bin:$PATH sh -eu ../$run.sh)
	ok "they make its plan" cmp again/plan.ini "$reference/plan.ini"
done
is 'and bring up what it had, run it with its seed, and take it away' \
	"$(sed "s,$tmp/,,g" study.log)" \
	'ie-cluster up local ceph ceph-mem nfs --dir again/cluster
ie-cluster site --dir again/cluster
ie-bench run plan.ini --site site.ini --seed 4227185133960483849
ie-cluster down --dir again/cluster'
is 'image builds need their images' "$(head -n 1 images.log)" 'make images'

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
