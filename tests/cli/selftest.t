#!/bin/sh
# ie-bench selftest: every lie that can be planted here is caught, on a folder
# of its own and on a site's; and a lie that is not caught is told of.
# shellcheck disable=SC2119
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/bench-lib.sh
. tests/cli/bench-lib.sh
stats=$(dirname "$bench")/ie-stats

selftest() { # [OPTIONS...]
	status=0
	"$bench" selftest "$@" >out 2>err </dev/null || status=$?
}
# of RESULT: the lies with it, in order
of() {
	sed -n "s/^\(.*[^ ]\)  *$1  *[^ ].*/\1/p" out
}

mkdir away
TMPDIR=$tmp/away selftest
is 'every lie that is planted is caught' "$status $(of 'NOT CAUGHT') $(cat err)" \
	'0  '
diag "$(grep untried out || :)"
for lie in 'a byte flipped behind its back' 'a written file cut short' \
	'a wrong mount' 'a clock that jumps ahead' 'a clock that jumps back' \
	'a throughput edited by hand' 'a run resumed in another folder' \
	'a sample above its limit'; do
	ok "$lie" grep -q "^$lie  *caught" out
done
if [ "$fstype" = tmpfs ]; then
	skip 'a cold read' 'this is a tmpfs: nothing can be read cold'
else
	for lie in 'a cache left warm' 'the same, made ok by hand'; do
		ok "$lie" grep -q "^$lie  *caught" out
	done
	# told apart from none only where it costs something
	ok 'a sync that does nothing is caught, or costs nothing here' grep -qE \
		'^a sync that does nothing  *(caught|untried  *a sync takes)' out
fi
if [ "$fstype" != tmpfs ] && need disk test -r \
	"/sys/dev/block/$(stat -c %Hd:%Ld .)/stat"; then
	ok 'another reader is caught, or others read here all the time' grep -qE \
		'^another reader beside a cold read  *(caught|untried  *without any lie: others were reading)' \
		out
fi
ok 'what cannot be caught is listed' grep -q '^not caught, by design:' out
is 'nothing is left' "$(ls away)" ''

# --- on a site
cat >site.ini <<-P
	[site]
	name = here
	[target local]
	driver = posix
	path = $tmp/data
	fstype = $fstype
	[target ring]
	driver = uring
	path = $tmp/data
	fstype = $fstype
	[target far]
	driver = posix
	path = /nowhere
	fstype = $fstype
	launch = ssh far
	[target null]
	driver = null
P
selftest --site site.ini
is 'on a site, too' "$status $(of 'NOT CAUGHT') $(cat err)" '0  '
ok 'on each folder that can be written to' grep -q "^ring (uring on $tmp/data" out
ok 'not on what is measured elsewhere' \
	grep -qx 'far: no lies are planted: it is measured elsewhere (launch)' out
ok 'nor where there is no folder' grep -qx \
	'null: no lies are planted: its driver works on no folder of this host' out
is 'and nothing is left there' "$(ls data)" ''

# --- the report
run
"$stats" check results/r >check.out
is 'a run has in its record what was found on its site' "$(head -n 1 \
	results/r/records.jsonl | perl -MJSON::PP -ne '
	$s = decode_json($_)->{selftest}; print "$s->{site} $s->{missed}"')" \
	'here 0'
"$stats" report results/r -o report.html
ok 'and the report says so' grep -qE \
	'<th>self-test</th><td class="wrap">[-0-9T:Z]*, on this site: [0-9]+ lies planted, [0-9]+ caught' \
	report.html
sed -i 's/^name = here/name = there/' site.ini
rm -rf results/r
run
"$stats" report results/r -o report.html
ok 'of another site, what was found on a throwaway folder' \
	grep -q 'on a throwaway folder of this host, not on this site' report.html

# --- what is not caught: by an ie-stats that takes everything
mkdir bin
cp "$bench" "$(dirname "$bench")"/selftest.* bin
printf '#!/bin/sh\nexit 0\n' >bin/ie-stats
chmod +x bin/ie-stats
bench=$tmp/bin/ie-bench
selftest --results other
is 'a lie that passes: exit status 1' "$status" 1
ok 'and which it was' grep -q \
	'^a throughput edited by hand  *NOT CAUGHT ie-stats check takes it' out
ok 'it is kept' grep -q '"missed":[1-9]' other/selftest.jsonl

# --- bad input
bad() { # NAME MESSAGE OPTIONS...
	name=$1 message=$2
	shift 2
	selftest "$@"
	is "$name" "$status $(cat out err)" "2 ie-bench: selftest: $message"
}
bad 'no site file' 'read nowhere.ini: No such file or directory' \
	--site nowhere.ini
bad 'an argument' 'plan.ini: no such argument' plan.ini
bad 'an unknown option' '--sight: unknown option, or one without its value' \
	--sight
printf '[site]\nname = s\n[target n]\ndriver = null\n' >site.ini
selftest --site site.ini
is 'a site without a folder' "$status $(cat err)" \
	'2 ie-bench: selftest: site.ini: no target is a folder that can be written to from here; without --site a throwaway one is tried'
done_testing
