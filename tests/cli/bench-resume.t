#!/bin/sh
# A run that ends in the middle: by a signal, by SIGKILL at any moment; what it
# leaves, and how --resume finishes it.
# shellcheck disable=SC2016,SC2119,SC2317
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/bench-lib.sh
. tests/cli/bench-lib.sh

cat >plan.ini <<-'P'
	[plan]
	name = t
	blocks = 2
	[storage w]
	targets = local
	op = write
	sizes = 64k 128k 192k
P
# A launch that at the third worker of a run keeps its `ready` to itself, so
# that the run waits, with the object open, until it is ended.
cat >gate <<-'S'
	#!/bin/sh
	n=$(($(cat n) + 1))
	echo $n >n
	[ -e shut ] && [ $n = 3 ] || exec "$@"
	"$@" | { read -r line; touch reached; cat; } >/dev/null
S
chmod +x gate
cat >>site.ini <<-P
	launch = $tmp/gate
P
cp site.ini site.good
hint='resume with: ie-bench run plan.ini --site site.ini --resume results/r'

# begun: starts a run that waits in its third case; its process is $runner
begun() {
	rm -rf results reached
	echo 0 >n
	touch shut
	IE_MARK=$tmp "$bench" run plan.ini --site site.ini --run-id r \
		--progress none >out 2>err </dev/null &
	runner=$!
	within 20 test -e reached || diag "never reached: $(cat err)"
}
ended() {
	status=0
	wait $runner 2>/dev/null || status=$?
}
resume() {
	status=0
	"$bench" run plan.ini --site site.ini --progress none --resume \
		results/r >out 2>err </dev/null || status=$?
}
none_runs() {
	! grep -qsz "^IE_MARK=$tmp\$" /proc/[0-9]*/environ
}
places() {
	samples '"$r->{block}.$r->{position}"' | sort | tr '\n' ' '
}
# whole: every line of the records is whole JSON
whole() {
	[ -z "$(tail -c 1 results/r/records.jsonl)" ] && perl -MJSON::PP -ne \
		'decode_json($_)' results/r/records.jsonl
}
all='0.0 0.1 0.2 1.0 1.1 1.2 '

for sig in TERM INT HUP; do
	begun
	is "the third case is running when SIG$sig comes" \
		"$(find data -type f)" data/ie-bench.r.s0.b0.p2
	kill -s $sig $runner
	ended
	is "SIG$sig: exit code 1, and how to go on" \
		"$status $(tail -n 1 err)" \
		"1 ie-bench: run: t: interrupted; $hint"
	ok "SIG$sig: no process is left" within 10 none_runs
	is "SIG$sig: no file is left" "$(find data -type f)" ''
	is "SIG$sig: what was measured is kept" "$(places)" '0.0 0.1 '
	rm shut
	resume
	is "SIG$sig: resume finishes the plan" "$status $(cat out) $(cat err)" \
		'0 results/r 4 ok, 0 invalid, 0 failed'
	is "SIG$sig: every case has one sample" "$(places)" "$all"
done

begun
kill -KILL $runner
ended
ok 'a killed run leaves no process' within 10 none_runs
ok 'a killed run leaves whole lines only' whole
is 'and the file of the case that was running' \
	"$(find data -type f)" data/ie-bench.r.s0.b0.p2
touch data/ie-bench.other data/ie-bench.r.s0.b0.p3
rm shut
resume
is 'resume finishes its plan' "$status $(places)" "0 $all"
is 'and removes what the killed case left, and nothing else' \
	"$(find data -type f | sort | tr '\n' ' ')" \
	'data/ie-bench.other data/ie-bench.r.s0.b0.p3 '
rm data/*
cp results/r/records.jsonl before
resume
is 'to resume what is finished does nothing' "$status $(cat err)" \
	'0 0 ok, 0 invalid, 0 failed'
ok 'and changes nothing' cmp before results/r/records.jsonl

# The order is that of the run's own seed: the plan has none.
seed=$(sed -n '1s/.*"seed":\([0-9]*\),.*/\1/p' before)
"$bench" plan plan.ini --site site.ini --seed "$seed" |
	grep -o '"case":"[^"]*"' >planned
grep -o '"case":"[^"]*"' before >ran
ok 'all ran in the order of the seed of the run' diff planned ran

# --- who may resume what
begun
status=0
"$bench" run plan.ini --site site.ini --resume results/r >out2 2>err2 ||
	status=$?
is 'a second writer is refused' "$status $(cat err2)" \
	'2 ie-bench: run: resume results/r: open results/r/records.jsonl: another process is writing it'
kill $runner
ended
rm shut
cp -r results/r saved

# refused NAME MESSAGE: nothing is run, nothing is changed
refused() {
	cp results/r/records.jsonl before
	resume
	is "$1 is refused" "$status $(cat err)" "2 ie-bench: run: $2"
	ok "$1: the records stay" cmp before results/r/records.jsonl
	rm -rf results/r
	cp -r saved results/r
}
cp plan.ini plan.good
echo '; changed' >>plan.ini
refused 'a plan that has changed' \
	'resume results/r: it was made from another plan (t, or plan.ini has changed since)'
cp plan.good plan.ini
sed -i 's/= here/= there/' site.ini
refused 'another site' 'resume results/r: it was made on another site (here)'
cp site.good site.ini
# The setup must be the one that the run began with
setup='resume results/r: it began on another setup:'
mkdir -p other
sed -i "s,= $tmp/data,= $tmp/other," site.ini
refused 'another folder' \
	"$setup targets.local.options.path was $tmp/data, is $tmp/other"
cp site.good site.ini
echo 'drop = true' >>site.ini
refused 'another command of a target' \
	"$setup targets.local.drop was absent, is true"
cp site.good site.ini
sed -i "s,^launch.*,launch = env," site.ini
refused 'another launch' \
	"$setup targets.local.launch was $tmp/gate, is env"
cp site.good site.ini
kernel=$(uname -r)
sed -i "1s/\"kernel\":\"[^\"]*/\"kernel\":\"6.0/" results/r/records.jsonl
refused 'another kernel' "$setup host.kernel was 6.0, is $kernel"
sed -i '1s/"hostname":"[^"]*/"hostname":"elsewhere/' results/r/records.jsonl
refused 'another host' "$setup host.hostname was elsewhere, is $(hostname)"
sed -i '1s/"suite":"[^"]*/"suite":"0.1.0+old/' results/r/records.jsonl
refused 'another build of the suite' \
	"$setup versions.suite was 0.1.0+old, is $(sed -n \
		'1s/.*"suite":"\([^"]*\).*/\1/p' saved/records.jsonl)"
sed -i '3s/"fstype":"[^"]*/"fstype":"gfs2/' results/r/records.jsonl
refused 'storage that says that it is another' \
	"$setup local.fstype was gfs2, is $fstype"
sed -i 's/local/locla/' site.ini
refused 'a site without the target' \
	"$setup targets.local was there, is absent; targets.locla was absent, is there"
cp site.good site.ini
mv data data.away
refused 'storage that is away' \
	"resume results/r: what local is cannot be asked: local: open folder $tmp/data: No such file or directory"
mv data.away data

# With --fresh-session another file system of the same kind is another session
sed -i 's/"fsid":"[^"]*/"fsid":"0123/' results/r/records.jsonl
sed -i '3s/"store":{/&"fsid":"0123",/; 3s/"fsid":"0123","fsid"/"fsid"/' \
	results/r/records.jsonl
cp -r results/r saved2
fsid=$(sed -n '3s/.*"store":{"fsid":"\([^"]*\).*/\1/p' saved/records.jsonl)
refused 'another file system of the same kind' \
	"$setup local.fsid was 0123, is ${fsid:-absent}"
rm -rf results/r
mv saved2 results/r
status=0
"$bench" run plan.ini --site site.ini --progress none --resume results/r \
	--fresh-session --dry-run >out 2>err || status=$?
is 'a dry run says how much is left, and asks nothing' \
	"$status $(cat out)" '0 4 of 6 cases to measure'
"$bench" run plan.ini --site site.ini --progress none --resume results/r \
	--fresh-session >out 2>err || status=$?
is 'with --fresh-session it goes on' "$status $(places)" "0 $all"
is 'in a session of its own' \
	"$(samples '$r->{session}' | uniq -c | tr -s ' \n' ' ')" ' 2 0 4 1 '
resume
is 'and then it is finished' "$status $(cat err)" \
	'0 0 ok, 0 invalid, 0 failed'
rm -rf results/r
cp -r saved results/r
cp site.good site.ini
sed -i '2s/"position":0/"position":7/' results/r/records.jsonl
refused 'a sample that the plan has not' \
	"results/r/records.jsonl:2: $(samples '$r->{position} == 7 ? $r->{case} : undef') is not a case of this plan on this site"
sed -i 1d results/r/records.jsonl
refused 'a file that does not begin with the run' \
	'resume results/r: line 1 is not a run record of ie-bench/1'
sed -i 's,ie-bench/1,ie-bench/0,' results/r/records.jsonl
refused 'a file of another schema' \
	'resume results/r: line 1 is not a run record of ie-bench/1'
: >results/r/records.jsonl
refused 'an empty file' 'resume results/r: it holds no record'
sed -i '2s/^./x/' results/r/records.jsonl
refused 'a broken line in the middle' \
	"resume results/r: results/r/records.jsonl:2: not a JSON object: '[' or '{' expected near 'x'"

printf '{"record":"sample","case":"loc' >>results/r/records.jsonl
resume
is 'a torn last line is no hindrance' "$status $(places)" "0 $all"
ok 'and is cut' whole

# --- SIGTERM while a command of the site runs, with no worker there
cat >plan.ini <<-'P'
	[plan]
	name = t
	[storage r]
	targets = local
	op = read
	cache = cold
	sizes = 64k
P
sed 's,^launch.*,drop = [ ! -e shut ] || { touch reached; exec sleep 50; },' \
	site.good >site.ini
for sig in TERM KILL; do
	begun
	kill -s $sig $runner
	ended
	ok "SIG$sig while caches are dropped: no process is left" \
		within 10 none_runs
	is "SIG$sig while caches are dropped: no sample" "$(places)" ''
	rm shut
	resume
	is "SIG$sig while caches are dropped: resume measures it" "$(places)" \
		'0.0 '
	is "SIG$sig while caches are dropped: no file is left" \
		"$(find data -type f)" ''
done

# --- killed again and again, wherever it is: always whole, always finished
cat >plan.ini <<-'P'
	[plan]
	name = t
	blocks = 5
	[storage w]
	targets = local
	op = write
	sizes = 64k 128k 192k 256k
P
sed /^launch/d site.good >site.ini
rm -rf results
mkdir results
lines() {
	[ "$(wc -l results/r/records.jsonl 2>/dev/null | cut -d" " -f1)" -ge "$1" ] 2>/dev/null
}
good=0
for n in 1 2 5 9 10 17; do
	if [ -e results/r ]; then set -- --resume results/r
	else set -- --run-id r; fi
	IE_MARK=$tmp "$bench" run plan.ini --site site.ini --progress none \
		"$@" >out 2>err </dev/null &
	runner=$!
	within 20 lines $n || :
	kill -KILL $runner 2>/dev/null || :
	ended
	within 10 none_runs
	whole && good=$((good + 1))
done
is 'a run that is killed six times is whole each time' $good 6
resume
is 'and resume finishes it' $status 0
is 'with one sample for each case' "$(places | tr ' ' '\n' | sort -u |
	grep -c .) $(samples 1 | wc -l)" '20 20'
is 'and no file left' "$(find data -type f)" ''
done_testing
