#!/bin/sh
# A disk that is too small for a case, and one that fills up under it: failed
# samples with the reason, and nothing left. The disk is a tmpfs of 16 MiB in
# a mount namespace of this test.
# shellcheck disable=SC2016
set -eu
cd "$(dirname "$0")/../.."
if [ "${1:-}" != inside ]; then
	if ! unshare -rm true 2>/dev/null; then
		echo '1..0 # SKIP no mount namespace for this user here'
		exit 0
	fi
	exec unshare -rm "$0" inside
fi
# shellcheck source=tests/cli/bench-lib.sh
. tests/cli/bench-lib.sh
mount -t tmpfs -o size=16M tmpfs data

# Hands the worker's lines on, and fills the disk once it is ready
cat >fill.sh <<-'S'
	#!/bin/sh
	mkfifo in.$$
	"$@" <in.$$ | while read -r line; do
		[ "$line" != ready ] || head -c 12M /dev/zero >data/filler
		echo "$line"
	done &
	cat >in.$$
S
chmod +x fill.sh
cat >site.ini <<-S
	[site]
	name = full
	[target small]
	driver = posix
	path = $tmp/data
	fstype = tmpfs
	[target filling]
	driver = posix
	path = $tmp/data
	fstype = tmpfs
	launch = $tmp/fill.sh
S
write_plan() { # TARGET SIZE
	cat >plan.ini <<-P
		[plan]
		name = t
		[storage w]
		targets = $1
		op = write
		sizes = $2
		block = 1M
	P
}
reason='"$r->{status}: $r->{reasons}[0]"'

write_plan small 32M
"$bench" run plan.ini --site site.ini --run-id small >out 2>err || status=$?
is 'a disk that is too small fails the case' "${status:-0}" 1
like 'and the reason has the numbers' "$(samples "$reason" small)" \
	'failed: *: too little space: 33554432 bytes needed, * free'
is 'and nothing is left on it' "$(find data -mindepth 1)" ''

write_plan filling 8M
status=0
"$bench" run plan.ini --site site.ini --run-id filling >out 2>err || status=$?
is 'a disk that fills up in the middle fails the case' "$status" 1
like 'and the reason is the write that did not fit' \
	"$(samples "$reason" filling)" \
	'failed: *: write 1M at byte *: No space left on device'
rm -f data/filler
is 'and the file that was begun is gone' "$(find data -mindepth 1)" ''
umount data

# Without /proc a worker cannot be found
mount -t tmpfs tmpfs /proc
status=0
"$bench" run plan.ini --site site.ini --run-id bare >out 2>err || status=$?
umount /proc
is 'without /proc it says what is missing' \
	"$(samples '$r->{reasons}[0]' bare | cut -d';' -f1)" \
	'start a worker: find ie-bench itself: read /proc/self/exe (is /proc mounted?): No such file or directory'
done_testing
