#!/bin/sh
# ie-stats on image builds: tests/data/builds.txt by hand. Times of 4.0 to 4.5
# on overlay and 40 to 45 on vfs: a ratio of 10; 80 to 90 in another home: 2;
# two stages at once: half of it.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/stats-lib.sh
. tests/cli/stats-lib.sh

made builds <"$data/builds.txt"
shown 'a summary of builds for people' builds.text summary builds
is 'check takes their records' "$("$stats" check builds 2>&1)" \
	'builds: 76 ok, 6 failed, 1 invalid'
"$stats" export builds --to x
for file in builds effects; do
	ok "exported $file" diff -u "$data/builds-$file.tsv" x/$file.tsv
done
ok 'a cell for programs is in seconds, without the shape of a file' \
	grep -q "$(printf '^podman/build/small/local\t.*\tNA\tNA\tNA\tNA\tsmall/local\tNA\tok\t6\t0\t0\ts\t4.24')" \
	x/cells.tsv
is 'a sample as well' "$(grep -c "$(printf '\ts\t4.1\t')" x/samples.tsv)" 1
ok 'and a macro' grep -q '^.newcommand{.iePodmanBuildSmallLocal}{4.25}$' \
	x/macros.tex
"$stats" summary builds --format json >out
ok 'JSON has what the time is made of' \
	grep -q '"case":"podman/build/small/local".*"unit":"s".*"run_s":2.125,' out
no_calls='s/"syscalls":{"total":[0-9]*}/"uncounted":["syscalls: no"]/'
mkdir uncounted
sed "$no_calls" builds/records.jsonl >uncounted/records.jsonl
like 'what could not be counted is said' "$("$stats" summary uncounted)" \
	'*system calls? They could not be counted here.*'

mkdir once
sed "/\"block\":0/!$no_calls" builds/records.jsonl >once/records.jsonl
like 'one count of each is no more than that' \
	"$("$stats" summary once | tr -s '\n ' ' ')" \
	'*system calls? It makes 1.0* times as many (one build of each was counted): *'
mkdir busy
sed '/vfs\|fuse/!s/"wall_ns":\([0-9]*\)\(.*\)"own_cpu_ns":[0-9]*/"wall_ns":\1\2"own_cpu_ns":\1/' \
	builds/records.jsonl >busy/records.jsonl
like 'that processes used as much time as there was says nothing of waiting' \
	"$("$stats" summary busy | tr -s '\n ' ' ')" \
	'*on overlay, for at least 0 s, which bounds nothing: *'

# --- did it get slower: more is slower
echo 'podman build small/local 4 4.1 4.2 4.3 4.4 4.5' | made a
echo 'podman build small/local 5 5.1 5.2 5.3 5.4 5.5' | made b
echo 'podman build small/local 4.01 4.11 4.21 4.31 4.41 4.51' | made c
exits 'a longer build is a regression' 1 compare a b
like 'which says by how much longer' "$(cat out)" \
	'*
seconds of a build: more is slower
*podman/build/small/local  4.25 s  5.25 s  +23.5 %  * regression*'
exits 'a shorter one is an improvement' 0 compare b a
like 'in every format' "$("$stats" compare b a --format tsv | tail -n 1)" \
	'*	improvement	*	s	*	0.809*'
exits 'the same is equivalent within 10 %' 0 compare a c --delta 10%
exits 'and undecided within 1 %' 3 compare a c --delta 1%
like 'saying what would have shown' "$(cat out)" \
	'*undecided: * % longer would have shown, 1.01 % takes *'
echo 'rados write 1M 100 101 102 103 104 105' | cat - "$data/builds.txt" |
	made both
like 'builds and storage in one run' "$("$stats" summary both)" \
	'*write: MB/s*build: seconds*effects: *
proof: *rados*'
"$stats" compare both builds >out || true
like 'and in one comparison' "$(cat out)" \
	'*
MB/s (10^6 bytes/s); builds in seconds: more is slower
*rados/write/1M/b64k/d1/j1 * 102 *'
for i in 1 2 3 4 5 6 7 8 9; do
	echo 'podman build small/local 4 4.01 4.02' |
		made "h$i" -v started="2026-01-0${i}T00:00:00Z"
	echo 'podman build small/local 6 6.01 6.02' |
		made "i$i" -v started="2026-02-0${i}T00:00:00Z"
done
like 'history finds the run since which a build takes longer' \
	"$("$stats" history h? i?)" '*podman/build/small/local  i1 *+49.9 %*'

# --- what does not fit together
broken() { # NAME SED
	mkdir "$1"
	sed "$2" a/records.jsonl >"$1/records.jsonl"
}
broken name '3s,/builds/small,/builds/large,'
broken other '3s,"driver":"podman","driver":"docker",'
broken kind '2s,"image","paint",'
bad 'a build that is not what its fields say' \
	'read name/records.jsonl:3: build differs from earlier samples of case podman/build/small/local' \
	summary name
sed -i '2d' name/records.jsonl
bad 'nor the first' \
	'read name/records.jsonl:2: case "podman/build/small/local" is not what its fields say: podman/build/large/local' \
	summary name
bad 'an engine that changes' \
	'read other/records.jsonl:3: driver differs from earlier samples of case podman/build/small/local' \
	summary other
bad 'a kind that is not known' \
	'read kind/records.jsonl:2: kind is "paint": neither storage nor image' \
	summary kind

# --- report and figures
"$stats" report builds -o report.html
for text in '<h2>build, small/local</h2>' \
	'seconds of a build: median and its 95&nbsp;% interval' \
	'<b>4.25 s</b> [4.00 to 4.50]' \
	's, logarithmic' \
	'<h2>What makes builds slower</h2>' \
	'<li>Is rootless what is slow? On the same storage driver' \
	'<td>vfs vs overlay, rootful: small/local</td><td class="n">10.0 [9.3-10.7]</td>' \
	'no such daemon'; do
	ok "the report says: $text" grep -qF "$text" report.html
done
if need gnuplot command -v gnuplot; then
	figures='builds factorial effects'
	sh "$root/plots/plot.sh" x figures >out 2>&1 || true
	is 'the figures of builds are drawn, without a complaint' \
		"$(grep -v 'not made' out)" "$(for f in $figures; do
			echo "$f: $tmp/figures/$f.svg, .pdf, .png"
		done)"
	for figure in $figures; do
		ok "what gnuplot is given for $figure" diff -u \
			"$data/builds-$figure.dat" "figures/$figure.dat"
	done
	ok 'an engine is named' grep -q '>podman-rootless-vfs<' \
		figures/builds.svg
	ok 'a home is named' grep -q '>rootless@nfs<' figures/factorial.svg
	echo 'docker build small/local 3' | made one
	"$stats" export one --to o
	is 'a single build by Docker is one figure' \
		"$(sh "$root/plots/plot.sh" o of 2>&1 |
			grep -E '^(builds|factorial|effects)')" \
		"builds: $tmp/of/builds.svg, .pdf, .png
factorial: not made: no build by Podman has a median"
fi

done_testing
